"""The words that patterns speak of, and which of them a typed word stands for."""

from collections.abc import Iterable, Sequence
from itertools import product

import numpy as np
import numpy.typing as npt

from assistant.safety.grammar import Element
from assistant.safety.letters import UNKNOWN, Integers, Letters, Table, firsts
from assistant.safety.typos import Misspellings
from assistant.safety.words import STOP

NUMBER = "0"  # stands for any number typed in digits, with or without a unit
MANY = "00"  # stands for a bare number of _MANY or more: too many tablets, whatever they are
_MANY = "6"
NEGATIONS = frozenset(
    "not no never dont doesnt didnt wont isnt wasnt arent cant cannot couldnt wouldnt shouldnt "
    "havent hasnt without nor neither nao nunca ne pas nicht kein keine keinen niet geen non "
    "nie".split()
)
_Pairs = tuple[Integers, Integers]
_ORDINARY = -2
_SIEVE = 65_521  # a prime: bits of a first test for pairs of words
_VOWELS = "aeiou"
_MAX_VOWELS = 4  # of a word whose vowels may all be masked
_UNITS = "xmgucls"  # "20mg", "50mcg", "10ml", "x20"
_LEET = [
    str.maketrans(dict(zip("0134578", letters, strict=True))) for letters in ("oieastb", "oleastb")
]
_ASCII = 128


class Vocabulary:
    """Typed words to the words of the patterns, misspelt ones too."""

    def __init__(
        self,
        words: Iterable[str],
        *,
        elements: Iterable[Element] = (),
        ordinary: Iterable[str] = (),
    ) -> None:
        """`words`: of the patterns. `elements`: of which those are made.

        `ordinary`: words of everyday use, which are no misspelling of these.
        """
        self.words = sorted({*words, *NEGATIONS, STOP, NUMBER, MANY})
        self._numbers = {word: number for number, word in enumerate(self.words)}
        plain = dict.fromkeys(ordinary, _ORDINARY) | self._numbers
        self._known = Table(list(plain), list(plain.values()))
        masked = {s: number for word, number in self._numbers.items() for s in _masked(word)}
        self._masked = Table(list(masked), list(masked.values()))
        self._misspellings = Misspellings(self.words)

        elements = list(elements)
        self._elements = np.array([id(element) for element in elements], dtype=np.int64)
        firsts = [[self._numbers[word] for word in element.firsts] for element in elements]
        self._firsts = np.array([number for row in firsts for number in row], dtype=np.int64)
        self._first_at = np.cumsum([0, *map(len, firsts)])[:-1]
        heads = {head for element in elements for head in element.heads}
        pairs = [self._numbers[a] * len(self.words) + self._numbers[b] for a, b in heads]
        self._heads = np.unique(np.array(pairs, dtype=np.int64))
        self._sieve = np.zeros(_SIEVE, dtype=bool)
        self._sieve[self._heads % _SIEVE] = True

    def elements_begun(self, present: frozenset[str]) -> frozenset[int]:
        """Ids of the elements that may begin with one of the words."""
        if not len(self._elements):
            return frozenset()
        occurs = np.zeros(len(self.words), dtype=bool)
        occurs[[self._numbers[word] for word in present]] = True
        begun = np.logical_or.reduceat(occurs[self._firsts], self._first_at)
        return frozenset(self._elements[begun].tolist())

    def begins_row(self, keys: Integers) -> npt.NDArray[np.bool_]:
        """For pairs of words, as number * len(words) + number: whether a row begins with them."""
        likely = self._sieve[keys % _SIEVE]
        at = np.searchsorted(self._heads, keys[likely])
        likely[likely] = self._heads[np.minimum(at, len(self._heads) - 1)] == keys[likely]
        return likely

    def read(self, words: Sequence[str]) -> tuple[Integers, Integers]:
        """Which places hold which words: pairs of (place, number of the word), none twice.

        A place comes several times where the word typed there may stand for several.
        """
        typed = Letters(words)
        exact = self._known.find(typed.hashes)
        pairs, open_ = [_known(exact)], exact == UNKNOWN
        signs = np.flatnonzero(typed.counts(_SIGNS[np.minimum(typed.codes, _ASCII)]) > 0)
        for places, numbers in self._read_signs(
            [words[place] for place in signs.tolist()], open_[signs]
        ):
            pairs.append((signs[places], numbers))
            open_[pairs[-1][0]] = False
        pairs.append(self._read_misspelt(typed, np.flatnonzero(open_)))
        return np.concatenate([p for p, _ in pairs]), np.concatenate([n for _, n in pairs])

    def _read_misspelt(self, typed: Letters, unread: Integers) -> _Pairs:
        """Each distinct spelling is looked up once; its readings stand wherever it was typed."""
        first = unread[firsts(typed.hashes[unread])]
        places, numbers = self._misspellings.find_in(typed, unread[first == unread])
        order = np.argsort(first, kind="stable")
        at = np.searchsorted(first[order], places, side="left")
        counts = np.searchsorted(first[order], places, side="right") - at
        steps = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        return unread[order][np.repeat(at, counts) + steps], np.repeat(numbers, counts)

    def _read_signs(self, words: Sequence[str], open_: npt.NDArray[np.bool_]) -> list[_Pairs]:
        """Numbers, amounts ("20mg", "x30"), letters typed as digits or signs ("su1c1de", "d**")."""
        typed = Letters(words)
        tries = [self._masked.find(typed.hashes)]
        for letters in _LEET_CODES:
            read = letters[np.minimum(typed.codes, _ASCII)]
            codes = np.where(typed.codes < _ASCII, read, typed.codes)
            tries.append(self._known.find(typed.hashes_of(codes)))
        tries[2][tries[2] == tries[1]] = UNKNOWN
        pairs = [_known(np.where(open_, each, UNKNOWN)) for each in tries]
        return pairs + self._amounts(typed)

    def _amounts(self, typed: Letters) -> list[_Pairs]:
        """Numbers with or without a unit; and of them those that are bare and many."""
        kinds = _KINDS[np.minimum(typed.codes, _ASCII)]
        digits = typed.counts((kinds == _DIGIT).astype(np.int64))
        number = (digits > 0) & (
            digits + typed.counts((kinds == _UNIT).astype(np.int64)) == typed.lengths
        )
        number &= self._known.find(typed.hashes) != self._numbers[NUMBER]
        number &= self._known.find(typed.hashes) != self._numbers[MANY]
        first = typed.codes[typed.starts]
        bare = number & (digits == typed.lengths)
        many = bare & ((digits > 1) | (first >= ord(_MANY)))
        return [
            (places, np.full(len(places), self._numbers[word]))
            for places, word in ((np.flatnonzero(number), NUMBER), (np.flatnonzero(many), MANY))
        ]


def _known(read: Integers) -> _Pairs:
    places = np.flatnonzero(read >= 0)
    return places, read[places]


def _codes_where(text: str, value: int, size: int = _ASCII + 1) -> npt.NDArray[np.int64]:
    table = np.zeros(size, dtype=np.int64)
    table[[ord(char) for char in text]] = value
    return table


_DIGIT, _UNIT = 1, 2
_KINDS = _codes_where("0123456789", _DIGIT) + _codes_where(_UNITS, _UNIT)
_SIGNS = _codes_where("0123456789*", 1)
_LEET_CODES = [
    np.array([ord(chr(code).translate(letters)) for code in range(_ASCII + 1)], dtype=np.uint32)
    for letters in _LEET
]


def _masked(word: str) -> set[str]:
    """The word with one vowel or more typed as "*"."""
    if sum(char in _VOWELS for char in word) > _MAX_VOWELS:
        return set()
    choices = [char + "*" if char in _VOWELS else char for char in word]
    return {spelling for letters in product(*choices) if "*" in (spelling := "".join(letters))}
