"""Stage 3: one question that is asked twice, and one that is asked nearly twice."""

from pathlib import Path

import pytest

from assistant.rank import rank
from assistant.records import Query, ScoredPassage, Scorer
from ingest import Index, build_index, load_index
from tests.conftest import HashingEncoder


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder: Path = tmp_path_factory.mktemp("rank")
    (folder / "a.txt").write_text("Feet\n\nFrost bites.\n\nWool warms.\n", encoding="utf-8")
    build_index([folder], folder / "index", encoder=HashingEncoder())
    return load_index(folder / "index")


def run(index: Index, scorer: Scorer, *scores: float) -> list[ScoredPassage]:
    return [
        ScoredPassage(row, index.passages[row], scorer, score, row + 1)
        for row, score in enumerate(scores)
    ]


def strengths(index: Index, cosines: tuple[float, ...], asked: tuple[float, ...]) -> list[float]:
    runs = {
        Scorer.COSINE: run(index, Scorer.COSINE, *cosines),
        Scorer.BM25: [],
        Scorer.FAQ_COSINE: run(index, Scorer.FAQ_COSINE, *asked),
    }
    return [s.score for s in sorted(rank(Query("", "", (), ()), runs, index), key=lambda s: s.row)]


def test_a_question_asked_twice_has_the_most_strength_there_is(index: Index) -> None:
    assert strengths(index, (0.9, 0.1), (-1.0, 0.95)) == pytest.approx([0.9, 1.45 + 0.6 * 0.2])


def test_a_near_twin_gains_by_how_near_it_is(index: Index) -> None:
    assert strengths(index, (0.5, 0.5), (0.85, 0.74)) == pytest.approx([0.5 + 0.6 * 0.1, 0.5])


def test_equal_strength_keeps_the_order_of_cosine(index: Index) -> None:
    runs = {
        Scorer.COSINE: run(index, Scorer.COSINE, 0.5, 0.5),
        Scorer.BM25: [],
        Scorer.FAQ_COSINE: [],
    }

    assert [s.row for s in rank(Query("", "", (), ()), runs, index)] == [0, 1]
