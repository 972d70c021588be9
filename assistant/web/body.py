"""A request's body, read whole before any route sees it, or refused."""

import asyncio

from starlette.types import Message, Receive

MAX_BODY_BYTES = 64 * 1024
# A refused body is read and thrown away up to here: closing at once would reset the connection
# and the sender would never see the 413.
MAX_DRAINED_BYTES = 16 * 1024 * 1024
TIMEOUT_S = 10.0


class BodyError(Exception):
    """The body cannot be used; `status` says why."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


async def read_body(receive: Receive) -> bytes:
    """The whole body. Counted as it streams: a Content-Length header may lie or be missing.

    Raises:
        BodyError: more than `MAX_BODY_BYTES`, or not complete within `TIMEOUT_S`.
        ConnectionAbortedError: the client went away.
    """
    kept, n_bytes = bytearray(), 0
    try:
        async with asyncio.timeout(TIMEOUT_S):
            more = True
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ConnectionAbortedError
                chunk = message.get("body", b"")
                n_bytes += len(chunk)
                if n_bytes <= MAX_BODY_BYTES:
                    kept += chunk
                more = message.get("more_body", False) and n_bytes <= MAX_DRAINED_BYTES
    except TimeoutError:
        raise BodyError(413 if n_bytes > MAX_BODY_BYTES else 408) from None
    if n_bytes > MAX_BODY_BYTES:
        raise BodyError(413)
    return bytes(kept)


def replay(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives `body` once and then waits for the disconnect, as a server would."""
    waiting = [body]

    async def receive_again() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return receive_again
