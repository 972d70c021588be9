"""The library's route that places a question on the map: what it says, and when it is busy."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

import anyio
import httpx

from assistant.atlas import Atlas
from assistant.web.desk import WAITING_PER_WORKER
from assistant.web.library import add_library
from ingest import Vectors
from tests.web import JSON, Fake, Site, assert_problem, settings


def with_library(assistant: object, **chosen: object) -> Site:
    site = Site(assistant, **chosen)
    add_library(site.app, site.desk)
    return site


@dataclass
class Placing(Fake):
    """An assistant without an index, told what `place` does of each question that it places."""

    place: Callable[[str], object] = str

    def atlas(self) -> Atlas | None:
        return None

    def vector_of(self, question: str) -> Vectors | None:
        self.place(question)
        return None


def test_half_a_character_is_placed_as_a_replacement_character() -> None:
    placed: list[str] = []
    site = with_library(Placing(place=placed.append))

    response = site("POST", "/api/map", headers=JSON, content=b'{"question": "a\\ud800b"}')

    assert response.status_code == 200
    assert placed == ["a\ufffdb"]


def test_placing_a_question_waits_its_turn_and_is_refused_like_a_question() -> None:
    most = settings().max_concurrent * (1 + WAITING_PER_WORKER)
    let_go = threading.Event()

    def slow(question: str) -> None:
        let_go.wait(timeout=30)
        let_go.set()  # where nobody is refused, no more than two wait for that in vain

    site = with_library(Placing(place=slow), cached_replies=1)

    async def burst() -> list[httpx.Response]:
        await site.desk.ask("?")  # kept from here on: only the map takes a turn
        return await site.at_once(most + 1, "/api/map", on_refused=let_go.set)

    responses = anyio.run(burst)

    assert sorted(r.status_code for r in responses) == [200] * most + [429]
    assert_problem(responses[0], 429)
    assert site.desk.in_flight == 0
