"""The ASGI application: FastAPI owns the process, Gradio is mounted behind the guard."""

import os
from pathlib import Path

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.responses import Response

from assistant.web import api, problem
from assistant.web.desk import Desk
from assistant.web.fence import PAGE_ROOT
from assistant.web.guard import Guard
from assistant.web.interface import Answers, WebSettings

ANY_ADDRESS = ("0.0.0.0", "::")
QUIET = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
}
MEDIA_TYPES = {
    "page.css": "text/css",
    "page.js": "text/javascript",
    "favicon.svg": "image/svg+xml",
}


def create_app(assistant: Answers, settings: WebSettings) -> FastAPI:
    """The whole site: page, API and guard. Imports Gradio, which takes seconds."""
    desk = Desk(assistant, max_concurrent=settings.max_concurrent)
    app = create_api(desk, settings)
    _mount_page(app, desk, settings)
    return app


def create_api(desk: Desk, settings: WebSettings) -> FastAPI:
    """The API routes behind the guard, without the page and without importing Gradio."""
    named = () if settings.host in ANY_ADDRESS else (settings.host,)
    app = FastAPI(
        title="Quoth",
        openapi_url="/api/openapi.json",
        docs_url=None,  # both would load scripts from elsewhere
        redoc_url=None,
        middleware=[Middleware(Guard, allowed_hosts=(*settings.allowed_hosts, *named))],
    )
    problem.install(app)
    api.add_routes(app, desk)
    return app


def _mount_page(app: FastAPI, desk: Desk, settings: WebSettings) -> None:
    os.environ.update(QUIET)  # Gradio reads these while it is imported
    import gradio as gr

    from assistant.web import shell
    from assistant.web.page import build_page
    from assistant.web.quiet import hush_tracebacks
    from assistant.web.theme import theme

    hush_tracebacks()
    app.add_api_route("/", shell.page, methods=["GET"], include_in_schema=False)
    for name, media_type in MEDIA_TYPES.items():
        _add_file(app, name, media_type)
    gr.mount_gradio_app(
        app,
        build_page(desk, max_concurrent=settings.max_concurrent),
        path=PAGE_ROOT,
        server_name=settings.host,
        server_port=settings.port,
        root_path=f"{settings.root_path}{PAGE_ROOT}" if settings.root_path else None,
        theme=theme(),
        footer_links=[],
        run_history=False,
        show_error=False,
        enable_monitoring=False,
        ssr_mode=False,
        mcp_server=False,
        pwa=False,
        max_file_size=1,
        allowed_paths=[],
    )


def _add_file(app: FastAPI, name: str, media_type: str) -> None:
    content = Path(__file__).with_name(name).read_bytes()

    def file() -> Response:
        return Response(content, media_type=media_type)

    app.add_api_route(f"/{name}", file, methods=["GET"], include_in_schema=False)
