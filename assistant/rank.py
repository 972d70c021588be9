"""Stage 3, rank: runs -> one ranking, in two steps.

Rankings are fused by rank alone, so that no scorer's scale decides who is looked at. The best
candidates are then put in order by how strongly they speak to the question.
"""

from collections.abc import Mapping, Sequence

from assistant.coverage import coverage
from assistant.records import Query, ScoredPassage, Scorer
from ingest import Index, search_copy

RRF_K = 60  # Cormack, Clarke & Buettcher, SIGIR 2009; not tuned here
RERANKED = 30  # fused candidates that are looked at closely
# Strength = cosine + COVERAGE_WEIGHT * coverage, about 0 to 1.2. On 28 answerable dev questions the
# first passage is accepted for .71 of them with weight 0, .82 with .10 and .15, .89 with .20 and
# .25 over the source articles; over the starter library .71, .82, .86 and .89.
# Re-run after a change: python -m benchmarks questions benchmarks/data/starter_accept.jsonl
COVERAGE_WEIGHT = 0.2
# Cosine from which two questions are one question asked twice. The 22 FAQ questions of the source
# articles reach 1.0 against themselves and at most .93 against each other.
TWIN = 0.95

Run = Sequence[ScoredPassage]


def rank(query: Query, runs: Mapping[Scorer, Run], index: Index) -> tuple[ScoredPassage, ...]:
    """One ranking by strength, best first, ties in fused order; scorer STRENGTH."""
    cosines = {scored.row: scored.score for scored in runs[Scorer.COSINE]}
    twins = {scored.row for scored in runs[Scorer.FAQ_COSINE] if scored.score >= TWIN}
    candidates = reciprocal_rank_fusion((runs[Scorer.COSINE], runs[Scorer.BM25]))[:RERANKED]
    strengths = {
        scored.row: 1.0 + COVERAGE_WEIGHT
        if scored.row in twins
        else cosines.get(scored.row, 0.0)
        + COVERAGE_WEIGHT * coverage(query, search_copy(scored.passage), index)
        for scored in candidates
    }
    ordered = sorted(candidates, key=lambda scored: -strengths[scored.row])
    return tuple(
        ScoredPassage(s.row, s.passage, Scorer.STRENGTH, strengths[s.row], number)
        for number, s in enumerate(ordered, 1)
    )


def reciprocal_rank_fusion(runs: Sequence[Run]) -> tuple[ScoredPassage, ...]:
    """Fuse rankings by rank alone: score = sum over runs of 1 / (60 + rank), rank from 1.

    Ties keep first appearance. Source: Cormack, Clarke & Buettcher, SIGIR 2009.
    """
    scores: dict[int, float] = {}
    seen: dict[int, ScoredPassage] = {}
    for run in runs:
        for scored in run:
            scores[scored.row] = scores.get(scored.row, 0.0) + 1 / (RRF_K + scored.rank)
            seen.setdefault(scored.row, scored)
    ordered = sorted(scores, key=lambda row: -scores[row])  # stable: ties keep first appearance
    return tuple(
        ScoredPassage(row, seen[row].passage, Scorer.RRF, scores[row], number)
        for number, row in enumerate(ordered, 1)
    )
