"""Document ranking on a BEIR folder: the app's configuration, and one figure line an ablation.

A document stands where its best passage stands. An index of the folder is built when there is none
that is up to date; that is the slow part, and it is kept.
"""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.retrieve import CANDIDATES, retrieve
from assistant.understand import understand
from benchmarks.beir import Beir
from benchmarks.intervals import interval, paired_difference
from benchmarks.metrics import PerQuery, per_query
from benchmarks.systems import APP, SYSTEMS
from ingest import Encoder, Index, build_index, is_up_to_date, load_index

DEPTH = 100  # documents in a ranking


@dataclass(frozen=True, slots=True)
class Measured:
    """One system's figures on one set of queries."""

    system: str
    values: PerQuery
    queries_per_s: float


def indexed(corpus: Path, index_dir: Path, encoder: Encoder | None = None) -> Index:
    """The index of a corpus file, built first where it is missing or out of date."""
    if not is_up_to_date([corpus], index_dir):
        build_index([corpus], index_dir, encoder=encoder)
    return load_index(index_dir)


def measure(
    beir: Beir,
    index: Index,
    encoder: Encoder,
    *,
    judged_only: bool = False,
    systems: Collection[str] = tuple(SYSTEMS),
) -> list[Measured]:
    """Every named system on every judged query, in the order of SYSTEMS.

    With `judged_only` a query's judged documents are put in order and no others (MEDIQA's task).
    The rate counts one query at a time: encode, retrieve, rank.
    """
    depth = len(index.passages) if judged_only else CANDIDATES
    rankings: dict[str, dict[str, list[str]]] = {name: {} for name in SYSTEMS if name in systems}
    seconds = dict.fromkeys(rankings, 0.0)
    for query_id, text in beir.queries.items():
        started = time.perf_counter()
        query = understand(text, index.bm25)
        vector = encoder.encode([query.search_text])
        runs = retrieve(query, vector, index, k=depth)
        shared = time.perf_counter() - started
        only = beir.qrels[query_id] if judged_only else None
        for name in rankings:
            started = time.perf_counter()
            rows = SYSTEMS[name](query, vector, runs, index)
            rankings[name][query_id] = documents_of(rows, index, only=only)
            seconds[name] += shared + time.perf_counter() - started
    return [
        Measured(name, per_query(found, beir.qrels), len(beir.queries) / seconds[name])
        for name, found in rankings.items()
    ]


def documents_of(
    rows: Sequence[int], index: Index, *, only: Collection[str] | None = None, k: int = DEPTH
) -> list[str]:
    """The first k documents of a ranking of passages, each where its best passage stands.

    A passage that several documents share brings all of them, in the order of its places.
    """
    found: dict[str, None] = {}
    for row in rows:
        passage = index.passages[row]
        for place in (passage.place, *passage.also):
            if only is None or place.document_id in only:
                found.setdefault(place.document_id)
        if len(found) >= k:
            break
    return list(found)[:k]


def to_json(measured: Sequence[Measured], beir: Beir) -> list[dict[str, object]]:
    """One object a system: means, 95 % intervals, and how far it lies from the app, paired."""
    app = next(m for m in measured if m.system == APP)
    return [
        {
            "system": m.system,
            "data": beir.name,
            "queries": len(beir.queries),
            "judgments": beir.n_judgments,
            **_each(m.values, lambda values: round(float(np.mean(values)), 4)),
            "queries/s": round(m.queries_per_s, 1),
            "interval": _each(m.values, lambda values: _rounded(interval(values))),
            **({} if m is app else {"minus_app": _against(m.values, app.values)}),
        }
        for m in measured
    ]


def _each(values: PerQuery, figure: Callable[[list[float]], object]) -> dict[str, object]:
    return {name: figure(list(by_query.values())) for name, by_query in values.items()}


def _against(ours: PerQuery, app: Mapping[str, Mapping[str, float]]) -> dict[str, object]:
    """Measure -> (mean difference, its interval)."""
    compared = {name: paired_difference(ours[name], app[name]) for name in ours}
    return {name: [round(mean, 4), *_rounded(ends)] for name, (mean, ends) in compared.items()}


def _rounded(ends: tuple[float, float]) -> list[float]:
    return [round(end, 4) for end in ends]
