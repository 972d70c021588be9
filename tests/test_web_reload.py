"""A newer generation is served under traffic: nothing fails, nothing mixes, nobody waits."""

import threading
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path

import anyio
import anyio.from_thread
import pytest

from assistant import Answer, Assistant, Reloading
from assistant.web.reading import add_reading_view
from assistant.web.watch import watch
from ingest import Metadata, build_index, load_index
from tests.conftest import HashingEncoder
from tests.web import Fake, Site, document

QUESTION = "What do wool socks do for cold feet?"


@pytest.fixture
def build(tmp_path: Path) -> Callable[[str], Path]:
    """Builds one article that names WHO says so, as the next generation."""

    def build(who: str) -> Path:
        article = tmp_path / "articles" / "feet.txt"
        article.parent.mkdir(exist_ok=True)
        article.write_text(f"Cold feet\n\nCare\n\nWool socks warm cold feet, says {who}.\n")
        build_index([article.parent], tmp_path / "index", encoder=HashingEncoder())
        return tmp_path / "index"

    return build


def load(index: Path) -> Assistant:
    return Assistant(load_index(index), HashingEncoder())


def said(assistant: Reloading) -> tuple[str, str]:
    reply = assistant.ask(QUESTION)
    assert isinstance(reply, Answer)
    return reply.citations[0].quote, reply.generation


def test_no_reply_mixes_generations_while_they_are_exchanged(build: Callable[[str], Path]) -> None:
    """Every quote is the one that its own generation holds, whatever is swapped meanwhile."""
    index = build("0")
    assistant = Reloading(index, load)
    told = {assistant.generation: "0"}
    heard: list[tuple[str, str]] = []
    done = threading.Event()

    def keep_asking() -> None:
        while not done.is_set():
            heard.append(said(assistant))

    asking = [threading.Thread(target=keep_asking) for _ in range(2)]
    for thread in asking:
        thread.start()
    try:
        for number in range(1, 6):
            build(str(number))
            told[load(index).generation] = str(number)
    finally:
        done.set()
        for thread in asking:
            thread.join()

    assert [q for q, generation in heard if f"says {told[generation]}." not in q] == []
    assert len({generation for _, generation in heard}) > 1


def test_a_quiet_server_follows_its_index_and_counts_it(build: Callable[[str], Path]) -> None:
    assistant = Reloading(build("Ann"), load)
    site = Site(assistant)
    before = assistant.generation
    build("Bob")
    assert site("GET", "/readyz").json()["generation"] == before

    async def until_it_is_seen() -> None:
        async with anyio.create_task_group() as group:
            looks = Counting(assistant, group.cancel_scope.cancel, after=3)
            await watch(looks, every_s=0, metrics=site.desk.metrics)

    anyio.run(until_it_is_seen)

    assert site("GET", "/readyz").json()["generation"] == assistant.generation != before
    assert "quoth_reloads_total 1.0" in site("GET", "/metrics").text


class Counting:
    """An assistant that ends the watch after so many looks."""

    def __init__(self, assistant: Reloading, cancel: Callable[[], None], *, after: int) -> None:
        self._assistant, self._cancel, self._left = assistant, cancel, after

    @property
    def generation(self) -> str | None:
        return self._assistant.generation

    def now(self) -> object:
        self._left -= 1
        if self._left == 0:
            anyio.from_thread.run_sync(self._cancel)
        return self._assistant.now()


class Swapping:
    """An assistant of which every read is of a newer generation: of another day, and title."""

    def __init__(self) -> None:
        self._days = count(1)

    def held(self) -> Fake:
        day = next(self._days)
        titled = replace(document(), metadata=Metadata(title=f"Day {day}"))
        return Fake(generation=f"2026110{day}T000000Z-0", documents=(titled,))

    def __getattr__(self, name: str) -> object:
        return getattr(self.held(), name)


def test_a_list_of_documents_is_of_the_generation_that_it_names() -> None:
    said = Site(Swapping())("GET", "/api/documents").json()

    day = said["documents"][0]["title"].removeprefix("Day ")
    assert said["generation"] == f"2026110{day}T000000Z-0"


def test_an_articles_page_names_the_day_on_which_its_own_library_was_built() -> None:
    site = Site(Swapping())
    add_reading_view(site.app, site.desk.assistant)

    page = site("GET", "/read/als/twitches").text

    shown = [day for day in range(1, 9) if f"Day {day}<" in page]
    assert [f"{day} November 2026" in page for day in shown] == [True]
