"""Where words stand in one text, as bit sets: bit i is set when word i is meant.

A Python integer shifts and joins thousands of positions in one operation, so a pattern costs the
same few operations over any text: linear time, and no backtracking to provoke (R10).
"""

from collections.abc import Sequence

import numpy as np

from assistant.safety.grammar import MAX_GAP, Element, Step
from assistant.safety.letters import Integers
from assistant.safety.vocabulary import NEGATIONS, Vocabulary
from assistant.safety.words import STOP

_Starts = tuple[tuple[int, int], ...]
_BIT = (1 << np.arange(8)).astype(np.uint8)
_MAX_READINGS = 8  # of one word and of the next: more are not looked at
_FEW = 3  # places that are faster set one by one
_SENTENCE_REACH = 64  # words on either side that count as the same sentence in run-on text


class Places:
    """The words of one text, ready to be matched. `words` begin and end with STOP."""

    def __init__(self, words: Sequence[str], vocabulary: Vocabulary) -> None:
        self._occurrences = Occurrences(words, vocabulary)
        self.present = self._occurrences.words
        self.begun = vocabulary.elements_begun(self.present)
        self.every = (1 << len(words)) - 1
        self._stops = self._bits(frozenset({STOP}))
        self.negations = self._bits(NEGATIONS)
        self._any_word = _runs(self.every & ~self._stops)
        self._affirmed = _runs(self.every & ~self._stops & ~self.negations)
        self._within = self.every & ~self._stops
        self._starts: dict[int, _Starts] = {}  # by id of the element: patterns share elements

    def may_begin(self, element: Element) -> bool:
        """Whether a first word of the element occurs in the text at all."""
        return id(element) in self.begun

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
        single = self._bits(element.words)
        starts = {0: single} if single else {}
        for head in element.heads & self._occurrences.heads:
            for row in element.rows_by_head[head]:
                if self.present.issuperset(row):
                    starts[len(row) - 1] = starts.get(len(row) - 1, 0) | self._row(row)
        return tuple((length, places) for length, places in starts.items() if places)

    def _row(self, row: Sequence[str]) -> int:
        """Where the words stand one behind the other; the place of the first."""
        places = self._occurrences.of(row[0])
        for distance, word in enumerate(row[1:], 1):
            places &= self._occurrences.of(word) >> distance
        return places

    def _bits(self, words: frozenset[str]) -> int:
        """Where any of the words stands."""
        bits = 0
        for word in words & self.present:
            bits |= self._occurrences.of(word)
        return bits

    def follow(self, step: Step, ends: int) -> int:
        """Last words of `step` after matches that end at `ends`."""
        if not self.may_begin(step.element):
            return ends if step.optional else 0
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


class Occurrences:
    """Which words of the patterns occur in a text, and where, as bits made when asked for."""

    def __init__(self, words: Sequence[str], vocabulary: Vocabulary) -> None:
        places, numbers = vocabulary.read(words)
        self.heads = _neighbours(places, numbers, vocabulary)
        order = np.argsort(numbers.astype(np.uint16), kind="stable")
        self._places = places[order]
        numbers = numbers[order]
        first = np.flatnonzero(np.r_[True, numbers[1:] != numbers[:-1]][: len(numbers)])
        counts = np.diff(np.append(first, len(numbers)))
        spelt = list(map(vocabulary.words.__getitem__, numbers[first].tolist()))
        self._first = dict(zip(spelt, first.tolist(), strict=True))
        self._count = dict(zip(spelt, counts.tolist(), strict=True))
        self._size = len(words) // 8 + 1
        self._rows = self._pack(counts)
        self._row_at = dict(
            zip(np.array(spelt)[counts > _FEW].tolist(), range(len(counts)), strict=False)
        )
        self._bits: dict[str, int] = {}
        self.words = frozenset(self._first)

    def of(self, word: str) -> int:
        """The places of one word that occurs."""
        bits = self._bits.get(word)
        if bits is None:
            bits = self._bits[word] = self._make(word)
        return bits

    def _make(self, word: str) -> int:
        row = self._row_at.get(word)
        if row is not None:
            return int.from_bytes(self._rows[row * self._size : (row + 1) * self._size], "little")
        first = self._first[word]
        return sum(1 << place for place in self._places[first : first + self._count[word]].tolist())

    def _pack(self, counts: Integers) -> bytes:
        """The bits of every word that stands in more than _FEW places, one row a word."""
        many = counts > _FEW
        rows = np.zeros(np.count_nonzero(many) * self._size, dtype=np.uint8)
        starts = np.repeat(np.cumsum(many) - 1, counts) * self._size
        chosen = np.repeat(many, counts)
        places = self._places[chosen]
        np.add.at(rows, starts[chosen] + (places >> 3), _BIT[places & 7])
        return rows.tobytes()


def _neighbours(
    places: Integers, numbers: Integers, vocabulary: Vocabulary
) -> frozenset[tuple[str, str]]:
    """Pairs of words that begin a row of some pattern and stand side by side in the text."""
    count = len(vocabulary.words)
    found: set[int] = set()
    order = np.argsort(places, kind="stable")
    places, numbers = places[order], numbers[order]
    for distance in range(1, _MAX_READINGS):  # the next entries may be other readings of a place
        beside = places[distance:] - places[:-distance] == 1
        keys = (numbers[:-distance] * count + numbers[distance:])[beside]
        found.update(keys[vocabulary.begins_row(keys)].tolist())
        if not (places[distance:] - places[:-distance] <= 1).any():
            break
    return frozenset(
        (vocabulary.words[key // count], vocabulary.words[key % count]) for key in found
    )


def _runs(words: int) -> list[int]:
    """runs[k]: places at the end of k neighbouring words, for k up to MAX_GAP / 2 + 1."""
    runs = [words, words]
    for _ in range(MAX_GAP // 2):
        runs.append(runs[-1] & (runs[-1] << 1) & words)
    return runs
