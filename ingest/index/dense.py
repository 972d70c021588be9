"""Exact inner-product search with FAISS. Only this file and `inverted.py` import it.

FAISS asserts with empty messages, pads missing hits with id -1 and promises no order for ties;
all three are dealt with here, so that nobody else has to know.
"""

from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np

from ingest.embed import Vectors

Hits = list[tuple[int, float]]


class DenseIndex:
    """Rows of unit vectors; row i belongs to whatever the caller numbered i."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: Vectors) -> "DenseIndex":
        """From float32 (n, d), rows L2-normalised; n may be 0.

        Raises:
            ValueError: a vector is not finite, or the matrix is not two-dimensional.
        """
        if vectors.ndim != 2 or not np.isfinite(vectors).all():
            raise ValueError(f"need a finite matrix (n, d), found shape {vectors.shape}")
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(index)

    @classmethod
    def read(cls, path: Path) -> "DenseIndex":
        """From a file whose checksum was verified: FAISS reads flipped bits without a word."""
        return cls(faiss.read_index(str(path)))

    def write(self, path: Path) -> None:
        """To one file."""
        faiss.write_index(self._index, str(path))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Of the vectors."""
        return int(self._index.d)

    def vectors(self) -> Vectors:
        """All rows, float32 (n, d)."""
        return np.asarray(self._index.reconstruct_n(0, len(self)), dtype=np.float32)

    def in_memory(self) -> list[Vectors]:
        """All rows, as the only part."""
        return [self.vectors()]

    def scores(self, rows: Sequence[int], vector: Vectors) -> Hits:
        """The cosine of each named row with `vector`, in the order of `rows`."""
        if not rows:
            return []
        chosen = self._index.reconstruct_batch(np.asarray(rows, dtype=np.int64))
        return list(zip(rows, (chosen @ vector.reshape(-1)).tolist(), strict=True))

    def search(self, vector: Vectors, k: int) -> Hits:
        """The k best rows as (row, cosine), best first, ties by row. Fewer rows give fewer hits.

        Raises:
            ValueError: the vector is not finite, or not of the index's dimension.
        """
        query = checked_query(vector, self.dimension)
        if not len(self) or k < 1:
            return []
        scores, rows = self._index.search(query, min(k, len(self)))
        real = rows[0] != -1
        found, cosines = rows[0][real], scores[0][real]
        order = np.lexsort((found, -cosines))
        return list(zip(found[order].tolist(), cosines[order].tolist(), strict=True))


def checked_query(vector: Vectors, dimension: int) -> Vectors:
    """The vector as float32 (1, d): FAISS gives row -1 for one that is not finite.

    Raises:
        ValueError: it is not finite, or not of this dimension.
    """
    query = np.asarray(vector, dtype=np.float32).reshape(1, -1)
    if query.shape[1] != dimension:
        raise ValueError(f"query has dimension {query.shape[1]}, the index {dimension}")
    if not np.isfinite(query).all():
        raise ValueError("the query vector is not finite")
    return query
