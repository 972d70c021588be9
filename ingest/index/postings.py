"""Which word stands in which row, and how often: a sparse matrix that can lose and gain rows.

BM25 needs the counts themselves: libraries that store finished scores must score every passage
anew when one document comes or goes (32 s for MedQuAD's 42,059 passages).
"""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np


@dataclass(frozen=True, eq=False)
class Postings:
    """Word number w stands in `rows[starts[w]:starts[w + 1]]`, ascending, `counts[...]` times."""

    vocabulary: tuple[str, ...]  # in the order of the alphabet
    starts: np.ndarray  # int64 (len(vocabulary) + 1,)
    rows: np.ndarray  # int32 (n_entries,)
    counts: np.ndarray  # int32 (n_entries,)
    n_rows: int

    @classmethod
    def build(cls, texts: Iterable[Sequence[str]]) -> "Postings":
        """From the words of each row, of which one row at a time is held."""
        numbers: dict[str, int] = {}
        flat, lengths = array("q"), array("q")
        for words in texts:
            flat.extend(numbers.setdefault(word, len(numbers)) for word in words)
            lengths.append(len(words))
        n_rows = len(lengths)
        rows = np.repeat(np.arange(n_rows), np.asarray(lengths))
        pairs = np.asarray(flat) * max(1, n_rows) + rows
        pairs, counts = np.unique(pairs, return_counts=True)
        numbered, rows = np.divmod(pairs, max(1, n_rows))
        return _ordered(list(numbers), numbered, rows, counts, n_rows)

    @classmethod
    def join(cls, parts: Sequence["Postings"]) -> "Postings":
        """One after the other: row r of the second part is row `n_rows of the first + r`."""
        if len(parts) < 2:
            return parts[0] if parts else cls.build([])
        names = sorted({word for part in parts for word in part.vocabulary})
        numbers = {word: number for number, word in enumerate(names)}
        firsts = np.cumsum([0, *(part.n_rows for part in parts)])
        words = [np.asarray([numbers[w] for w in p.vocabulary], np.int64)[p.words] for p in parts]
        rows = [part.rows + first for part, first in zip(parts, firsts, strict=False)]
        counts = np.concatenate([part.counts for part in parts])
        return _ordered(names, np.concatenate(words), np.concatenate(rows), counts, int(firsts[-1]))

    def keep(self, mask: np.ndarray) -> "Postings":
        """Only the rows where `mask`, bool (n_rows,), is true; words of no row are forgotten."""
        kept = mask[self.rows]
        rows = (np.cumsum(mask) - 1)[self.rows[kept]]
        n_rows = int(np.count_nonzero(mask))
        return _ordered(self.vocabulary, self.words[kept], rows, self.counts[kept], n_rows)

    @cached_property
    def words(self) -> np.ndarray:
        """The word number of each entry, int64 (n_entries,)."""
        return np.repeat(np.arange(len(self.vocabulary)), np.diff(self.starts))

    @property
    def lengths(self) -> np.ndarray:
        """How many words each row has, float64 (n_rows,)."""
        return np.bincount(self.rows, weights=self.counts, minlength=self.n_rows)


def _ordered(
    names: Sequence[str], words: np.ndarray, rows: np.ndarray, counts: np.ndarray, n_rows: int
) -> Postings:
    """From entries whose rows ascend for each word; the vocabulary may hold words of no entry."""
    frequencies = np.bincount(words, minlength=len(names))
    used = sorted((names[w], w) for w in np.flatnonzero(frequencies).tolist())
    by_name = np.asarray([w for _, w in used], dtype=np.int64)
    place = np.zeros(len(names), dtype=np.int64)
    place[by_name] = np.arange(len(used))
    order = np.argsort(place[words], kind="stable")
    starts = np.concatenate([[0], np.cumsum(frequencies[by_name])]).astype(np.int64)
    return replace(
        Postings((), starts, rows[order].astype(np.int32), counts[order].astype(np.int32), n_rows),
        vocabulary=tuple(name for name, _ in used),
    )
