"""What the event loop says when no files are left: once a minute, not once a connection."""

import logging
from typing import Any

import pytest

from assistant.web.connections import NO_FILES, sparing


class Loop:
    """An event loop that remembers what it was left to say."""

    def __init__(self) -> None:
        self.said: list[dict[str, Any]] = []

    def default_exception_handler(self, context: dict[str, Any]) -> None:
        self.said.append(context)


def test_a_lack_of_files_is_told_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    now = [0.0]
    handle = sparing(lambda: now[0])
    loop: Any = Loop()

    told = []
    for now[0] in (0.0, 0.0, 59.0, 60.0, 61.0):
        handle(loop, {"message": NO_FILES})
        told.append(len(caplog.records))

    assert told == [1, 1, 1, 2, 2]
    assert loop.said == []


def test_everything_else_is_told_as_ever(caplog: pytest.LogCaptureFixture) -> None:
    loop: Any = Loop()

    for _ in range(2):
        sparing()(loop, {"message": "else"})

    assert loop.said == [{"message": "else"}] * 2
    assert caplog.records == []
