"""The words that patterns speak of, and which of them a typed word stands for."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product, repeat

import numpy as np
import numpy.typing as npt

from assistant.safety.typos import Integers, Misspellings
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
_UNKNOWN = -1
_SIEVE = 65_521  # a prime: bits of a first test for pairs of words
_VOWELS = "aeiou"
_MAX_VOWELS = 4  # of a word whose vowels may all be masked
_UNITS = {ord(letter): None for letter in "xmgucls"}  # "20mg", "50mcg", "10ml", "x20"
_LEET = [
    str.maketrans(dict(zip("0134578", letters, strict=True))) for letters in ("oieastb", "oleastb")
]


class Vocabulary:
    """Typed words to the words of the patterns, misspelt ones too."""

    def __init__(
        self,
        words: Iterable[str],
        *,
        heads: Iterable[tuple[str, str]] = (),
        ordinary: Iterable[str] = (),
    ) -> None:
        """`words`: of the patterns. `heads`: the first two words of every row of words in them.

        `ordinary`: words of everyday use, which are no misspelling of these.
        """
        self.words = sorted({*words, *NEGATIONS, STOP, NUMBER, MANY})
        self._numbers = {word: number for number, word in enumerate(self.words)}
        self._masked = {
            spelling: number for word, number in self._numbers.items() for spelling in _masked(word)
        }
        self._ordinary = frozenset(ordinary)
        self._misspellings = Misspellings(self.words)

        pairs = [self._numbers[a] * len(self.words) + self._numbers[b] for a, b in heads]
        self._heads = np.unique(np.array(pairs, dtype=np.int64))
        self._sieve = np.zeros(_SIEVE, dtype=bool)
        self._sieve[self._heads % _SIEVE] = True

    def begins_row(self, keys: Integers) -> npt.NDArray[np.bool_]:
        """For pairs of words, as number * len(words) + number: whether a row begins with them."""
        likely = self._sieve[keys % _SIEVE]
        likely[likely] = np.isin(keys[likely], self._heads)
        return likely

    def read(self, words: Sequence[str]) -> tuple[Integers, Integers]:
        """Which places hold which words: pairs of (place, number of the word), none twice.

        A place comes several times where the word typed there may stand for several.
        """
        once = {word: number for number, word in enumerate(dict.fromkeys(words))}
        spelling_at = _integers(map(once.__getitem__, words), len(words))
        spellings, numbers = self._read_once(list(once))
        places, meant = [spellings[:0]], [numbers[:0]]
        while len(spellings):  # the first reading of every spelling, then the second, ...
            first = np.r_[True, spellings[1:] != spellings[:-1]]
            reading = np.full(len(once), _UNKNOWN)
            reading[spellings[first]] = numbers[first]
            read = reading[spelling_at]
            places.append(np.flatnonzero(read != _UNKNOWN))
            meant.append(read[places[-1]])
            spellings, numbers = spellings[~first], numbers[~first]
        return np.concatenate(places), np.concatenate(meant)

    def _read_once(self, typed: Sequence[str]) -> tuple[Integers, Integers]:
        """Pairs of (place in `typed`, number of a word), in the order of places."""
        exact = self._look_up(typed, self._numbers)
        pairs = [_known(exact)]
        open_ = exact == _UNKNOWN
        if not all(map(str.isalpha, typed)):
            pairs += self._read_signs(typed, open_)
        unread = [typed[place] for place in np.flatnonzero(open_).tolist()]
        unread = [word for word in unread if word not in self._ordinary]
        places, numbers = self._misspellings.find(unread)
        place_of = dict(zip(typed, range(len(typed)), strict=True))
        back = _integers(map(place_of.__getitem__, unread), len(unread))
        pairs.append((back[places], numbers))
        both = np.concatenate([p for p, _ in pairs]), np.concatenate([n for _, n in pairs])
        order = np.argsort(both[0], kind="stable")
        return both[0][order], both[1][order]

    def _look_up(self, words: Sequence[str], table: Mapping[str, int]) -> Integers:
        return _integers(map(table.get, words, repeat(_UNKNOWN)), len(words))

    def _read_signs(self, typed: Sequence[str], open_: npt.NDArray[np.bool_]) -> list[_Pairs]:
        """Numbers, amounts ("20mg", "x30"), letters typed as digits or signs ("su1c1de", "d**").

        What is read here is no misspelling, so it is closed in `open_`.
        """
        places = np.flatnonzero(~np.fromiter(map(str.isalpha, typed), dtype=bool, count=len(typed)))
        signs = [typed[place] for place in places.tolist()]
        joined = " ".join(signs)
        tries = [self._look_up(signs, self._masked)]
        tries += [
            self._look_up(joined.translate(letters).split(" "), self._numbers) for letters in _LEET
        ]
        tries[2][tries[2] == tries[1]] = _UNKNOWN
        unread = open_[places]
        pairs = [(places[read], each[read]) for each in tries for read in [unread & (each >= 0)]]
        open_[places[np.maximum.reduce(tries) >= 0]] = False
        for number, found in self._amounts(signs, joined):
            pairs.append((places[found], np.full(np.count_nonzero(found), number)))
            open_[places[found]] = False
        return pairs

    def _amounts(
        self, signs: Sequence[str], joined: str
    ) -> Iterator[tuple[int, npt.NDArray[np.bool_]]]:
        """Which of `signs` are numbers; which of them are bare and many."""
        amounts = joined.translate(_UNITS).split(" ")
        number = [
            amount.isdecimal() and sign not in (NUMBER, MANY)
            for amount, sign in zip(amounts, signs, strict=True)
        ]
        many = [
            is_number and sign.isdecimal() and (len(sign) > 1 or sign >= _MANY)
            for is_number, sign in zip(number, signs, strict=True)
        ]
        yield self._numbers[NUMBER], np.array(number)
        yield self._numbers[MANY], np.array(many)


def _integers(values: Iterable[int], count: int) -> Integers:
    return np.fromiter(values, dtype=np.int64, count=count)


def _known(read: Integers) -> _Pairs:
    places = np.flatnonzero(read != _UNKNOWN)
    return places, read[places]


def _masked(word: str) -> set[str]:
    """The word with one vowel or more typed as "*"."""
    if sum(char in _VOWELS for char in word) > _MAX_VOWELS:
        return set()
    choices = [char + "*" if char in _VOWELS else char for char in word]
    return {spelling for letters in product(*choices) if "*" in (spelling := "".join(letters))}
