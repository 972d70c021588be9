"""Stage 3: runs are fused by rank alone."""

import pytest

from assistant.rank import reciprocal_rank_fusion
from assistant.records import ScoredPassage, Scorer
from ingest import Passage, Place


def line(row: int, scorer: Scorer, score: float, rank: int) -> ScoredPassage:
    return ScoredPassage(row, Passage("x", Place(f"d{row}", 0, 1)), scorer, score, rank)


def run(scorer: Scorer, *rows: int) -> list[ScoredPassage]:
    return [line(row, scorer, 1 / rank, rank) for rank, row in enumerate(rows, 1)]


def test_a_score_is_the_sum_of_one_over_sixty_plus_rank() -> None:
    fused = reciprocal_rank_fusion([run(Scorer.COSINE, 7, 8), run(Scorer.BM25, 8)])

    assert [(s.row, s.rank) for s in fused] == [(8, 1), (7, 2)]
    assert fused[0].score == pytest.approx(1 / 62 + 1 / 61)
    assert fused[1].score == pytest.approx(1 / 61)
    assert {s.scorer for s in fused} == {Scorer.RRF}


def test_ties_keep_first_appearance() -> None:
    fused = reciprocal_rank_fusion([run(Scorer.COSINE, 5, 3), run(Scorer.BM25, 3, 5)])

    assert [s.row for s in fused] == [5, 3]


def test_no_run_gives_no_ranking() -> None:
    assert reciprocal_rank_fusion([]) == ()
