"""A `.jsonl` library: one article a line, each with its own id, and bad lines named."""

import gzip
import json
import os
from pathlib import Path

import pytest

from ingest import ArticleError, AskedQuestion, build_index, load_index
from ingest.clean import clean
from ingest.read import read_articles
from ingest.read.jsonl import read_jsonl
from ingest.records import Source
from tests.conftest import HashingEncoder

WOOL = {
    "_id": "wool#1",
    "title": "Is wool warm?",
    "text": "Wool is warm.\n\nIt keeps:\n - feet\n - hands",
    "metadata": {"url": "https://example.org/wool", "publisher": "Sheep", "focus": "wool"},
}


def write(path: Path, *lines: object) -> Path:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    whole = f"{text}\n".encode()
    path.write_bytes(gzip.compress(whole) if path.suffix == ".gz" else whole)
    return path


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "A.JSONL"])
def test_a_line_is_an_article_with_its_own_id_and_metadata(tmp_path: Path, name: str) -> None:
    (source,) = read_articles([write(tmp_path / name, WOOL)])

    assert isinstance(source, Source)
    assert source.id == "wool#1"
    assert source.metadata.title == "Is wool warm?"
    assert source.metadata.publisher == "Sheep"
    assert source.metadata.url == "https://example.org/wool"


def test_paragraphs_and_lists_are_those_of_plain_text(tmp_path: Path) -> None:
    (source,) = read_jsonl(write(tmp_path / "a.jsonl", WOOL))

    assert isinstance(source, Source)
    assert clean(source).text == "Wool is warm.\n\nIt keeps:\n- feet\n- hands"


def test_a_text_of_a_few_words_is_a_paragraph_not_a_heading(tmp_path: Path) -> None:
    (source,) = read_jsonl(write(tmp_path / "a.jsonl", {"_id": "1", "text": "Iron deficiency"}))

    assert isinstance(source, Source)
    assert source.metadata.title is None
    assert [element.kind for element in source.elements] == ["paragraph"]


def test_a_title_that_asks_is_a_question_that_the_first_passage_answers(tmp_path: Path) -> None:
    long = "Wool is warm. " * 100
    corpus = write(
        tmp_path / "a.jsonl", WOOL | {"text": long}, WOOL | {"_id": "2", "title": "Wool"}
    )

    build_index([corpus], tmp_path / "index", encoder=HashingEncoder())

    index = load_index(tmp_path / "index")
    assert index.questions == (AskedQuestion("Is wool warm?", 0),)
    assert index.passages[0].place.document_id == "wool#1"
    assert len(index.passages[0].text) <= 900
    assert index.passages[1].place.document_id == "wool#1"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "line 2: Expecting property name"),
        ("[]", 'line 2: needs an object {"_id", "title", "text", "metadata"}'),
        ({"text": "x"}, "line 2: '_id' must be text that is not empty"),
        ({"_id": "2", "text": " "}, "line 2: 'text' must be text that is not empty"),
        ({"_id": "2", "text": "x", "metadata": []}, None),
        ({"_id": "2", "text": "x", "metadata": [1]}, "line 2: 'metadata' must be an object"),
        ({"_id": "2", "text": "x", "metadata": {"url": 1}}, "line 2: metadata key 'url' must be"),
        ("[" * 100_000, "line 2: "),
    ],
)
def test_a_bad_line_is_named_and_the_others_are_read(
    tmp_path: Path, line: object, reason: str | None
) -> None:
    first, second, third = read_jsonl(
        write(tmp_path / "a.jsonl", WOOL, line, WOOL | {"_id": "wool#3"})
    )

    assert isinstance(first, Source)
    assert isinstance(third, Source)
    if reason is None:
        assert isinstance(second, Source)
        return
    assert isinstance(second, ArticleError)
    assert second.path == tmp_path / "a.jsonl"
    assert second.reason.startswith(reason)


def test_two_lines_with_one_id_are_one_article_and_one_error(tmp_path: Path) -> None:
    _, second = read_articles([write(tmp_path / "a.jsonl", WOOL, WOOL)])

    assert isinstance(second, ArticleError)
    assert second.reason == "another article has the id 'wool#1'; rename one"


def test_what_is_not_gzip_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl.gz").write_bytes(b"plain")

    (found,) = read_articles([tmp_path])

    assert isinstance(found, ArticleError)
    assert found.reason.startswith("unreadable after line 0: ")


def test_a_file_cut_short_gives_what_came_before_the_cut(tmp_path: Path) -> None:
    lines = [WOOL | {"_id": str(n), "text": f"Wool {n * n}. " * 40} for n in range(200)]
    whole = write(tmp_path / "a.jsonl.gz", *lines).read_bytes()
    (tmp_path / "a.jsonl.gz").write_bytes(whole[: len(whole) // 2])

    found = list(read_jsonl(tmp_path / "a.jsonl.gz"))

    assert any(isinstance(article, Source) for article in found)
    assert isinstance(found[-1], ArticleError)


def test_a_line_without_end_is_not_read_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.read.jsonl.MAX_LINE_BYTES", 1000)
    path = write(tmp_path / "a.jsonl", WOOL, WOOL | {"text": "x" * 2000}, WOOL)

    _, second = read_jsonl(path)

    assert isinstance(second, ArticleError)
    assert second.reason == "line 2: longer than 1000 bytes; stopped here"


def test_a_pipe_that_is_called_jsonl_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.jsonl")

    (found,) = read_articles([tmp_path])

    assert isinstance(found, ArticleError)
    assert found.reason == "not a regular file"
