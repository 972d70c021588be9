"""Vectors of the single statements inside passages: which sentence of a passage answers.

Kept as float16 in memory maps: half the bytes, cosines within 0.001 of float32, and only the
pages of passages that come up for a question are ever read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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
    """Statement vectors, contiguous by passage, in blocks that stay on disk until asked for."""

    def __init__(self, blocks: Sequence[np.ndarray], rows: np.ndarray) -> None:
        self._blocks = blocks  # each float16 (m_i, d), rows L2-normalised; a passage is in one
        self._rows = rows  # int32 (m, 3): passage row, start, end
        self._firsts = np.cumsum([0, *(len(block) for block in blocks)])
        self._passage_of = np.ascontiguousarray(rows[:, 0])

    def __len__(self) -> int:
        return len(self._rows)

    def blocks(self) -> tuple[np.ndarray, ...]:
        """All vectors, float16 (m_i, d), in order."""
        return tuple(self._blocks)

    def best(self, rows: Sequence[int], vector: Vectors) -> list[float | None]:
        """For each passage the best cosine of its statements; None where it has none.

        One gather and one product for all of them: a question has hundreds of candidates.
        """
        asked = np.asarray(rows, dtype=np.int64)
        firsts, lasts = np.searchsorted(self._passage_of, [asked, asked + 1])
        best: list[float | None] = [None] * len(asked)
        for block, at in zip(self._blocks, self._firsts, strict=False):
            inside = (firsts >= at) & (firsts < min(at + len(block), len(self))) & (firsts < lasts)
            mine = np.flatnonzero(inside)
            if not len(mine):
                continue
            counts = lasts[mine] - firsts[mine]
            begins = np.cumsum(counts) - counts
            lines = np.repeat(firsts[mine] - at - begins, counts) + np.arange(counts.sum())
            cosines = block[lines].astype(np.float32) @ vector.reshape(-1)
            for place, cosine in zip(mine, np.maximum.reduceat(cosines, begins), strict=True):
                best[place] = float(cosine)
        return best

    def scores(self, row: int, vector: Vectors) -> list[tuple[int, int, float]]:
        """For each stretch of passage `row`: (start, end, best cosine of its statements)."""
        first, last = np.searchsorted(self._passage_of, [row, row + 1])
        if first == last:
            return []
        block = int(np.searchsorted(self._firsts, first, side="right")) - 1
        at = self._firsts[block]
        vectors = self._blocks[block][first - at : last - at]
        cosines = vectors.astype(np.float32) @ vector.reshape(-1)
        best: dict[tuple[int, int], float] = {}
        for (_, start, end), cosine in zip(self._rows[first:last].tolist(), cosines, strict=True):
            best[start, end] = max(best.get((start, end), -1.0), float(cosine))
        return [(start, end, cosine) for (start, end), cosine in best.items()]


def rows_of(statements: Sequence[Statement]) -> np.ndarray:
    """Passage row, start and end of each, int32 (m, 3)."""
    rows = np.array([(s.row, s.start, s.end) for s in statements], dtype=np.int32)
    return rows.reshape(-1, 3)
