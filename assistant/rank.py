"""Stage 3, rank: runs -> one ranking by strength, a sum of signals on fixed scales.

Each signal is absolute (its ends mean the same for every question and every library), so the sum
can be compared with a threshold as well as sorted by. What each part is worth is in
docs/decisions/0006-ranking-and-abstention.md.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from assistant.coverage import Coverage
from assistant.proximity import Pairs
from assistant.ranking import Ranking, Rows, Scores
from assistant.records import Query, Scorer
from ingest import Index, search_copy

# Cosine from which two questions are one question asked twice: its answer goes first. The 22 FAQ
# questions of the source articles reach 1.0 against themselves and at most .93 against each other.
TWIN = 0.95
NEAR_TWIN = 0.75  # cosine from which a question of the library is worth something as a question

Parts = dict[str, Scores]  # what is added up to the strengths, by the name of its weight


@dataclass(frozen=True, slots=True)
class Weights:
    """What is added to the cosine (-1 to 1): each weight times a share of 0 to 1.

    `coverage`: of the question's content that the passage mentions. `words`: of the BM25 score that
    a passage could have for these words at most. `twin`: cosine above NEAR_TWIN of an FAQ question
    that the passage answers. `apart` is taken off, once for each unit of ln(passages / LARGE):
    the share of words side by side in the question that are not so in the passage.
    """

    coverage: float
    words: float
    twin: float
    apart: float


# Tuned on 564 SciFact train judgments, 128 MEDIQA dev questions and twice 28 twitching questions.
# Re-run after a change: python -m benchmarks retrieval DIR and python -m benchmarks questions FILE
COVERAGE_WEIGHT = 0.2
WEIGHTS = Weights(coverage=COVERAGE_WEIGHT, words=0.25, twin=0.6, apart=0.06)
READ = 24  # ranks that are read for words that stand side by side
# Passages from which on words that stand apart count. Among fewer they tell nothing: with .1 in the
# starter library (418) 18 instead of 6 of 100 everyday questions are declined, and as many near
# misses answered once the threshold is lowered for it. MedQuAD's 30,143: assistant/decide.py.
LARGE = 1000


def rank(
    query: Query, runs: Mapping[Scorer, Ranking], index: Index, *, weights: Weights = WEIGHTS
) -> Ranking:
    """Every candidate by strength, best first, ties in order of cosine; scorer STRENGTH."""
    rows, parts = _falling(runs[Scorer.COSINE].rows, _parts(query, runs, index, weights))
    weight = weights.apart * math.log(max(1.0, len(index.passages) / LARGE))
    if weight and (pairs := Pairs(query, index)):
        parts["apart"] = -weight * _apart(pairs, rows, index)
        rows, parts = _falling(rows, parts)
    return Ranking(Scorer.STRENGTH, rows, _sum(parts), index.passages, parts=parts)


def _apart(pairs: Pairs, rows: Rows, index: Index) -> Scores:
    """The share of pairs that stand apart in each passage; all, where it is not read."""
    apart = np.ones(len(rows))
    for place, row in enumerate(rows[:READ].tolist()):
        passage = index.passages[row]
        document = index.documents[passage.place.document_id]
        apart[place] = pairs.apart(search_copy(passage, document))
    return apart


def _falling(rows: Rows, parts: Parts) -> tuple[Rows, Parts]:
    """Both with the strongest first; equals keep their order."""
    order = np.argsort(-_sum(parts), kind="stable")
    return rows[order], {name: part[order] for name, part in parts.items()}


def _sum(parts: Parts) -> Scores:
    """The strengths."""
    total: Scores = np.sum(list(parts.values()), axis=0)
    return total


def _parts(query: Query, runs: Mapping[Scorer, Ranking], index: Index, weights: Weights) -> Parts:
    """What is added up for each candidate, in order of cosine. A twin's answer has the most."""
    rows = runs[Scorer.COSINE].rows.tolist()
    ceiling = index.bm25.ceiling(query.search_text) or 1.0
    asked, found = runs[Scorer.FAQ_COSINE].by_row(), runs[Scorer.BM25].by_row()
    near = np.array([asked.get(row, -1.0) for row in rows])
    words = np.array([found.get(row, 0.0) for row in rows]) / ceiling
    is_twin = near >= TWIN
    covered = Coverage(query, index).of_rows(rows)
    return {
        "cosine": np.where(is_twin, 1.0, runs[Scorer.COSINE].scores),
        "coverage": weights.coverage * np.where(is_twin, 1.0, covered),
        "words": weights.words * np.where(is_twin, 1.0, words),
        "twin": weights.twin * np.maximum(0.0, near - NEAR_TWIN),
    }
