"""A server follows its index: the next question after a change is answered from the new one."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from assistant import Answer, Assistant, Reloading
from ingest import Store, add_articles, build_index, load_index, remove_documents
from ingest.__main__ import bring_up_to_date
from tests.conftest import HashingEncoder

Write = Callable[[dict[str, str]], Path]
STRIPES = "Zebras have stripes because flies dislike them, and every zebra has its own."
QUESTION = "Why do zebras have stripes?"


def load(index_dir: Path | Store) -> Assistant:
    return Assistant(load_index(index_dir), HashingEncoder())


def quoted(assistant: Reloading) -> list[str]:
    reply = assistant.ask(QUESTION)
    return [c.document_id for c in reply.citations] if isinstance(reply, Answer) else []


def test_what_is_added_is_quoted_and_what_is_removed_is_gone_without_a_restart(
    articles: Write, tmp_path: Path
) -> None:
    index = tmp_path / "index"
    build_index([articles({"a.txt": "Feet get cold in winter."})], index, encoder=HashingEncoder())
    assistant = Reloading(index, load)
    before = quoted(assistant)

    (tmp_path / "z.txt").write_text(STRIPES)
    add_articles([tmp_path / "z.txt"], index, encoder=HashingEncoder())
    with_it = quoted(assistant)
    remove_documents(["z.txt"], index, encoder=HashingEncoder())
    without_it = quoted(assistant)

    assert (before, with_it, without_it) == ([], ["z.txt"], [])
    assert [d.id for d in assistant.documents] == ["a.txt"]


def test_a_new_generation_that_is_damaged_is_not_used(articles: Write, tmp_path: Path) -> None:
    index = tmp_path / "index"
    first = build_index([articles({"z.txt": STRIPES})], index, encoder=HashingEncoder())
    assistant = Reloading(index, load_or_abstain)
    second = build_index(
        [articles({"a.txt": "Feet get cold in winter."})], index, encoder=HashingEncoder()
    )
    next((index / "generations" / second.generation).rglob("terms.json")).write_bytes(b"x")

    assert second.generation != first.generation
    assert (quoted(assistant), assistant.generation) == (["z.txt"], first.generation)


def test_an_index_that_comes_later_is_picked_up(articles: Write, tmp_path: Path) -> None:
    assistant = Reloading(tmp_path / "index", load_or_abstain)
    assert assistant.trouble is not None

    build_index([articles({"z.txt": STRIPES})], tmp_path / "index", encoder=HashingEncoder())

    assert quoted(assistant) == ["z.txt"]
    assert assistant.trouble is None


def test_an_index_that_another_process_builds_when_the_server_starts_is_picked_up(
    articles: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, index = articles({"z.txt": STRIPES}), tmp_path / "index"
    index.mkdir()

    with FileLock(index / ".lock"):
        bring_up_to_date(folder, index)
        assistant = Reloading(index, load_or_abstain)
    before = quoted(assistant)
    build_index([folder], index, encoder=HashingEncoder())

    assert (before, quoted(assistant)) == ([], ["z.txt"])
    assert "Another process is writing" in capsys.readouterr().err


class Clock:
    """Seconds, moved by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def damage(index: Path) -> tuple[Path, bytes]:
    """One file of the only generation, damaged, and what it held."""
    file = next((index / "generations").rglob("terms.json"))
    held = file.read_bytes()
    file.write_bytes(b"x")
    return file, held


def test_an_index_that_is_mended_in_place_is_picked_up(
    articles: Write, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    index = tmp_path / "index"
    build_index([articles({"z.txt": STRIPES})], index, encoder=HashingEncoder())
    file, held = damage(index)
    clock = Clock()
    assistant = Reloading(index, load_or_abstain, clock=clock)
    clock.now = 1.0
    still_damaged = quoted(assistant)

    file.write_bytes(held)
    too_soon = quoted(assistant)
    clock.now = 2.0
    mended = quoted(assistant)

    assert (still_damaged, too_soon, mended) == ([], [], ["z.txt"])
    assert assistant.trouble is None
    assert "is not used" not in caplog.text  # the server said so when it started


def test_a_load_that_takes_long_and_fails_is_tried_again_after_nine_times_as_long(
    articles: Write, tmp_path: Path
) -> None:
    clock, tries = Clock(), 0

    def load_slowly(index_dir: Store) -> Assistant:
        nonlocal tries
        tries += 1
        clock.now += 2.0
        return load_or_abstain(index_dir)

    assistant = Reloading(tmp_path / "index", load_slowly, clock=clock)
    tried = {}
    for clock.now in (19.9, 20.0, 39.9, 40.0):
        at = clock.now
        quoted(assistant)
        tried[at] = tries

    assert tried == {19.9: 1, 20.0: 2, 39.9: 2, 40.0: 3}


def test_a_load_that_fails_once_is_tried_again_and_its_message_is_in_no_log(
    articles: Write,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    index, clock, is_full = tmp_path / "index", Clock(), True
    build_index([articles({"a.txt": "Feet get cold in winter."})], index, encoder=HashingEncoder())

    def load_with_luck(index_dir: Store) -> Assistant:
        if is_full and clock.now > 0:
            raise MemoryError("canary-1c2d")
        return load(index_dir)

    assistant = Reloading(index, load_with_luck, clock=clock)
    caplog.set_level(logging.DEBUG)
    build_index([articles({"z.txt": STRIPES})], index, encoder=HashingEncoder())
    clock.now = 1.0
    first = quoted(assistant)
    clock.now, is_full = 2.0, False
    second = quoted(assistant)

    assert (first, second) == ([], ["z.txt"])
    assert "loading it failed: MemoryError at " in caplog.text
    assert "canary" not in caplog.text + "".join(capfd.readouterr())


def test_an_index_that_stays_damaged_is_told_of_once(
    articles: Write, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    index, clock = tmp_path / "index", Clock()
    build_index([articles({"a.txt": "Feet get cold in winter."})], index, encoder=HashingEncoder())
    assistant = Reloading(index, load_or_abstain, clock=clock)
    second = build_index([articles({"z.txt": STRIPES})], index, encoder=HashingEncoder())
    next((index / "generations" / second.generation).rglob("terms.json")).write_bytes(b"x")

    for clock.now in (1.0, 2.0, 3.0):
        quoted(assistant)

    assert caplog.text.count("The new index is not used") == 1
    assert assistant.trouble is None  # what was there before goes on answering


def test_one_that_does_not_follow_stays_with_what_it_began_with(
    articles: Write, tmp_path: Path
) -> None:
    index = tmp_path / "index"
    build_index([articles({"a.txt": "Feet.", "z.txt": STRIPES})], index, encoder=HashingEncoder())
    assistant = Reloading(index, load, follows=False)

    remove_documents(["z.txt"], index, encoder=HashingEncoder())

    assert quoted(assistant) == ["z.txt"]


def load_or_abstain(index_dir: Path | Store) -> Assistant:
    """As the server does, with the fake encoder."""
    from ingest import IngestError

    try:
        return load(index_dir)
    except IngestError as error:
        return Assistant(None, None, trouble=str(error))
