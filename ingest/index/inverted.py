"""Search of more vectors than a question has time to look at: near lists first, then exactly.

FAISS's inverted file holds the vectors in lists of neighbours, four dimensions in four bits (48
bytes of 384 dimensions; product quantisation in the layout of its fast scan). The codes of the
`n_probe` nearest lists name candidates, and the cosines of these are computed from the vectors
themselves, which stay on the disk. How many lists are looked at is measured when the lists are
made, on texts of the library at hand: recall on made-up clusters says nothing about text.

On a million vectors grown from MedQuAD's (1,024 lists), 300 questions, share of the ten nearest:
256 lists .995 in 2.5 ms, all of them 1.0 in 8. One bit a dimension (RaBitQ), on 100,000 vectors in
512 lists, never passed .94 and took four times as long; four bits a dimension, eight times as long
and four times the memory. Figures by size: `python -m benchmarks scale`.
"""

from bisect import bisect_left
from collections.abc import Sequence
from math import isqrt
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from ingest.embed import Vectors
from ingest.index.dense import Hits, checked_query
from ingest.records import Inverted

# Vectors up to which every one is looked at. Exact search takes 2 ms of 10,000 and 18 of 100,000,
# lists about 1. On 1,003 questions to MedQuAD (42,067 passages) replies by lists had the same first
# quote as by exact search each time, and the same quotes but for one.
EXACT_UP_TO = 25_000
RECALL = 0.992  # of the ten nearest, that the lists must find: other texts then find .99
N_NEAREST = 10
EQUAL = 1e-6  # cosines that differ by less are equal
N_QUERIES = 400  # texts of the library that recall is measured with
WIDEN, AT_LEAST = 2, 400  # candidates whose cosines are computed: so many times k, and at least
DIMENSIONS_PER_CODE = 4
POINTS_PER_LIST = 40  # that the lists' centres are learnt from: FAISS warns below 39
ITERATIONS = 10


class InvertedFile:
    """Lists over rows of unit vectors; row i belongs to whatever the caller numbered i."""

    def __init__(self, lists: Any, vectors: Vectors, *, n_probe: int) -> None:  # noqa: ANN401 - stubs lack IndexIVF's fields
        if lists.ntotal != len(vectors):
            raise ValueError(f"{lists.ntotal} codes in the lists, {len(vectors)} vectors")
        self._lists = lists
        self._vectors = vectors
        self._look = faiss.IVFSearchParameters()
        self._look.nprobe = n_probe

    @classmethod
    def build(cls, vectors: Vectors, queries: Vectors) -> "tuple[InvertedFile, Inverted] | None":
        """Lists over float32 (n, d), and how they were found to do on `queries` (m, d).

        As many lists as the root of n. None where not even all of them find RECALL of what there
        is, or where the dimensions do not go into codes.
        """
        if vectors.shape[1] % DIMENSIONS_PER_CODE:
            return None
        n_lists = max(1, min(isqrt(len(vectors)), len(vectors) // POINTS_PER_LIST))
        form = f"IVF{n_lists},PQ{vectors.shape[1] // DIMENSIONS_PER_CODE}x4fs"
        lists: Any = faiss.index_factory(vectors.shape[1], form, faiss.METRIC_INNER_PRODUCT)
        lists.cp.niter, lists.cp.seed = ITERATIONS, 1
        lists.cp.max_points_per_centroid = POINTS_PER_LIST
        drawn = np.random.default_rng(1).permutation(len(vectors))
        lists.train(vectors[np.sort(drawn[: n_lists * POINTS_PER_LIST])])
        for at in range(0, len(vectors), 65_536):
            lists.add(np.ascontiguousarray(vectors[at : at + 65_536], dtype=np.float32))
        bars = tenth_best(vectors, queries)

        def recall(n_probe: int) -> float:
            return cls(lists, vectors, n_probe=n_probe).recall(queries, bars)

        n_probe = 1 + bisect_left(range(1, n_lists), RECALL, key=recall)
        found = recall(n_probe)
        if found < RECALL:
            return None
        how = Inverted(n_lists, n_probe, round(found, 4), len(queries))
        return cls(lists, vectors, n_probe=n_probe), how

    @classmethod
    def read(cls, path: Path, vectors: Vectors, *, n_probe: int) -> "InvertedFile":
        """From a file whose checksum was verified: FAISS reads flipped bits without a word."""
        return cls(faiss.read_index(str(path)), vectors, n_probe=n_probe)

    def to_bytes(self) -> memoryview:
        """The lists, for one file. The vectors have a file of their own."""
        return faiss.serialize_index(self._lists).data

    def recall(self, queries: Vectors, bars: np.ndarray) -> float:
        """Mean share of N_NEAREST hits that are as near as the N_NEAREST-th of exact search is.

        Of rows that are equally near, any counts: a library says many a sentence twice.
        """
        k = min(N_NEAREST, len(self))
        hits = (self.search(query, k) for query in queries)
        near = [
            sum(cosine >= bar - EQUAL for _, cosine in found)
            for found, bar in zip(hits, bars.tolist(), strict=True)
        ]
        return float(sum(near) / (k * len(queries)))

    def __len__(self) -> int:
        return int(self._lists.ntotal)

    @property
    def dimension(self) -> int:
        """Of the vectors."""
        return int(self._lists.d)

    def vectors(self) -> Vectors:
        """All rows, float32 (n, d), on the disk."""
        return self._vectors

    def in_memory(self) -> list[Vectors]:
        """None of them."""
        return []

    def scores(self, rows: Sequence[int], vector: Vectors) -> Hits:
        """The cosine of each named row with `vector`, in the order of `rows`."""
        chosen = self._vectors[np.asarray(rows, dtype=np.int64)]
        return list(zip(rows, (chosen @ vector.reshape(-1)).tolist(), strict=True))

    def search(self, vector: Vectors, k: int) -> Hits:
        """About the k best rows as (row, cosine), best first, ties by row; cosines are exact.

        Raises:
            ValueError: the vector is not finite, or not of the dimension of the lists.
        """
        query = checked_query(vector, self.dimension)
        if k < 1:
            return []
        wanted = min(max(AT_LEAST, WIDEN * k), len(self))
        _, rows = self._lists.search(query, wanted, params=self._look)
        near = np.sort(rows[0][rows[0] >= 0])  # in order of the file; -1 pads missing hits
        hits = self.scores(near.tolist(), query)
        return sorted(hits, key=lambda hit: (-hit[1], hit[0]))[:k]


def tenth_best(vectors: Vectors, queries: Vectors) -> np.ndarray:
    """For each query (m, d) the N_NEAREST-th greatest inner product with a row, exactly; (m,)."""
    k, part = min(N_NEAREST, len(vectors)), 65_536
    best = np.zeros((len(queries), 0), dtype=np.float32)
    for at in range(0, len(vectors), part):
        products = np.hstack([best, queries @ np.asarray(vectors[at : at + part]).T])
        best = np.partition(products, products.shape[1] - k, axis=1)[:, -k:]
    found: np.ndarray = best.min(axis=1)
    return found
