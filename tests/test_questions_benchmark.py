"""The question benchmark counts what it says: accepted source and accepted words, both."""

import json
from pathlib import Path

import pytest

from assistant import Abstention, Answer, Citation, Reason
from benchmarks.questions import read_questions, score


def citation(source: str, quote: str) -> Citation:
    return Citation(quote, f"articles/{source}", "0" * 64, 0, len(quote), *[None] * 8)


def answer(*citations: Citation) -> Answer:
    return Answer(citations, (), "disclaimer", "generation")


def write(tmp_path: Path, *lines: dict[str, object]) -> Path:
    path = tmp_path / "q.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    return path


def test_counts_are_those_worked_out_by_hand(tmp_path: Path) -> None:
    accept = [{"source": "a.md", "quote": "wool is  warm"}]
    file = write(
        tmp_path,
        {"id": "1", "question": "first", "answerable": True, "accept": accept},
        {"id": "2", "question": "third", "answerable": True, "accept": accept},
        {"id": "3", "question": "other source", "answerable": True, "accept": accept},
        {"id": "4", "question": "silent", "answerable": True, "accept": accept},
        {"id": "5", "question": "rightly silent", "answerable": False, "accept": []},
        {"id": "6", "question": "loud", "answerable": False, "accept": []},
    )
    good, bad = citation("a.md", "My wool is\nwarm."), citation("b.md", "My wool is warm.")
    silence = Abstention(Reason.OFF_TOPIC, (), "disclaimer", None)
    replies = {
        "first": answer(good),
        "third": answer(bad, bad, good),
        "other source": answer(bad),
        "silent": silence,
        "rightly silent": silence,
        "loud": answer(good),
    }

    found = score(read_questions(file), replies.__getitem__).to_json()

    assert found == {
        "answerable": 4,
        "unanswerable": 2,
        "first_quote_accepted": 0.25,
        "one_of_three_accepted": 0.5,
        "answerable_abstained": 0.25,
        "unanswerable_abstained": 0.5,
        "first_quote_missed": ["2", "3", "4"],
        "unanswerable_answered": ["6"],
    }


def test_a_file_that_contradicts_itself_is_refused(tmp_path: Path) -> None:
    file = write(tmp_path, {"id": "1", "question": "x", "answerable": True, "accept": []})

    with pytest.raises(ValueError, match="answerable is True, accept says otherwise"):
        read_questions(file)


def test_a_place_in_characters_is_read_from_the_article(tmp_path: Path) -> None:
    (tmp_path / "frost.txt").write_text("Dew freezes at night.", encoding="utf-8")
    place = {"source": "frost.txt", "start": 4, "end": 20}
    file = write(tmp_path, {"id": "1", "question": "x", "answerable": True, "accept": [place]})

    (question,) = read_questions(file, tmp_path)

    assert [(a.source, a.quote) for a in question.accept] == [("frost.txt", "freezes at night")]
