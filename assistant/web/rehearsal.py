"""One reply that nobody asked for, so that the first who asks does not wait for what it reads.

The safety patterns take half a second, once. They are read when the API serves already and the
page is there: a start that waited for them would keep out people who, without it, wait no longer
than they do now. Read beside Gradio's import they held the page back for .7 of its 4.4 seconds.
"""

import ctypes
import gc
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

import anyio.to_thread

from assistant.scrub import where
from assistant.web.interface import Answers

logger = logging.getLogger(__name__)

QUESTION = "What is a fasciculation?"


async def rehearse(assistant: Answers, *, after: Callable[[], Awaitable[None]]) -> None:
    """Have one reply worked out in a thread, `after` that; it is neither kept nor counted."""
    await after()
    try:
        await anyio.to_thread.run_sync(assistant.ask, QUESTION, abandon_on_cancel=True)
        await anyio.to_thread.run_sync(_hand_back, abandon_on_cancel=True)
    except Exception as error:  # noqa: BLE001 - whoever asks next is told, and counted
        logger.error("The first reply failed: %s", where(error))


def _hand_back() -> None:
    """What was only needed to read the patterns goes back to the system, which glibc must be told.

    About 35 MiB of what a server holds; elsewhere nothing happens.
    """
    gc.collect()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
