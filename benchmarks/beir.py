"""A BEIR folder: corpus.jsonl[.gz], queries.jsonl, qrels/NAME.tsv."""

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Beir:
    """Queries that have judgments, and the judgments: query id -> document id -> grade."""

    name: str
    corpus: Path
    queries: Mapping[str, str]
    qrels: Mapping[str, Mapping[str, int]]

    @property
    def n_judgments(self) -> int:
        """Judged pairs of query and document, the irrelevant ones too."""
        return sum(len(grades) for grades in self.qrels.values())


def read_beir(folder: Path, *, split: str | None = None) -> Beir:
    """The folder's data; `split` may be left out where there is only one.

    Raises:
        ValueError: a part is missing, or a judgment names a query that is not there.
    """
    corpus = next((p for p in sorted(folder.glob("corpus.jsonl*")) if p.is_file()), None)
    if corpus is None or not (folder / "queries.jsonl").is_file():
        raise ValueError(f"{folder} is no BEIR folder: it needs corpus.jsonl[.gz], queries.jsonl")
    qrels = _read_qrels(_qrels_path(folder, split))
    texts = _read_queries(folder / "queries.jsonl")
    unknown = sorted(set(qrels) - set(texts))
    if unknown:
        raise ValueError(f"{folder}: judged, but not in queries.jsonl: {', '.join(unknown[:5])}")
    return Beir(folder.name, corpus, {query_id: texts[query_id] for query_id in qrels}, qrels)


def _qrels_path(folder: Path, split: str | None) -> Path:
    """The judgments of one split."""
    there = sorted((folder / "qrels").glob("*.tsv"))
    chosen = [path for path in there if split is None or path.stem == split]
    if len(chosen) != 1:
        names = ", ".join(path.stem for path in there) or "none"
        raise ValueError(f"{folder}: name one split with --split; there is: {names}")
    return chosen[0]


def _read_queries(path: Path) -> dict[str, str]:
    lines = path.read_text(encoding="utf-8").split("\n")
    return {raw["_id"]: raw["text"] for raw in map(json.loads, filter(str.strip, lines))}


def _read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Three columns with a head line: query-id, corpus-id, score."""
    qrels: dict[str, dict[str, int]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            qrels.setdefault(row["query-id"], {})[row["corpus-id"]] = int(row["score"])
    return qrels
