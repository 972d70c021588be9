"""One reply that nobody asked for, so that the first who asks does not wait for what it reads.

The safety patterns take half a second, once. They are read when the API serves already: a start
that waited for them would keep out people who, without it, wait no longer than they do now.
"""

import logging

import anyio.to_thread

from assistant.scrub import where
from assistant.web.interface import Answers

logger = logging.getLogger(__name__)

QUESTION = "What is a fasciculation?"


async def rehearse(assistant: Answers) -> None:
    """Have one reply worked out in a thread; it is neither kept nor counted."""
    try:
        await anyio.to_thread.run_sync(assistant.ask, QUESTION, abandon_on_cancel=True)
    except Exception as error:  # noqa: BLE001 - whoever asks next is told, and counted
        logger.error("The first reply failed: %s", where(error))
