"""How long the stages of a question take, told to whoever listens. No reply depends on it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Took = Callable[[str, float], None]

NAMES = ("understand", "screen", "encode", "retrieve", "rank", "decide", "quote")
_listener: ContextVar[Took | None] = ContextVar("listener", default=None)


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Tells the listener, if there is one, how many seconds the block took."""
    took = _listener.get()
    if took is None:
        yield
        return
    began = time.perf_counter()
    try:
        yield
    finally:
        took(name, time.perf_counter() - began)


@contextmanager
def listening(took: Took) -> Iterator[None]:
    """Within the block, in this thread, `took` is told of each stage: its name, and seconds."""
    before = _listener.set(took)
    try:
        yield
    finally:
        _listener.reset(before)
