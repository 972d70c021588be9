"""What the starter library answers: its own questions first of all, and those of the benchmarks."""

import json
from pathlib import Path

import pytest

from assistant import Answer, Assistant
from tests.conftest import REPOSITORY
from tests.starter import ARTICLES, folded

DATA = REPOSITORY / "benchmarks/data"
HALVES = ("starter_questions_dev", "starter_questions_report")
FILES = (*HALVES, "starter_accept", "starter_questions_stranger")
BODIES = {article.name: folded(article.body) for article in ARTICLES}


def rows(name: str) -> list[dict[str, object]]:
    """The questions of one file."""
    return [json.loads(line) for line in (DATA / f"{name}.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.slow
def test_every_faq_question_is_answered_by_its_own_answer_first(starter_index: Path) -> None:
    ask = Assistant.load(starter_index).ask
    astray = []

    for article in ARTICLES:
        for question in article.questions:
            reply = ask(question)
            first = reply.citations[0] if isinstance(reply, Answer) else None
            named = first and (Path(first.document_id).name, first.faq_question)
            if named != (article.name, question):
                astray.append((question, named))

    assert not astray


@pytest.mark.parametrize("name", FILES)
def test_every_accepted_quote_stands_in_its_article(name: str) -> None:
    for row in rows(name):
        assert row["answerable"] == bool(row["accept"]), row["id"]
        for accepted in row["accept"]:
            assert accepted["quote"] in BODIES[accepted["source"]], row["id"]


def test_there_are_a_hundred_answerable_and_fifty_other_questions_in_two_equal_halves() -> None:
    dev, report = (rows(name) for name in HALVES)
    asked = [str(row["question"]).casefold() for row in (*dev, *report)]

    assert len(set(asked)) == len(asked)
    assert len(dev) == len(report)
    answerable = sum(bool(row["answerable"]) for row in (*dev, *report))
    assert answerable >= 100
    assert len(asked) - answerable >= 50


def test_every_article_is_asked_about() -> None:
    accepted = {a["source"] for name in HALVES for row in rows(name) for a in row["accept"]}

    assert accepted == set(BODIES)
