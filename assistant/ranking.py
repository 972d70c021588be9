"""A ranking as arrays, whose lines are made when they are read: of 700, some thirty."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from types import MappingProxyType
from typing import overload

import numpy as np
import numpy.typing as npt

from assistant.records import ScoredPassage, Scorer
from ingest import Passage

Rows = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float64]


class Ranking(Sequence[ScoredPassage]):
    """What one scorer says of some passages, best first.

    `rows` (n,): their rows in the index, each once. `scores` (n,): never rising. `parts` (n,) each:
    what a score is the sum of, by name; nothing for a score that is no sum.
    """

    def __init__(
        self,
        scorer: Scorer,
        rows: Rows,
        scores: Scores,
        passages: Sequence[Passage],
        *,
        parts: Mapping[str, Scores] = MappingProxyType({}),
    ) -> None:
        self.scorer, self.rows, self.scores, self.parts = scorer, rows, scores, parts
        self._passages = passages

    @classmethod
    def of(
        cls, scorer: Scorer, scored: Iterable[tuple[int, float]], passages: Sequence[Passage]
    ) -> "Ranking":
        """From pairs of row and score in any order; equal scores stand by row."""
        pairs = list(scored)
        rows = np.fromiter(map(itemgetter(0), pairs), dtype=np.int64, count=len(pairs))
        scores = np.fromiter(map(itemgetter(1), pairs), dtype=np.float64, count=len(pairs))
        order = np.lexsort((rows, -scores))
        return cls(scorer, rows[order], scores[order], passages)

    def by_row(self) -> dict[int, float]:
        """Row -> score."""
        return dict(zip(self.rows.tolist(), self.scores.tolist(), strict=True))

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[ScoredPassage]:
        return (self._line(place) for place in range(len(self)))

    @overload
    def __getitem__(self, place: int) -> ScoredPassage: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[ScoredPassage, ...]: ...
    def __getitem__(self, place: int | slice) -> ScoredPassage | tuple[ScoredPassage, ...]:
        places = range(len(self))[place]
        if isinstance(places, int):
            return self._line(places)
        return tuple(map(self._line, places))

    def _line(self, place: int) -> ScoredPassage:
        row, score = int(self.rows[place]), float(self.scores[place])
        return ScoredPassage(row, self._passages[row], self.scorer, score, place + 1)
