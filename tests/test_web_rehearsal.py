"""A server that starts works out one reply of its own accord, beside whatever it serves."""

import logging
import threading
from functools import partial

import anyio
import anyio.lowlevel
import anyio.to_thread
import pytest

from assistant.records import Reply
from assistant.web.rehearsal import QUESTION, rehearse
from tests.web import Fake, Site, answer


def test_a_server_that_starts_asks_itself_one_question_which_is_not_counted() -> None:
    asked: list[str] = []
    done = threading.Event()

    def note(question: str) -> Reply:
        asked.append(question)
        done.set()
        return answer(question)

    site = Site(Fake(reply=note), cached_replies=5)

    async def start() -> str:
        async with site.app.router.lifespan_context(site.app):
            await anyio.to_thread.run_sync(done.wait, 30)
            return (await site.send("GET", "/metrics")).text

    metrics = anyio.run(start)

    assert asked == [QUESTION]
    assert "quoth_replies_total{" not in metrics


def test_a_server_serves_while_that_reply_is_worked_out() -> None:
    done = threading.Event()

    def slow(question: str) -> Reply:
        done.wait(timeout=30)
        return answer(question)

    site = Site(Fake(reply=slow))

    async def start() -> int:
        async with site.app.router.lifespan_context(site.app):
            status = (await site.send("GET", "/readyz")).status_code
            done.set()
            return status

    assert anyio.run(start) == 200


def test_where_that_reply_fails_the_log_names_the_place_and_nothing_else_happens(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)

    def fail(question: str) -> Reply:
        raise ValueError("canary-90d1")

    async def start() -> None:
        await rehearse(Fake(reply=fail), after=anyio.lowlevel.checkpoint)

    anyio.run(start)

    assert "The first reply failed: ValueError at " in caplog.text
    assert "canary" not in caplog.text


def test_nothing_is_rehearsed_before_the_page_is_there() -> None:
    asked: list[str] = []
    settled = anyio.Event()

    def note(question: str) -> Reply:
        asked.append(question)
        return answer(question)

    async def start() -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(partial(rehearse, Fake(reply=note), after=settled.wait))
            await anyio.wait_all_tasks_blocked()
            assert asked == []
            settled.set()

    anyio.run(start)

    assert asked == [QUESTION]
