"""The ASGI application: FastAPI owns the process, Gradio is mounted behind the guard."""

import os
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
from fastapi import FastAPI
from pydantic import SecretStr
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import Mount, Route
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from assistant.render.json import SCHEMA
from assistant.safety import disclaimer
from assistant.web import api, openapi, problem, shell
from assistant.web.checks import Check, has_key, known_host, not_too_often, open_path
from assistant.web.desk import Desk
from assistant.web.events import KnownEvents
from assistant.web.feedback import add_feedback
from assistant.web.fence import PAGE_ROOT
from assistant.web.guard import Guard
from assistant.web.interface import Answers, WebSettings
from assistant.web.library import add_library
from assistant.web.mount import PageMount
from assistant.web.reading import add_reading_view
from assistant.web.rehearsal import rehearse
from assistant.web.watch import Following, watch

ANY_ADDRESS = ("0.0.0.0", "::")  # nosec B104 - compared with, never bound to by default
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
    """The whole site: page, API and guard. Gradio is imported once the API serves (mount.py)."""
    desk = Desk(
        assistant,
        max_concurrent=settings.max_concurrent,
        cached_replies=settings.cached_replies,
    )
    app = create_api(desk, settings)
    add_reading_view(app, assistant)
    add_library(app, desk)
    if settings.feedback is not None:
        add_feedback(app, assistant, settings.feedback)
    for name in FILES:
        _add_file(app, name)
    _add_page(app, desk, settings)
    return app


def create_api(desk: Desk, settings: WebSettings) -> FastAPI:
    """The API routes behind the guard, without the page and without importing Gradio."""
    app = FastAPI(
        title="Quoth",
        version=f"{SCHEMA}.0.0",
        summary=api.SUMMARY,
        description=disclaimer(),
        openapi_url="/api/openapi.json",
        docs_url=None,  # both would load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,  # a question that is sent to no route is not sent on to another
        middleware=_in_front(desk, settings),
        lifespan=_lifespan,
    )
    app.state.background = []
    problem.install(app)
    api.add_routes(app, desk)
    api.add_operations(app, desk)
    openapi.complete(app)
    app.state.page = None
    app.state.background.append(partial(_running, partial(_rehearse, app, desk.assistant)))
    if settings.mcp:
        from assistant.web.agents import agents  # the SDK takes a second to import

        endpoint, manager = agents(desk)
        app.router.routes.append(Route("/mcp", endpoint, methods=["POST"], include_in_schema=False))
        app.state.background.append(manager.run)
    if isinstance(desk.assistant, Following) and settings.reload_s:
        look = partial(watch, desk.assistant, every_s=settings.reload_s, metrics=desk.metrics)
        app.state.background.append(partial(_running, look))
    return app


def _in_front(desk: Desk, settings: WebSettings) -> list[Middleware]:
    """What every request passes, outermost first."""
    guard = Middleware(
        Guard,
        checks=checks_of(settings),
        logs_requests=settings.access_log,
        on_failure=desk.metrics.failed,
    )
    if not settings.trusted_proxies:
        return [guard]
    return [Middleware(ProxyHeadersMiddleware, trusted_hosts=[*settings.trusted_proxies]), guard]


def checks_of(settings: WebSettings) -> tuple[Check, ...]:
    """What a request must pass, in order."""
    named = () if settings.host in ANY_ADDRESS else (settings.host,)
    return (
        known_host((*settings.allowed_hosts, *named)),
        has_key(basic=_secret(settings.basic_auth), token=_secret(settings.access_token)),
        open_path(),
        not_too_often(settings.rate_per_minute),
    )


def _secret(value: SecretStr | None) -> str | None:
    return None if value is None else value.get_secret_value()


async def _rehearse(app: FastAPI, assistant: Answers) -> None:
    """Once the page is there, where there is one."""
    page: PageMount | None = app.state.page
    await rehearse(assistant, after=page.settled if page else anyio.lowlevel.checkpoint)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Everything in the background runs while the application serves."""
    async with AsyncExitStack() as stack:
        for run in app.state.background:
            await stack.enter_async_context(run())
        yield


@asynccontextmanager
async def _running(work: Callable[[], Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
    """`work` runs in a task until the block is left."""
    async with anyio.create_task_group() as group:
        group.start_soon(work)
        yield
        group.cancel_scope.cancel()


def _add_page(app: FastAPI, desk: Desk, settings: WebSettings) -> None:
    """The page at "/", as soon as Gradio is there."""
    app.state.page = PageMount(app, partial(_page, desk, settings))
    app.state.background.append(partial(_running, app.state.page.run))
    app.add_api_route("/", shell.page, methods=["GET"], include_in_schema=False)


def _page(desk: Desk, settings: WebSettings) -> FastAPI:
    """An application with Gradio's mount and nothing else."""
    os.environ.update(QUIET)  # Gradio reads these while it is imported
    # Gradio imports pandas, which takes pyarrow where a test's package brought it: 33 MiB of the
    # server's 417 for nothing. A None here is how Python says that it is missing.
    sys.modules.setdefault("pyarrow", None)  # type: ignore[arg-type]
    import gradio as gr

    from assistant.web.page import build_page
    from assistant.web.quiet import hush_tracebacks
    from assistant.web.theme import theme

    hush_tracebacks()
    aside, page = FastAPI(openapi_url=None), build_page(desk, settings)
    gr.mount_gradio_app(
        aside,
        page,
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
    for route in aside.routes:
        if isinstance(route, Mount):
            route.app = KnownEvents(route.app, page.fns)
    return aside


def _add_file(app: FastAPI, name: str) -> None:
    media_type, parts = FILES[name]
    content = b"\n".join(Path(__file__).with_name(part).read_bytes() for part in parts)

    def file() -> Response:
        return Response(content, media_type=media_type)

    app.add_api_route(f"/{name}", file, methods=["GET"], include_in_schema=False)
