"""The page comes after the API: who opens it waits, and its failure leaves the API standing."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

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


async def is_there(mount: PageMount) -> bool:
    """Whether who waits for the page gets it."""
    async with anyio.create_task_group() as group:
        group.start_soon(mount.run)
        try:
            await mount.wait()
        except PageError:
            return False
        finally:
            group.cancel_scope.cancel()
    return True


def test_a_page_that_cannot_be_built_is_logged_by_its_place_and_told_to_who_waits(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def build() -> FastAPI:
        raise ValueError("secret")

    with caplog.at_level(logging.ERROR):
        assert not anyio.run(is_there, PageMount(FastAPI(), build))

    assert "ValueError at" in caplog.text
    assert "secret" not in caplog.text


def test_a_page_whose_background_work_does_not_start_is_told_to_who_waits(
    caplog: pytest.LogCaptureFixture,
) -> None:
    @asynccontextmanager
    async def fails(_app: FastAPI) -> AsyncIterator[None]:
        raise OSError("secret")
        yield

    aside = FastAPI(openapi_url=None, lifespan=fails)

    with caplog.at_level(logging.ERROR):
        assert not anyio.run(is_there, PageMount(FastAPI(), lambda: aside))

    assert "OSError at" in caplog.text
    assert "secret" not in caplog.text
