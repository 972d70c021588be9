"""Typed words as arrays: their letters, and one hash each, so that no word is touched in Python.

A word's hash is the sum of letter times power of its place, modulo 2**64; words of equal hash are
taken for equal (R16 misspellings are found by the same sum, see `typos.py`).
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

MAX_LENGTH = 16  # letters of a word that misspellings are compared by
_MAX_PLACE = 32  # letters behind it share one power: no word of a pattern is so long
_SPACE = np.uint32(ord(" "))
_RNG = np.random.default_rng(20261125)
_BITS = 16  # of a hash that say where it stands in a table

Integers = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]
POWERS: Hashes = _RNG.integers(1, 2**63, size=_MAX_PLACE, dtype=np.uint64) | np.uint64(1)
UNKNOWN = -1


class Letters:
    """The code points of some words, which hold no space and are not empty."""

    def __init__(self, words: Sequence[str]) -> None:
        text = " ".join(words).encode("utf-32-le", "surrogatepass")
        self.codes = np.frombuffer(text, dtype=np.uint32)
        self._spaces = self.codes == _SPACE
        ends = np.append(np.flatnonzero(self._spaces), len(self.codes))[: len(words)]
        self.starts = np.concatenate([[0], ends[:-1] + 1])[: len(words)]
        self.lengths = ends - self.starts
        place = (
            np.arange(len(self.codes)) - np.repeat(self.starts, self.lengths + 1)[: len(self.codes)]
        )
        self._powers = POWERS[np.minimum(place, _MAX_PLACE - 1)]
        self.hashes = self.hashes_of(self.codes)

    def hashes_of(self, codes: npt.NDArray[np.uint32]) -> Hashes:
        """(words,) hashes, had their letters been `codes`."""
        values = codes * self._powers
        values[self._spaces] = 0
        if not len(self.starts):
            return np.zeros(0, dtype=np.uint64)
        hashes: Hashes = np.add.reduceat(values, self.starts)
        return hashes

    def counts(self, values: Integers) -> Integers:
        """(words,) sums of one number a code point."""
        if not len(self.starts):
            return values[:0]
        counts: Integers = np.add.reduceat(values, self.starts)
        return counts

    def matrix(self, chosen: Integers) -> Hashes:
        """(chosen, 16) code points of some of the words, 0 behind their ends."""
        columns = np.arange(MAX_LENGTH)
        places = np.minimum(self.starts[chosen, None] + columns, len(self.codes) - 1)
        inside = columns < self.lengths[chosen, None]
        return np.where(inside, self.codes[places], 0).astype(np.uint64)


class Table:
    """One number for each of some words, found by their hashes."""

    def __init__(self, words: Sequence[str], numbers: Sequence[int]) -> None:
        hashes = Letters(words).hashes
        order = np.argsort(hashes)
        keys = hashes[order]
        self._numbers = np.array(numbers, dtype=np.int64)[order]
        tops = _tops(keys)
        self._first = np.searchsorted(tops, np.arange(1 << _BITS)).astype(np.int32)
        self._deepest = int(np.bincount(tops, minlength=1).max()) if len(keys) else 0
        self._keys = np.append(keys, np.zeros(self._deepest, dtype=np.uint64))

    def find(self, hashes: Hashes) -> Integers:
        """The number of each hash, UNKNOWN where no word has it."""
        found = np.full(len(hashes), UNKNOWN)
        at = self._first[_tops(hashes)]
        for step in range(self._deepest):
            same = np.flatnonzero(self._keys[at + step] == hashes)
            found[same] = self._numbers[at[same] + step]
        return found


def firsts(hashes: Hashes) -> Integers:
    """For each hash where it stands first; now and then it counts as new when it is not."""
    table = np.zeros(1 << _BITS, dtype=np.int64)
    tops, places = _tops(hashes), np.arange(len(hashes))
    table[tops[::-1]] = places[::-1]
    first = table[tops]
    return np.where(hashes[first] == hashes, first, places)


def _tops(hashes: Hashes) -> Integers:
    return (hashes >> np.uint64(64 - _BITS)).astype(np.int64)
