"""Stage 3, rank: runs -> one ranking by strength, a sum of four signals on fixed scales.

Each signal is absolute (its ends mean the same for every question and every library), so the sum
can be compared with a threshold as well as sorted by. What each part is worth is in
docs/decisions/0006-ranking-and-abstention.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.coverage import Coverage
from assistant.definition import asks_what_is, defines
from assistant.records import Query, ScoredPassage, Scorer
from ingest import Index

# Cosine from which two questions are one question asked twice: its answer goes first. The 22 FAQ
# questions of the source articles reach 1.0 against themselves and at most .93 against each other.
TWIN = 0.95
NEAR_TWIN = 0.75  # cosine from which a question of the library is worth something as a question


@dataclass(frozen=True, slots=True)
class Weights:
    """What is added to the cosine (-1 to 1): each weight times a share of 0 to 1.

    `coverage`: of the question's content that the passage mentions. `words`: of the BM25 score that
    a passage could have for these words at most. `twin`: cosine above NEAR_TWIN of an FAQ question
    that the passage answers. `definition`: 1 for a passage that says what something is under a
    question that asks just that.
    """

    coverage: float
    words: float
    twin: float
    definition: float


# Tuned on 564 SciFact train judgments, 128 MEDIQA dev questions and twice 28 twitching questions.
# Re-run after a change: python -m benchmarks retrieval DIR and python -m benchmarks questions FILE
COVERAGE_WEIGHT = 0.2
WEIGHTS = Weights(coverage=COVERAGE_WEIGHT, words=0.25, twin=0.6, definition=0.1)
READ = 24  # ranks that are read for a definition

Run = Sequence[ScoredPassage]


def rank(
    query: Query, runs: Mapping[Scorer, Run], index: Index, *, weights: Weights = WEIGHTS
) -> tuple[ScoredPassage, ...]:
    """Every candidate by strength, best first, ties in order of cosine; scorer STRENGTH."""
    candidates = runs[Scorer.COSINE]
    strengths = _strengths(query, runs, index, weights)
    ordered = sorted(candidates, key=lambda scored: -strengths[scored.row])
    if asks_what_is(query):
        for scored in ordered[:READ]:
            strengths[scored.row] += weights.definition * defines(query, scored.passage.text)
        ordered = sorted(ordered, key=lambda scored: -strengths[scored.row])
    return tuple(
        ScoredPassage(s.row, s.passage, Scorer.STRENGTH, strengths[s.row], number)
        for number, s in enumerate(ordered, 1)
    )


def _strengths(
    query: Query, runs: Mapping[Scorer, Run], index: Index, weights: Weights
) -> dict[int, float]:
    """Row -> strength. A twin's answer has the most that there is."""
    words = {scored.row: scored.score for scored in runs[Scorer.BM25]}
    asked = {scored.row: scored.score for scored in runs[Scorer.FAQ_COSINE]}
    ceiling = index.bm25.ceiling(query.search_text) or 1.0
    rows = [scored.row for scored in runs[Scorer.COSINE]]
    shares = Coverage(query, index).of_rows(rows)
    strengths: dict[int, float] = {}
    for scored, covered in zip(runs[Scorer.COSINE], shares, strict=True):
        near = asked.get(scored.row, -1.0)
        strengths[scored.row] = (
            (1.0 if near >= TWIN else scored.score)
            + weights.coverage * (1.0 if near >= TWIN else covered)
            + weights.words * (1.0 if near >= TWIN else words.get(scored.row, 0.0) / ceiling)
            + weights.twin * max(0.0, near - NEAR_TWIN)
        )
    return strengths
