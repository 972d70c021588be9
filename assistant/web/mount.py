"""Mounts the Gradio page while the API serves already: importing Gradio takes longer than the rest.

Whoever opens the page in these seconds waits for it; a program that asks the API does not.
"""

import logging
from collections.abc import Callable
from contextlib import AsyncExitStack

import anyio
import anyio.to_thread
from fastapi import FastAPI

from assistant.scrub import where

logger = logging.getLogger(__name__)


class PageError(RuntimeError):
    """The page could not be built; the log says where it failed."""


class PageMount:
    """`build` makes an application that holds the page and nothing else; it runs in a thread."""

    def __init__(self, app: FastAPI, build: Callable[[], FastAPI]) -> None:
        self._app = app
        self._build = build
        self._settled = anyio.Event()
        self._mounted = False

    async def run(self) -> None:
        """Build the page, mount it, and keep its background work going until cancelled."""
        async with AsyncExitStack() as stack:
            try:
                aside = await anyio.to_thread.run_sync(self._build, abandon_on_cancel=True)
                await stack.enter_async_context(aside.router.lifespan_context(aside))
            except Exception as error:  # noqa: BLE001 - the API goes on without a page
                logger.error("The page could not be built: %s", where(error))
            else:
                self._app.router.routes.extend(aside.router.routes)
                self._mounted = True
            self._settled.set()
            await anyio.sleep_forever()

    async def settled(self) -> None:
        """Until the page is there, or it is clear that it will not be."""
        await self._settled.wait()

    async def wait(self) -> None:
        """Until the page is there.

        Raises:
            PageError: it will not be.
        """
        await self.settled()
        if not self._mounted:
            raise PageError
