"""A newer generation is served under traffic: nothing fails, nothing mixes, nobody waits."""

import threading
from collections.abc import Callable
from pathlib import Path

import anyio
import anyio.from_thread
import pytest

from assistant import Answer, Assistant, Reloading
from assistant.web.watch import watch
from ingest import build_index, load_index
from tests.conftest import HashingEncoder
from tests.web import Site

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
