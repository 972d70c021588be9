"""When many ask at once: each is answered or told to come back; nothing is worked out twice."""

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import anyio
import anyio.to_thread
import httpx
import pytest

from assistant.records import Abstention, Reason, Reply
from assistant.safety import disclaimer
from assistant.web.desk import WAITING_PER_WORKER, BusyError, Desk
from assistant.web.pace import Pace
from tests.web import Fake, Site, answer, assert_problem, settings


def ask(site: Site, question: str) -> httpx.Response:
    return site("POST", "/api/ask", json={"question": question})


def counted(asked: list[str], generation: str = "g1") -> Callable[[str], Reply]:
    """Answers that note what was asked, from a generation of that name."""
    return lambda q: (asked.append(q), replace(answer(q), generation=generation))[1]


def test_too_many_questions_at_once_get_429_and_the_rest_are_answered() -> None:
    most = settings().max_concurrent * (1 + WAITING_PER_WORKER)
    full = threading.Event()

    def slow(question: str) -> Reply:
        full.wait(timeout=30)
        return answer(question)

    site = Site(Fake(reply=slow))
    responses = anyio.run(partial(site.at_once, most + 1, "/api/ask", on_refused=full.set))

    assert sorted(r.status_code for r in responses) == [200] * most + [429]
    assert_problem(responses[0], 429)
    assert responses[0].headers["retry-after"] == "1"
    assert site.desk.in_flight == 0


def test_a_wait_that_would_be_too_long_is_refused_before_the_queue_is_full(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Pace, "wait_s", lambda _, n_waiting: float(n_waiting))
    done = threading.Event()

    def slow(question: str) -> Reply:
        done.wait(timeout=30)
        return answer(question)

    site = Site(Fake(reply=slow))
    responses = anyio.run(partial(site.at_once, 5, "/api/ask", on_refused=done.set))

    assert done.is_set()
    assert sorted(r.status_code for r in responses) == [200] * 4 + [
        429
    ]  # two at work, two waiting: 2 s is too long


class Machine:
    """Works out one reply after the other, each in `reply_s` of a clock moved by hand."""

    def __init__(self) -> None:
        self.now, self.reply_s = 0.0, 0.01
        self.naps_s: list[float] = []  # of the next replies, on top
        self.desk = Desk(Fake(reply=self.reply), max_concurrent=1, clock=lambda: self.now)

    def reply(self, question: str) -> Reply:
        self.now += self.reply_s + (self.naps_s.pop() if self.naps_s else 0.0)
        return answer(question)

    async def one(self, statuses: list[int]) -> None:
        try:
            await self.desk.ask("?")
            statuses.append(200)
        except BusyError:
            statuses.append(429)

    async def burst(self, n: int) -> list[int]:
        statuses: list[int] = []
        async with anyio.create_task_group() as group:
            for _ in range(n):
                group.start_soon(self.one, statuses)
        return sorted(statuses)


def test_a_machine_that_slept_with_a_full_queue_takes_a_burst_again() -> None:
    machine = Machine()

    async def sleep_after_ten_of_sixty() -> list[int]:
        machine.naps_s = [45.0] + [0.0] * 10
        await machine.burst(60)
        return await machine.burst(20)

    assert anyio.run(sleep_after_ten_of_sixty) == [200] * 20


def test_a_machine_that_was_slow_for_long_is_as_fast_as_before_after_a_while() -> None:
    machine = Machine()

    async def slow_then_fast() -> tuple[list[int], list[int], list[int]]:
        machine.reply_s = 30.0
        for _ in range(100):
            await machine.burst(3)
        slow = await machine.burst(20)
        machine.reply_s = 0.01
        at_once = await machine.burst(20)
        for _ in range(30):
            await machine.burst(3)
        return slow, at_once, await machine.burst(20)

    few = [200] * 3 + [429] * 17
    assert anyio.run(slow_then_fast) == (few, few, [200] * 20)


def test_questions_that_come_one_at_a_time_make_up_for_a_slow_hour_too() -> None:
    machine = Machine()

    async def slow_then_alone() -> list[int]:
        machine.reply_s = 30.0
        for _ in range(100):
            await machine.burst(3)
        machine.reply_s = 0.01
        for _ in range(90):
            await machine.burst(1)
        return await machine.burst(20)

    assert anyio.run(slow_then_alone) == [200] * 20


def test_the_event_loop_answers_while_every_worker_is_busy() -> None:
    busy, done = threading.Event(), threading.Event()

    def slow(question: str) -> Reply:
        busy.set()
        done.wait(timeout=30)
        return answer(question)

    site = Site(Fake(reply=slow))

    async def both() -> tuple[int, int]:
        async with anyio.create_task_group() as group:
            group.start_soon(lambda: site.send("POST", "/api/ask", json={"question": "?"}))
            await anyio.to_thread.run_sync(busy.wait)
            health = await site.send("GET", "/healthz")
            in_flight = site.desk.in_flight
            done.set()
        return health.status_code, in_flight

    assert anyio.run(both) == (200, 1)


def test_the_same_question_again_is_answered_from_memory() -> None:
    asked: list[str] = []
    site = Site(Fake(reply=counted(asked)), cached_replies=2)

    replies = [ask(site, question).json() for question in ("a", "b", "a")]

    assert asked == ["a", "b"]
    assert replies[0] == replies[2]


def test_the_question_before_is_passed_on_for_a_fragment_only_and_that_reply_is_not_kept() -> None:
    asked: list[str] = []
    site = Site(Fake(reply=counted(asked)), cached_replies=2)

    for question in ("Does ALS hurt?", "and in MS?", "and in MS?", "Does ALS hurt?"):
        body = {"question": question, "previous": "Does a cramp hurt?"}
        assert site("POST", "/api/ask", json=body).status_code == 200

    leant = "Does a cramp hurt? and in MS?"
    assert asked == ["Does ALS hurt?", leant, leant]


def test_the_reply_that_was_used_longest_ago_is_forgotten_first() -> None:
    asked: list[str] = []
    site = Site(Fake(reply=counted(asked)), cached_replies=2)

    for question in ("a", "b", "a", "c", "b", "a"):
        ask(site, question)

    assert asked == ["a", "b", "c", "b", "a"]


def test_a_reply_of_an_older_generation_is_not_given_again() -> None:
    asked: list[str] = []
    library = Fake(reply=counted(asked))
    site = Site(library, cached_replies=2)
    ask(site, "a")

    library.generation, library.reply = "g2", counted(asked, "g2")

    assert ask(site, "a").json()["generation"] == "g2"
    assert asked == ["a", "a"]


def test_a_reply_without_an_index_is_not_kept() -> None:
    asked: list[str] = []
    none = Abstention(Reason.INDEX_UNAVAILABLE, (), disclaimer(), None)
    library = Fake(reply=lambda q: (asked.append(q), none)[1], generation=None)

    for _ in range(2):
        ask(Site(library, cached_replies=2), "a")

    assert asked == ["a", "a"]


def test_the_cache_does_not_hold_what_was_asked() -> None:
    site = Site(Fake(), cached_replies=2)
    ask(site, "canary-1f2e")

    assert "canary-1f2e" not in repr(vars(site.desk._cache))
