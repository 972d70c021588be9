"""Figures of a ranking, one value a query. The measures are ir_measures' (that is, trec_eval's).

A run is query id -> document ids, best first. Every judged query counts: one without a ranking
has 0, and nDCG's ideal comes from the judgments, so what ingest lost counts against us.
"""

from collections.abc import Mapping, Sequence

import ir_measures
from ir_measures import RR, P, R, nDCG

Qrels = Mapping[str, Mapping[str, int]]
Rankings = Mapping[str, Sequence[str]]
PerQuery = dict[str, dict[str, float]]  # measure -> query id -> value

NAMES = {"nDCG@10": nDCG @ 10, "recall@10": R @ 10, "recall@100": R @ 100, "MRR@10": RR @ 10}
# Graded answers (0 to 3): right is 2 (correct, incomplete) or 3, as MEDIQA 2019 counted.
CORRECT = {"p@1_correct": P(rel=2) @ 1, "mrr_correct": RR(rel=2)}


def per_query(rankings: Rankings, qrels: Qrels) -> PerQuery:
    """Every measure for every judged query.

    `mean_grade@1` is the judgment of the first document, 0 where it was not judged.

    Raises:
        ValueError: the rankings are not for exactly the judged queries.
    """
    if set(rankings) != set(qrels):
        odd = sorted(set(rankings) ^ set(qrels))
        raise ValueError(f"a ranking is needed for exactly the judged queries; check {odd[:5]}")
    graded = any(grade > 1 for grades in qrels.values() for grade in grades.values())
    names = NAMES | CORRECT if graded else NAMES
    values: PerQuery = {name: dict.fromkeys(qrels, 0.0) for name in names}
    by_measure = {measure: name for name, measure in names.items()}
    # trec_eval orders by score; the negated rank is a score without ties.
    run = {q: {d: -float(rank) for rank, d in enumerate(docs)} for q, docs in rankings.items()}
    plain = {query: dict(grades) for query, grades in qrels.items()}
    for found in ir_measures.iter_calc(list(names.values()), plain, run):
        values[by_measure[found.measure]][found.query_id] = float(found.value)
    values["mean_grade@1"] = {q: _first_grade(rankings[q], qrels[q]) for q in qrels}
    return values


def _first_grade(ranking: Sequence[str], grades: Mapping[str, int]) -> float:
    return float(grades.get(ranking[0], 0)) if ranking else 0.0
