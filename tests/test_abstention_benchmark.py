"""The abstention benchmark: both directions of the threshold, and pictures of it."""

import gzip
import json
from pathlib import Path

import pytest

from benchmarks.abstention import (
    Asked,
    auroc,
    beside,
    figures,
    read_asked,
    risk_coverage,
    write_answers,
)
from benchmarks.pictures import draw, reliability


def asked(strength: float, *, answerable: bool, strict: bool = True) -> Asked:
    return Asked("q", answerable, strict, strength)


FOUR = [
    asked(0.9, answerable=True),
    asked(0.7, answerable=False, strict=False),
    asked(0.5, answerable=True),
    asked(0.3, answerable=False),
]


def test_auroc_is_the_share_of_pairs_in_the_right_order() -> None:
    assert auroc([0.9, 0.5], [0.7, 0.3]) == 3 / 4
    assert auroc([0.5], [0.5]) == 1 / 2
    with pytest.raises(ValueError, match="one of each"):
        auroc([], [0.5])


def test_both_directions_are_counted_at_the_threshold_of_the_library() -> None:
    found = figures(FOUR, n_passages=80)

    assert found["threshold"] == 0.69
    assert found["answerable_declined"][0] == 1 / 2  # type: ignore[index]
    assert found["unanswerable_answered"][0] == 1 / 2  # type: ignore[index]
    assert found["strict_answered"][0] == 0  # type: ignore[index]
    assert found["auroc"][0] == 3 / 4  # type: ignore[index]
    assert found["auroc_strict"][0] == 1  # type: ignore[index]


def test_a_file_of_one_kind_has_no_auroc() -> None:
    found = figures([asked(0.3, answerable=False)], n_passages=80)

    assert found["auroc"] is None
    assert found["answerable_declined"] is None
    assert found["unanswerable_answered"] == [0.0, 0.0, 0.0]


def test_risk_is_the_share_of_answers_that_should_not_have_been() -> None:
    assert risk_coverage(FOUR) == [(1 / 4, 0), (2 / 4, 1 / 2), (3 / 4, 1 / 3), (1, 2 / 4)]


def test_a_line_that_does_not_say_strict_is_strict(tmp_path: Path) -> None:
    lines = [
        {"question": "a", "answerable": False},
        {"question": "b", "answerable": False, "strict": False},
    ]
    (tmp_path / "q.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")

    assert [q.is_strict for q in read_asked(tmp_path / "q.jsonl")] == [True, False]


def test_answers_are_written_without_their_questions_and_what_is_left_out(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.jsonl.gz"
    records = [{"_id": n, "title": "Is it so?", "text": f"It is {n}."} for n in "ab"]
    with gzip.open(corpus, "wt", encoding="utf-8") as file:
        file.write("\n".join(map(json.dumps, records)))

    written = write_answers(corpus, {"b"}, tmp_path / "answers")

    assert [json.loads(line) for line in written.read_text().splitlines()] == [
        {"_id": "a", "title": "", "text": "It is a."}
    ]


def test_a_leave_out_file_finds_its_corpus_and_its_list(tmp_path: Path) -> None:
    file = tmp_path / "abstention/medquad_leaveout_dev.jsonl"
    corpus = tmp_path / "medquad/corpus.jsonl.gz"
    listed = file.parent / "medquad_leaveout_removed_docs.txt"
    for path in (corpus, listed):
        path.parent.mkdir(exist_ok=True)
        path.touch()

    assert beside(file, None, None, shared=tmp_path / "none") == (corpus, listed)
    held_out = tmp_path / "elsewhere/held/medquad_leaveout_test.jsonl"
    assert beside(held_out, None, None, shared=tmp_path) == (corpus, listed)
    assert beside(tmp_path / "abstention/other.jsonl", None, None) == (None, None)


def test_a_leave_out_file_without_its_corpus_is_not_measured_on_another(tmp_path: Path) -> None:
    file = tmp_path / "abstention/medquad_leaveout_dev.jsonl"

    with pytest.raises(FileNotFoundError, match="--corpus"):
        beside(file, None, None, shared=tmp_path / "none")


def test_reliability_is_the_share_answerable_from_weakest_to_strongest() -> None:
    found = reliability(FOUR)

    assert [share for _, share in found] == [0, 1, 0, 1]
    assert [x for x, _ in found] == pytest.approx([0, 1 / 3, 2 / 3, 1])


def test_two_pictures_are_drawn_with_names_that_a_screen_reader_says(tmp_path: Path) -> None:
    risk, reliable = draw(FOUR, tmp_path, name="dev")

    assert "<title>dev: risk and coverage</title>" in risk.read_text(encoding="utf-8")
    assert reliable.read_text(encoding="utf-8").count("<circle") == 4
