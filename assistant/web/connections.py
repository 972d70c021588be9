"""How many connections are held, and how long one may take to say what it wants.

uvicorn waits for ever for the head of a request. A few hundred clients that send half of one, by
intent or behind a broken network, would use up the process's files: nobody else is let in then.
"""

import asyncio
import logging
import resource
import time
from collections.abc import Callable
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

logger = logging.getLogger(__name__)

HEAD_S = 10.0  # as long as a body may take (body.py)
MOST_FILES = 65_536  # asked of the system, where it gives as many; 1,024 is usual unasked
RESERVED = 64  # of them for the index, threads and modules; the process has about 40 open
# Connections that wait to be let in. asyncio lets in as many at a time, and again before it has
# closed what makes room for the first, so three times as many files are kept free.
MOST_WAITING = 512
SAY_EVERY_S = 60.0
NO_FILES = "socket.accept() out of system resource"  # asyncio's words

Handler = Callable[[asyncio.AbstractEventLoop, dict[str, Any]], None]


class Connection(H11Protocol):
    """One that is closed when its request does not come whole, or when it idles and room is short.

    Use what `with_room` makes of it.
    """

    most: int
    idle: dict["Connection", None]  # those without a request under way, longest first

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request; where there is no room, another one's wait ends."""
        super().connection_made(transport)
        self._closing: asyncio.TimerHandle | None = None
        self.idle[self] = None
        self._expect_head()
        if len(self.connections) > self.most:
            next(iter(self.idle)).transport.abort()

    def data_received(self, data: bytes) -> None:
        """Take what came. A head is timed from its first byte: each further one buys no time."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._stop_waiting()
            self.idle.pop(self, None)
        elif self._closing is None:
            self._expect_head()

    def on_response_complete(self) -> None:
        """The connection may wait for its next request, as long as uvicorn was told."""
        self.idle[self] = None
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop_waiting()
        self.idle.pop(self, None)
        super().connection_lost(exc)

    def _expect_head(self) -> None:
        self._closing = self.loop.call_later(HEAD_S, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._closing is not None:
            self._closing.cancel()
            self._closing = None


def with_room() -> tuple[type[Connection], int]:
    """The protocol for as many connections as this process may have, and how many may wait.

    Raises what the process may have to what the system gives it.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    waiting = min(MOST_WAITING, most // 8)
    held = max(1, most - RESERVED - 3 * waiting)
    return type("Connection", (Connection,), {"most": held, "idle": {}}), waiting


def sparing(clock: Callable[[], float] = time.monotonic) -> Handler:
    """An event loop's exception handler that says once a minute that there are no files left.

    asyncio says it for every connection that waits, thousands of times a second.
    """
    said_at = -SAY_EVERY_S

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        nonlocal said_at
        if context.get("message") != NO_FILES:
            loop.default_exception_handler(context)
        elif clock() - said_at >= SAY_EVERY_S:
            said_at = clock()
            logger.warning("No file descriptors are left: new connections wait (ulimit -n)")

    return handle
