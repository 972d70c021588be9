"""Stage 3: one question that is asked twice, and one that is asked nearly twice."""

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.rank import WEIGHTS, rank
from assistant.ranking import Ranking
from assistant.records import Query, Scorer
from ingest import Index, build_index, load_index
from tests.conftest import HashingEncoder


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder: Path = tmp_path_factory.mktemp("rank")
    (folder / "a.txt").write_text("Feet\n\nFrost bites.\n\nWool warms.\n", encoding="utf-8")
    build_index([folder], folder / "index", encoder=HashingEncoder())
    return load_index(folder / "index")


def run(index: Index, scorer: Scorer, *scores: float) -> Ranking:
    """The first passages, by row, with these scores."""
    return Ranking.of(scorer, enumerate(scores), index.passages)


def strengths(index: Index, cosines: tuple[float, ...], asked: tuple[float, ...]) -> list[float]:
    runs = {
        Scorer.COSINE: run(index, Scorer.COSINE, *cosines),
        Scorer.BM25: run(index, Scorer.BM25),
        Scorer.FAQ_COSINE: run(index, Scorer.FAQ_COSINE, *asked),
    }
    return [s.score for s in sorted(rank(Query("", "", (), ()), runs, index), key=lambda s: s.row)]


def test_a_question_asked_twice_has_the_most_strength_there_is(index: Index) -> None:
    assert strengths(index, (0.9, 0.1), (-1.0, 0.95)) == pytest.approx([0.9, 1.45 + 0.6 * 0.2])


def test_a_near_twin_gains_by_how_near_it_is(index: Index) -> None:
    assert strengths(index, (0.5, 0.5), (0.85, 0.74)) == pytest.approx([0.5 + 0.6 * 0.1, 0.5])


def test_the_parts_of_a_strength_are_kept_in_its_order(index: Index) -> None:
    runs = {
        Scorer.COSINE: run(index, Scorer.COSINE, 0.5, 0.4),
        Scorer.BM25: run(index, Scorer.BM25),
        Scorer.FAQ_COSINE: run(index, Scorer.FAQ_COSINE, -1.0, 0.85),
    }
    swapped = rank(Query("", "", (), ()), runs, index, weights=replace(WEIGHTS, twin=3))

    assert [s.row for s in swapped] == [1, 0]
    assert {name: part.tolist() for name, part in swapped.parts.items()} == {
        "cosine": [0.4, 0.5],
        "coverage": [0, 0],
        "words": [0, 0],
        "twin": [pytest.approx(3 * 0.1), 0],
    }


def test_equal_strength_keeps_the_order_of_cosine(index: Index) -> None:
    runs = {
        Scorer.COSINE: run(index, Scorer.COSINE, 0.5, 0.5),
        Scorer.BM25: run(index, Scorer.BM25),
        Scorer.FAQ_COSINE: run(index, Scorer.FAQ_COSINE),
    }

    assert [s.row for s in rank(Query("", "", (), ()), runs, index)] == [0, 1]


def test_a_ranking_is_read_like_a_list_of_lines_best_first_ties_by_row(index: Index) -> None:
    ranking = Ranking.of(Scorer.BM25, [(1, 0.5), (0, 0.5)], index.passages)

    assert [(s.row, s.score, s.rank) for s in ranking] == [(0, 0.5, 1), (1, 0.5, 2)]
    assert ranking[-1].passage is index.passages[1]
    assert [s.rank for s in ranking[1:]] == [2]
    assert ranking.by_row() == {0: 0.5, 1: 0.5}
    with pytest.raises(IndexError):
        ranking[2]
    assert list(Ranking.of(Scorer.BM25, [], index.passages)) == []
