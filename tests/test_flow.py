"""One article file to one quoted answer, with the real model; then the real articles."""

import json
from pathlib import Path

import pytest

from assistant import Answer, Assistant
from assistant.render.json import to_json
from assistant.verify import verify
from benchmarks.questions import read_questions, score
from ingest import build_index, load_encoder, load_index
from ingest.options import DEFAULT_MODEL

pytestmark = pytest.mark.slow
REPOSITORY = Path(__file__).resolve().parent.parent
ARTICLE = """---
title: Why eyelids flutter
publisher: Quoth tests
url: https://tests.example/eyelids
published: 2026-01-02
---
# Why eyelids flutter

Eyelids flutter for many reasons. Long evenings in front of a screen are one of them.

## Rest

A fluttering eyelid usually calms down after a few nights of good sleep.
"""


def test_one_article_file_becomes_one_quoted_answer(tmp_path: Path) -> None:
    (tmp_path / "eyelids.md").write_text(ARTICLE, encoding="utf-8")
    build_index([tmp_path / "eyelids.md"], tmp_path / "index")

    reply = Assistant.load(str(tmp_path / "index")).ask("Does sleep calm a fluttering eyelid?")

    assert isinstance(reply, Answer)
    citation = reply.citations[0]
    assert (
        citation.quote == "A fluttering eyelid usually calms down after a few nights of good sleep."
    )
    assert (citation.title, citation.publisher) == ("Why eyelids flutter", "Quoth tests")
    assert (citation.published, citation.section) == ("2026-01-02", "Rest")
    assert citation.url == "https://tests.example/eyelids"
    text = load_index(tmp_path / "index").documents["eyelids.md"].text
    assert text[citation.start : citation.end] == citation.quote
    assert verify(
        [json.loads(json.dumps(to_json(reply)))], load_index(tmp_path / "index").documents
    ) == (
        1,
        len(reply.citations),
    )


def test_the_model_is_the_one_that_was_promised() -> None:
    identity = load_encoder(DEFAULT_MODEL).identity

    assert identity.weights_sha256 == (
        "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
    )
    assert (identity.dimension, identity.max_tokens) == (384, 256)


def test_vectors_are_unit_rows_of_float32() -> None:
    vectors = load_encoder(DEFAULT_MODEL).encode(["Feet get cold.", "Twitching"])

    assert (vectors.shape, str(vectors.dtype)) == ((2, 384), "float32")
    assert (vectors**2).sum(axis=1) == pytest.approx([1, 1], abs=1e-5)


def test_the_starter_library_answers_its_questions(starter_index: Path) -> None:
    """Floors a little under what was measured; README.md has the figures."""
    questions = read_questions(REPOSITORY / "benchmarks/data/starter_accept.jsonl")

    found = score(questions, Assistant.load(starter_index).ask)

    assert (found.n_answerable, found.n_unanswerable) == (28, 20)
    assert found.first >= 19
    assert found.one_of_three >= 25
    assert found.abstained_rightly >= 18  # two near misses: a mention, not an answer


def test_the_source_articles_answer_the_dev_questions(seeds_index: Path, shared_eval: Path) -> None:
    questions = read_questions(shared_eval / "twitching/questions_dev.jsonl")

    found = score(questions, Assistant.load(seeds_index).ask)

    assert found.first >= 0.75 * found.n_answerable
    assert found.one_of_three >= 0.9 * found.n_answerable
    assert found.abstained_rightly >= 0.95 * found.n_unanswerable


def test_a_question_about_the_seeds_is_answered_with_publisher_and_address(
    seeds_index: Path,
) -> None:
    reply = Assistant.load(seeds_index).ask("Are ALS twitches painful?")

    assert isinstance(reply, Answer)
    documents = load_index(seeds_index).documents
    for citation in reply.citations:
        about = documents[citation.document_id].metadata
        assert (citation.publisher, citation.url) == (about.publisher, about.url)
        assert citation.publisher
        assert (citation.url or "").startswith("https://")
        assert documents[citation.document_id].text[citation.start : citation.end] == citation.quote


def test_every_faq_question_of_the_seeds_finds_its_own_answer_first(seeds_index: Path) -> None:
    index = load_index(seeds_index)
    assistant = Assistant.load(seeds_index)
    assert len(index.questions) == 22

    for question, row, _ in index.questions:
        reply = assistant.ask(question)
        assert isinstance(reply, Answer), question
        place = index.passages[row].place
        first = reply.citations[0]
        assert first.document_id == place.document_id, question
        assert place.start <= first.start < first.end <= place.end, question


def test_the_reader_who_commented_cannot_be_asked_about(seeds_index: Path) -> None:
    reply = Assistant.load(seeds_index).ask("What illnesses does Marilynn Nehring have?")

    assert not isinstance(reply, Answer)
