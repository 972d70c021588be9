"""Other ways to ask for what an article answers: searched by meaning and by word, never shown."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant import Answer, Assistant
from assistant.decide import bar_for
from assistant.ranking import Ranking
from assistant.records import Scorer
from assistant.related import related_questions
from assistant.render.document import summary, whole
from assistant.retrieve import retrieve
from assistant.understand import understand
from ingest import ArticleError, AskedQuestion, Index, build_index, load_index
from ingest.read.metadata import metadata_of
from ingest.records import AskedAs
from tests.conftest import HashingEncoder

ARTICLE = """---
title: "Cold feet"
asked_as:
  "Cold feet": ["toes like ice"]
  "Frost": ["white fingertips", "skin went hard"]
  "Do socks help?": ["anything to wear"]
---
# Cold feet

Feet get cold in winter.

## Frost

Frost bites.

Frost hurts.

## Frequently asked questions

### Do socks help?

Wool warms.
"""


@pytest.fixture
def index(
    articles: Callable[[dict[str, str]], Path], tmp_path: Path, encoder: HashingEncoder
) -> Index:
    build_index([articles({"feet.md": ARTICLE})], tmp_path / "index", encoder=encoder)
    return load_index(tmp_path / "index")


def test_a_wording_belongs_to_every_passage_of_its_section(index: Index) -> None:
    rows = {passage.text: row for row, passage in enumerate(index.passages)}

    assert set(index.questions) == {
        AskedQuestion("toes like ice", rows["Feet get cold in winter."], stands=False),
        AskedQuestion("white fingertips", rows["Frost bites."], stands=False),
        AskedQuestion("skin went hard", rows["Frost bites."], stands=False),
        AskedQuestion("white fingertips", rows["Frost hurts."], stands=False),
        AskedQuestion("skin went hard", rows["Frost hurts."], stands=False),
        AskedQuestion("Do socks help?", rows["Wool warms."], stands=True),
        AskedQuestion("anything to wear", rows["Wool warms."], stands=False),
    }
    assert index.n_wordings == 6


def test_the_question_that_stands_comes_before_its_other_wordings(index: Index) -> None:
    answered = [question.text for question in index.questions if question.row == 3]

    assert answered == ["Do socks help?", "anything to wear"]


def test_its_words_are_found_by_bm25(index: Index) -> None:
    assert index.bm25.search("ice", 4)[0][0] == 0
    assert index.bm25.document_frequency("fingertip") == 2


def test_a_passage_is_as_near_as_its_nearest_wording(index: Index, encoder: HashingEncoder) -> None:
    query = understand("anything to wear", index.bm25)
    runs = retrieve(query, encoder.encode([query.search_text]), index)
    whole = index.passage_vectors.scores([3], encoder.encode([query.search_text]))[0][1]

    assert runs[Scorer.COSINE].by_row()[3] == pytest.approx((whole + 1.0) / 2, abs=1e-3)


def test_no_reply_shows_a_wording(tmp_path: Path, index: Index, encoder: HashingEncoder) -> None:
    assistant = Assistant(index, encoder)

    reply = assistant.ask("anything to wear")

    assert isinstance(reply, Answer)
    assert [c.quote for c in reply.citations] == ["Wool warms."]
    assert reply.citations[0].faq_question == "Do socks help?"
    assert assistant.example_questions == ("Do socks help?",)
    near = assistant.ask("white fingertips")
    assert set(near.related_questions) <= {"Do socks help?"}  # type: ignore[union-attr]


def test_no_wording_is_part_of_a_document_that_is_given_out(index: Index) -> None:
    (document,) = index.documents.values()

    listed, given = summary(document), whole(document)

    assert document.metadata.asked_as
    assert "asked_as" not in {*listed, *given}
    assert "white fingertips" not in json.dumps([listed, given])


def test_a_question_whose_answer_is_quoted_is_not_suggested_again(index: Index) -> None:
    faq = Ranking.of(Scorer.FAQ_COSINE, [(3, 0.6), (1, 0.5)], index.passages)

    assert related_questions(faq, index) == ("Do socks help?",)  # row 1 has wordings only
    assert related_questions(faq, index, answered={"Do socks help?"}) == ()


def test_more_wordings_ask_for_more_strength() -> None:
    assert bar_for(80, is_personal=False, n_wordings=0) == pytest.approx(0.69)
    # .018 times ln(1 + 80 / 80), which is .6931
    assert bar_for(80, is_personal=False, n_wordings=80) == pytest.approx(0.69 + 0.01248, abs=1e-5)


def test_wordings_stand_under_headings_in_front_matter() -> None:
    read = metadata_of({"asked_as": {"A  heading": ["one", "two"], "B?": "three"}}, Path("a.md"))

    assert read.asked_as == (AskedAs("A heading", ("one", "two")), AskedAs("B?", ("three",)))
    assert read.wordings_of("B?") == ("three",)
    assert read.wordings_of("C") == ()


@pytest.mark.parametrize("value", [["a list"], "a text", {1: ["a"]}])
def test_wordings_under_no_heading_are_refused_with_what_to_write(value: object) -> None:
    with pytest.raises(ArticleError, match="must list wordings under headings or FAQ questions"):
        metadata_of({"asked_as": value}, Path("a.md"))


def test_a_question_typed_as_it_stands_is_its_own_twin_whatever_the_model_makes_of_it(
    index: Index, encoder: HashingEncoder
) -> None:
    query = understand("  do SOCKS help", index.bm25)
    elsewhere = encoder.encode(["something else"])

    runs = retrieve(query, elsewhere, index)

    assert runs[Scorer.FAQ_COSINE].by_row()[3] == 1.0
    assert index.asked("Do socks hel") == ()
