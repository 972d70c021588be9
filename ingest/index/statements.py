"""Vectors of the single statements inside passages: which sentence of a passage answers.

In files they are float16 in memory maps: half the bytes, cosines within 0.001 of float32, and only
the pages of passages that come up for a question are ever read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ingest.embed import Vectors
from ingest.quotable import split_quotable
from ingest.records import Passage

IN_MEMORY_BYTES = 16 << 20  # what the float32 copy of a small library's vectors may take


@dataclass(frozen=True, slots=True)
class Statement:
    """What one quotable stretch [start, end) of passage number `row` says."""

    row: int
    start: int
    end: int
    text: str


def statements_of(passages: Sequence[Passage]) -> tuple[Statement, ...]:
    """Every statement of every passage, in reading order; each passage has at least one."""
    return tuple(_statements(passages))


def _statements(passages: Sequence[Passage]) -> Iterator[Statement]:
    for row, passage in enumerate(passages):
        for quotable in split_quotable(passage.text):
            for text in quotable.statements:
                yield Statement(row, quotable.start, quotable.end, text)


class Comparable(Protocol):
    """Vectors that are numbered from 0 and can be compared with another one."""

    def __len__(self) -> int:
        """How many."""

    def cosines(self, numbers: np.ndarray, vector: Vectors) -> np.ndarray:
        """The cosine of each numbered vector with `vector`, float32 (n,), in that order."""

    def blocks(self) -> tuple[np.ndarray, ...]:
        """All vectors (m_i, d), in order."""


class Blocks:
    """Arrays float16 (m_i, d), rows L2-normalised, which stay on the disk until asked for.

    Few of them are compared from a float32 copy in memory: of the 1.5 ms that the starter library's
    1,745 took to be retrieved and ranked, a quarter went into widening numbers.
    """

    def __init__(self, blocks: Sequence[np.ndarray]) -> None:
        self._blocks = self._compared = tuple(blocks)
        if sum(block.size for block in blocks) * 4 <= IN_MEMORY_BYTES:
            self._compared = tuple(block.astype(np.float32) for block in blocks)
        self._firsts = np.cumsum([0, *map(len, blocks)])

    def __len__(self) -> int:
        return int(self._firsts[-1])

    def blocks(self) -> tuple[np.ndarray, ...]:
        """All vectors, float16 (m_i, d), in order."""
        return self._blocks

    def cosines(self, numbers: np.ndarray, vector: Vectors) -> np.ndarray:
        """One gather and one product a block: a question has hundreds of candidates."""
        found = np.zeros(len(numbers), dtype=np.float32)
        for block, first in zip(self._compared, self._firsts, strict=False):
            here = (numbers >= first) & (numbers < first + len(block))
            if here.any():
                chosen = block[numbers[here] - first].astype(np.float32, copy=False)
                found[here] = chosen @ vector.reshape(-1)
        return found


class StatementIndex:
    """Statement vectors, contiguous by passage."""

    def __init__(self, vectors: Comparable, rows: np.ndarray) -> None:
        self._vectors = vectors
        self._rows = np.asarray(rows)  # int32 (m, 3): passage row, start, end; a plain view
        self._passage_of = np.ascontiguousarray(rows[:, 0])

    def __len__(self) -> int:
        return len(self._rows)

    def blocks(self) -> tuple[np.ndarray, ...]:
        """All vectors, (m_i, d), in order."""
        return self._vectors.blocks()

    def best(self, rows: Sequence[int], vector: Vectors) -> np.ndarray:
        """For each passage the best cosine of its statements, float32 (n,); NaN without one."""
        asked = np.asarray(rows, dtype=np.int64)
        firsts, lasts = np.searchsorted(self._passage_of, [asked, asked + 1])
        best = np.full(len(asked), np.nan, dtype=np.float32)
        those = np.flatnonzero(firsts < lasts)
        if len(those):
            counts = (lasts - firsts)[those]
            begins = np.cumsum(counts) - counts
            numbers = np.repeat(firsts[those] - begins, counts) + np.arange(counts.sum())
            best[those] = np.maximum.reduceat(self._vectors.cosines(numbers, vector), begins)
        return best

    def scores(self, row: int, vector: Vectors) -> list[tuple[int, int, float]]:
        """For each stretch of passage `row`: (start, end, best cosine of its statements)."""
        first, last = np.searchsorted(self._passage_of, [row, row + 1])
        if first == last:
            return []
        cosines = self._vectors.cosines(np.arange(first, last), vector)
        best: dict[tuple[int, int], float] = {}
        for (_, start, end), cosine in zip(self._rows[first:last].tolist(), cosines, strict=True):
            best[start, end] = max(best.get((start, end), -1.0), float(cosine))
        return [(start, end, cosine) for (start, end), cosine in best.items()]


def rows_of(statements: Sequence[Statement]) -> np.ndarray:
    """Passage row, start and end of each, int32 (m, 3)."""
    rows = np.array([(s.row, s.start, s.end) for s in statements], dtype=np.int32)
    return rows.reshape(-1, 3)
