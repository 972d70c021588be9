"""The page comes after the API: who opens it waits, and its failure leaves the API standing."""

import logging

import anyio
import httpx
import pytest
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from assistant.web.mount import PageError, PageMount


def page() -> FastAPI:
    """An application with one page."""
    aside = FastAPI(openapi_url=None)
    aside.add_api_route("/page/", lambda: PlainTextResponse("here"))
    return aside


async def get(app: FastAPI, path: str) -> httpx.Response:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        return await client.get(path)


def test_who_asks_before_the_page_is_built_waits_for_it() -> None:
    """The page is built when its visitor is waiting already."""
    app = FastAPI()
    waiting = anyio.Event()

    def build() -> FastAPI:
        anyio.from_thread.run(waiting.wait)
        return page()

    mount = PageMount(app, build)

    async def visit(request: Request) -> PlainTextResponse:
        waiting.set()
        await mount.wait()
        return PlainTextResponse((await get(app, "/page/")).text)

    app.add_api_route("/", visit)

    async def serve() -> tuple[int, str]:
        async with anyio.create_task_group() as group:
            group.start_soon(mount.run)
            before = (await get(app, "/page/")).status_code
            said = (await get(app, "/")).text
            group.cancel_scope.cancel()
        return before, said

    assert anyio.run(serve) == (404, "here")


def test_a_page_that_cannot_be_built_is_logged_by_its_place_and_told_to_who_waits(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def build() -> FastAPI:
        raise ValueError("secret")

    async def serve() -> None:
        mount = PageMount(FastAPI(), build)
        await mount.run()
        await mount.wait()

    with caplog.at_level(logging.ERROR), pytest.raises(PageError):
        anyio.run(serve)

    assert "ValueError at" in caplog.text
    assert "secret" not in caplog.text
