"""What is compared: the ranking that the app uses, and the same with one part taken away.

A system sees what `assistant.rank` sees and gives passages, best first. A part whose row is no
worse than the app's has no place in the app.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from assistant.rank import WEIGHTS, rank
from assistant.ranking import Ranking
from assistant.records import Query, Scorer
from ingest import Index, Vectors

Runs = Mapping[Scorer, Ranking]
System = Callable[[Query, Vectors, Runs, Index], Sequence[int]]  # -> passage rows, best first

APP = "app"
RRF_K = 60


def rrf(runs: Sequence[Sequence[int]]) -> list[int]:
    """Fuse rankings by rank alone: score = sum over runs of 1 / (60 + rank), rank from 1.

    Ties keep first appearance. Source: Cormack, Clarke & Buettcher, SIGIR 2009.
    """
    scores: dict[int, float] = {}
    for run in runs:
        for rank_, row in enumerate(run, 1):
            scores[row] = scores.get(row, 0.0) + 1 / (RRF_K + rank_)
    return sorted(scores, key=lambda row: -scores[row])


def _weighted(**changes: float) -> System:
    """The app's ranking with other weights."""
    weights = replace(WEIGHTS, **changes)
    return lambda query, _vector, runs, index: _rows(rank(query, runs, index, weights=weights))


def _passage_cosine(_query: Query, vector: Vectors, runs: Runs, index: Index) -> list[int]:
    scored = index.passage_vectors.scores(sorted(_rows(runs[Scorer.COSINE])), vector)
    return [row for row, _ in sorted(scored, key=lambda hit: -hit[1])]


def _rows(run: Ranking) -> list[int]:
    return [int(row) for row in run.rows]


SYSTEMS: Mapping[str, System] = {
    APP: _weighted(),
    "app without coverage": _weighted(coverage=0.0),
    "app without bm25": _weighted(words=0.0),
    "app without twins": _weighted(twin=0.0),
    "app without pairs": _weighted(apart=0.0),
    "rrf of cosine and bm25": lambda _query, _vector, runs, _index: rrf(
        [_rows(runs[Scorer.COSINE]), _rows(runs[Scorer.BM25])]
    ),
    "cosine of passage and best statement": lambda _query, _vector, runs, _index: _rows(
        runs[Scorer.COSINE]
    ),
    "cosine of passage": _passage_cosine,
    "bm25": lambda _query, _vector, runs, _index: _rows(runs[Scorer.BM25]),
}
