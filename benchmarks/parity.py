"""Whether the exported graph says what torch says: vector by vector, and in what it finds."""

import gzip
import json
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from ingest import Encoder
from ingest.embed import embed

K = 10
# Texts whose cosines with a question differ by less are equally near: answers in MedQuAD begin with
# the same page, and no more of a text is seen than the model's window.
TIE = 1e-5


def read_pairs(corpus: Path, n: int) -> tuple[list[str], list[str]]:
    """Titles (questions) and texts (answers) of `n` records spread over a .jsonl.gz library."""
    with gzip.open(corpus, "rt", encoding="utf-8") as file:
        lines = file.readlines()
    step = max(1, len(lines) // n)
    records = [json.loads(line) for line in islice(lines, 0, None, step)][:n]
    return [r["title"] for r in records], [r["text"] for r in records]


def compare(
    questions: Sequence[str], texts: Sequence[str], graph: Encoder, reference: Encoder
) -> dict[str, float]:
    """Lowest cosine over all texts, and the share of questions with the same ten nearest texts.

    The same ten: each of the graph's is as near by the reference as the reference's tenth.

    Questions are encoded one by one, as they are asked; texts in batches.
    """
    found = [embed(texts, encoder) for encoder in (graph, reference)]
    asked = [
        np.concatenate([encoder.encode([question]) for question in questions])
        for encoder in (graph, reference)
    ]
    by_graph, by_reference = (a @ f.T for a, f in zip(asked, found, strict=True))
    chosen = np.argsort(-by_graph, axis=1, kind="stable")[:, :K]
    bars = np.sort(by_reference, axis=1)[:, -K:].min(axis=1, keepdims=True)
    same = np.all(np.take_along_axis(by_reference, chosen, axis=1) >= bars - TIE, axis=1)
    cosines = np.concatenate([np.sum(a * b, axis=1) for a, b in (found, asked)])
    return {
        "texts": len(texts),
        "questions": len(questions),
        "lowest_cosine": float(cosines.min()),
        "same_top_10": float(same.mean()) if len(same) else 1.0,
    }
