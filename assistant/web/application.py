"""The ASGI application: FastAPI owns the process, Gradio is mounted behind the guard."""

import os
from pathlib import Path

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.responses import Response

from assistant.web import api, problem
from assistant.web.desk import Desk
from assistant.web.feedback import add_feedback
from assistant.web.fence import PAGE_ROOT
from assistant.web.guard import Guard
from assistant.web.interface import Answers, WebSettings
from assistant.web.library import add_library
from assistant.web.reading import add_reading_view

ANY_ADDRESS = ("0.0.0.0", "::")
QUIET = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
}
# What is served under which name: style sheets are put together here, not by the browser.
FILES = {
    "page.css": ("text/css", ("base.css", "quote.css", "page.css")),
    "read.css": ("text/css", ("base.css", "quote.css", "read.css")),
    "library.css": ("text/css", ("base.css", "quote.css", "library.css")),
    "page.js": ("text/javascript", ("page.js",)),
    "library.js": ("text/javascript", ("library.js",)),
    "favicon.svg": ("image/svg+xml", ("favicon.svg",)),
}


def create_app(assistant: Answers, settings: WebSettings) -> FastAPI:
    """The whole site: page, API and guard. Imports Gradio, which takes seconds."""
    desk = Desk(assistant, max_concurrent=settings.max_concurrent)
    app = create_api(desk, settings)
    add_reading_view(app, assistant)
    add_library(app, desk)
    if settings.feedback is not None:
        add_feedback(app, assistant, settings.feedback)
    for name in FILES:
        _add_file(app, name)
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
    gr.mount_gradio_app(
        app,
        build_page(desk, settings),
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


def _add_file(app: FastAPI, name: str) -> None:
    media_type, parts = FILES[name]
    content = b"\n".join(Path(__file__).with_name(part).read_bytes() for part in parts)

    def file() -> Response:
        return Response(content, media_type=media_type)

    app.add_api_route(f"/{name}", file, methods=["GET"], include_in_schema=False)
