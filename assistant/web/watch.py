"""Looks for a newer generation of the index now and then, so that a quiet server follows it too."""

from typing import Protocol, runtime_checkable

import anyio
import anyio.to_thread

from assistant.web.metrics import Metrics


@runtime_checkable
class Following(Protocol):
    """An assistant that follows its index; `assistant.Reloading` is one."""

    @property
    def generation(self) -> str | None:
        """The generation that answers."""
        ...

    def now(self) -> object:
        """Look, and load what is newer. Blocks for as long as that takes, within bounds."""
        ...


async def watch(assistant: Following, *, every_s: float, metrics: Metrics) -> None:
    """Look every `every_s` seconds, in a thread, and count what was loaded, until cancelled."""
    served = assistant.generation
    while True:
        await anyio.sleep(every_s)
        await anyio.to_thread.run_sync(assistant.now)
        if assistant.generation != served:
            served = assistant.generation
            metrics.reloaded()
