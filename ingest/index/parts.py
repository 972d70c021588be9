"""The vectors of several segments, searched as one: rows are counted over all of them."""

from collections.abc import Sequence
from itertools import accumulate
from typing import Protocol

import numpy as np

from ingest.embed import Vectors
from ingest.index.dense import Hits


class Searchable(Protocol):
    """Rows of unit vectors, numbered from 0: in memory, on the disk, or on a server."""

    def __len__(self) -> int:
        """How many."""

    @property
    def dimension(self) -> int:
        """Of the vectors."""

    def search(self, vector: Vectors, k: int) -> Hits:
        """The k best rows as (row, cosine), best first, ties by row."""

    def scores(self, rows: Sequence[int], vector: Vectors) -> Hits:
        """The cosine of each named row with `vector`, in the order of `rows`."""

    def vectors(self) -> Vectors:
        """All rows, float32 (n, d)."""

    def in_memory(self) -> list[Vectors]:
        """The rows that are held in memory, float32 (n_i, d): no checksum tells of those."""


class PartedIndex:
    """Parts in the order of their rows; each is searched in its own way."""

    def __init__(self, parts: Sequence[Searchable]) -> None:
        self._parts = tuple(parts)
        self._firsts = (0, *accumulate(len(part) for part in parts))

    def __len__(self) -> int:
        return self._firsts[-1]

    @property
    def dimension(self) -> int:
        """Of the vectors."""
        return self._parts[0].dimension

    def in_memory(self) -> list[Vectors]:
        """The rows of the parts that are held in memory, float32 (n_i, d)."""
        return [vectors for part in self._parts for vectors in part.in_memory()]

    def vectors(self) -> Vectors:
        """All rows, float32 (n, d)."""
        if len(self._parts) == 1:
            return self._parts[0].vectors()
        return np.concatenate([part.vectors() for part in self._parts])

    def scores(self, rows: Sequence[int], vector: Vectors) -> Hits:
        """The cosine of each named row with `vector`, in the order of `rows`."""
        found: dict[int, float] = {}
        for part, first in self._numbered():
            mine = [row - first for row in rows if first <= row < first + len(part)]
            found.update((row + first, score) for row, score in part.scores(mine, vector))
        return [(row, found[row]) for row in rows]

    def search(self, vector: Vectors, k: int) -> Hits:
        """The k best rows of all parts as (row, cosine), best first, ties by row."""
        hits = [
            (row + first, score)
            for part, first in self._numbered()
            for row, score in part.search(vector, k)
        ]
        return sorted(hits, key=lambda hit: (-hit[1], hit[0]))[:k]

    def _numbered(self) -> list[tuple[Searchable, int]]:
        return list(zip(self._parts, self._firsts, strict=False))
