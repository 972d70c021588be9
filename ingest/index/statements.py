"""Vectors of the single statements inside passages: which sentence of a passage answers.

Kept as float16 in a memory map: half the bytes, cosines within 0.001 of float32, and only the
pages of passages that come up for a question are ever read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ingest.embed import Vectors
from ingest.quotable import split_quotable
from ingest.records import Passage


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


class StatementIndex:
    """Statement vectors, contiguous by passage."""

    def __init__(self, vectors: np.ndarray, rows: np.ndarray) -> None:
        self._vectors = vectors  # float16 (m, d), rows L2-normalised
        self._rows = rows  # int32 (m, 3): passage row, start, end
        self._passage_of = np.ascontiguousarray(rows[:, 0])

    @classmethod
    def build(cls, vectors: Vectors, statements: Sequence[Statement]) -> "StatementIndex":
        """From one vector a statement, in the order of `statements_of`."""
        rows = np.array([(s.row, s.start, s.end) for s in statements], dtype=np.int32)
        return cls(vectors.astype(np.float16), rows.reshape(-1, 3))

    @classmethod
    def read(cls, vectors: Path, rows: Path) -> "StatementIndex":
        """From two verified files; the vectors stay on disk until they are asked for."""
        return cls(
            np.load(vectors, mmap_mode="r", allow_pickle=False), np.load(rows, allow_pickle=False)
        )

    def write(self, vectors: Path, rows: Path) -> None:
        """To two plain arrays."""
        np.save(vectors, self._vectors, allow_pickle=False)
        np.save(rows, self._rows, allow_pickle=False)

    def __len__(self) -> int:
        return len(self._rows)

    def scores(self, row: int, vector: Vectors) -> list[tuple[int, int, float]]:
        """For each stretch of passage `row`: (start, end, best cosine of its statements)."""
        first, last = np.searchsorted(self._passage_of, [row, row + 1])
        cosines = self._vectors[first:last].astype(np.float32) @ vector.reshape(-1)
        best: dict[tuple[int, int], float] = {}
        for (_, start, end), cosine in zip(self._rows[first:last].tolist(), cosines, strict=True):
            best[start, end] = max(best.get((start, end), -1.0), float(cosine))
        return [(start, end, cosine) for (start, end), cosine in best.items()]
