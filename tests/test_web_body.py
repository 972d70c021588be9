"""A request's body: counted as it streams, refused whole, never waited for without end."""

import anyio
from starlette.types import Message, Receive

from assistant.web.body import MAX_BODY_BYTES, MAX_DRAINED_BYTES
from tests.web import Inner, assert_problem, guarded, send


def test_a_body_of_the_largest_size_passes_unchanged() -> None:
    inner, body = Inner(), b"x" * MAX_BODY_BYTES

    assert send(guarded(inner), "POST", "/api/ask", content=body).status_code == 200
    assert inner.bodies == [body]


def test_one_byte_more_is_413() -> None:
    inner = Inner()

    assert_problem(
        send(guarded(inner), "POST", "/api/ask", content=b"x" * (MAX_BODY_BYTES + 1)), 413
    )
    assert inner.scopes == []


def test_a_body_is_counted_as_it_streams_and_not_by_what_it_claims() -> None:
    chunks = iter([b"x" * 1024] * 65)

    async def receive() -> Message:
        return {"type": "http.request", "body": next(chunks), "more_body": True}

    assert _statuses(receive_forever(receive), headers=[(b"content-length", b"1")]) == [413]


def test_an_endless_body_is_given_up_after_what_is_drained() -> None:
    n_bytes = 0

    async def receive() -> Message:
        nonlocal n_bytes
        n_bytes += 1024 * 1024
        return {"type": "http.request", "body": b"x" * 1024 * 1024, "more_body": True}

    assert _statuses(receive) == [413]
    assert n_bytes == MAX_DRAINED_BYTES + 1024 * 1024


def test_a_client_that_leaves_while_sending_gets_no_answer() -> None:
    async def receive() -> Message:
        return {"type": "http.disconnect"}

    assert _statuses(receive) == []


def receive_forever(receive: Receive) -> Receive:
    """`receive`, with the end of the body after its last chunk."""

    async def again() -> Message:
        try:
            return await receive()
        except (StopIteration, RuntimeError):
            return {"type": "http.request", "body": b"", "more_body": False}

    return again


def _statuses(receive: Receive, headers: list[tuple[bytes, bytes]] | None = None) -> list[int]:
    statuses: list[int] = []

    async def collect(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/ask",
        "headers": [(b"host", b"localhost"), *(headers or [])],
    }
    anyio.run(guarded(Inner()), scope, receive, collect)
    return statuses
