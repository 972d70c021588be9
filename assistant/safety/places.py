"""Where words stand in one text, as bit sets: bit i is set when word i is meant.

A Python integer shifts and joins thousands of positions in one operation, so a pattern costs the
same few operations over any text: linear time, and no backtracking to provoke (R10).
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from assistant.safety.grammar import Element, Step
from assistant.safety.vocabulary import NEGATIONS, NONE, Integers, Vocabulary
from assistant.safety.words import STOP

MAX_GAP = 16
_Starts = tuple[tuple[int, int], ...]
_BIT = (1 << np.arange(8)).astype(np.uint8)
_SENTENCE_REACH = 64  # words on either side that count as the same sentence in run-on text


class Places:
    """The words of one text, ready to be matched. `words` begin and end with STOP."""

    def __init__(self, words: Sequence[str], vocabulary: Vocabulary) -> None:
        self._rows_of = vocabulary.rows
        self._bits = _bits_by_id(words, vocabulary)
        self.every = (1 << len(words)) - 1
        self._stops = self._bits[vocabulary.ids[frozenset({STOP})]]
        self.negations = self._bits[vocabulary.ids[NEGATIONS]]
        self._any_word = _runs(self.every & ~self._stops)
        self._affirmed = _runs(self.every & ~self._stops & ~self.negations)
        self._within = self.every & ~self._stops
        self._starts: dict[int, _Starts] = {}  # by id of the element: patterns share elements

    def begin(self, element: Element, allowed: int) -> int:
        """Last words of the element where its first word is at an allowed place."""
        starts = self._starts.get(id(element))
        if starts is None:
            starts = self._starts[id(element)] = self._find_starts(element)
        found = 0
        for length, places in starts:
            found |= (places & allowed) << length
        return found

    def _find_starts(self, element: Element) -> _Starts:
        """Where the element begins, by how many words follow its first; none that never occur."""
        starts: dict[int, int] = {}
        for first, *others in self._rows_of(element):
            places = self._bits[first]
            if not places:
                continue
            for distance, number in enumerate(others, 1):
                places &= self._bits[number] >> distance
            if places:
                starts[len(others)] = starts.get(len(others), 0) | places
        return tuple(starts.items())

    def follow(self, step: Step, ends: int) -> int:
        """Last words of `step` after matches that end at `ends`."""
        near = self.skip(ends, step.gap, over_negation=step.over_negation)
        found = self.begin(step.element, near << 1)
        if step.either_order:
            before = self.begin(step.element, self.every)
            found |= ends & (self.skip(before, step.gap) << 1)
        return found | ends if step.optional else found

    def skip(self, ends: int, gap: int, *, over_negation: bool = True) -> int:
        """`ends` and up to `gap` words after them, within the sentence."""
        runs = self._any_word if over_negation else self._affirmed
        done = 0
        while done < gap:
            stride = min(done + 1, gap - done)
            ends |= (ends << stride) & runs[stride]
            done += stride
        return ends

    def last_words(self, ends: int) -> int:
        """`ends`, with those on a sentence end ("$") moved to the last word before it."""
        return (ends & ~self._stops) | ((ends & self._stops) >> 1)

    def sentences(self, ends: int) -> int:
        """All words of the sentences that hold one of `ends`."""
        ends = self.last_words(ends)
        if not ends:
            return 0
        left, right, open_left, open_right = ends, ends, self._within, self._within
        reach = 1
        while reach < _SENTENCE_REACH:
            left |= (left << reach) & open_left
            open_left &= open_left << reach
            right |= (right >> reach) & open_right
            open_right &= open_right >> reach
            reach *= 2
        return left | right


def _bits_by_id(words: Sequence[str], vocabulary: Vocabulary) -> list[int]:
    """For each element's id the places of its words."""
    bits = [0] * len(vocabulary.ids)
    symbols, rows = _rows_by_symbol(vocabulary.read(words), len(vocabulary.element_ids))
    for symbol, row in zip(symbols, rows, strict=True):
        places = int.from_bytes(row.tobytes(), "little")
        for number in vocabulary.element_ids[symbol]:
            bits[number] |= places
    return bits


def _rows_by_symbol(read: Integers, count: int) -> tuple[list[int], npt.NDArray[np.uint8]]:
    """The symbols that occur, and for each a row of bits, lowest first: where it stands."""
    places = np.flatnonzero(read != NONE)
    occurs = np.zeros(count, dtype=bool)
    occurs[read[places]] = True
    symbols = np.flatnonzero(occurs)
    row_of = np.cumsum(occurs) - 1
    size = len(read) // 8 + 1
    rows = np.zeros(len(symbols) * size, dtype=np.uint8)
    np.add.at(rows, row_of[read[places]] * size + (places >> 3), _BIT[places & 7])
    return symbols.tolist(), rows.reshape(-1, size)


def _runs(words: int) -> list[int]:
    """runs[k]: places at the end of k neighbouring words, for k up to MAX_GAP / 2 + 1."""
    runs = [words, words]
    for _ in range(MAX_GAP // 2):
        runs.append(runs[-1] & (runs[-1] << 1) & words)
    return runs
