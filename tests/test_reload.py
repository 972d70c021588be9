"""A server follows its index: the next question after a change is answered from the new one."""

from collections.abc import Callable
from pathlib import Path

from assistant import Answer, Assistant, Reloading
from ingest import add_articles, build_index, load_index, remove_documents
from tests.conftest import HashingEncoder

Write = Callable[[dict[str, str]], Path]
STRIPES = "Zebras have stripes because flies dislike them, and every zebra has its own."
QUESTION = "Why do zebras have stripes?"


def load(index_dir: Path) -> Assistant:
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


def load_or_abstain(index_dir: Path) -> Assistant:
    """As the server does, with the fake encoder."""
    from ingest import IngestError

    try:
        return load(index_dir)
    except IngestError as error:
        return Assistant(None, None, trouble=str(error))
