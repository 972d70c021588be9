"""The words that patterns speak of, with the elements they may stand for and their misspellings."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import repeat

import numpy as np
import numpy.typing as npt

from assistant.safety.grammar import Element, Pattern
from assistant.safety.typos import slips, typos
from assistant.safety.words import STOP

NUMBER = "0"  # stands for any number typed in digits, with or without a unit
MANY = "00"  # stands for a bare number of _MANY or more: too many tablets, whatever they are
_MANY = 6
NONE = -1  # the symbol of a word that no pattern speaks of
NEGATIONS = frozenset(
    "not no never dont doesnt didnt wont isnt wasnt arent cant cannot couldnt wouldnt shouldnt "
    "havent hasnt without nor neither nao nunca ne pas nicht kein keine keinen niet geen non "
    "nie".split()
)
Rows = tuple[tuple[int, ...], ...]
Integers = npt.NDArray[np.int64]
_UNITS = {ord(letter): None for letter in "xmgucls"}  # "20mg", "50mcg", "10ml", "x20"
_LEET = [
    str.maketrans(dict(zip("0134578", letters, strict=True))) for letters in ("oieastb", "oleastb")
]


class Vocabulary:
    """Words to symbols; a symbol is the set of elements that a word may stand for.

    One look-up a word, whatever was typed: misspellings are entries, not searches.
    """

    def __init__(
        self,
        patterns: Iterable[Pattern],
        key_words: frozenset[str],
        other_words: frozenset[str] = frozenset(),
    ) -> None:
        """`key_words` are recognised when misspelt as well, if a pattern has them.

        `other_words` too, in the commonest misspellings only: they are many.
        """
        patterns = tuple(patterns)
        built_in = (frozenset({STOP}), NEGATIONS, frozenset({NUMBER}), frozenset({MANY}))
        self.ids = {words: number for number, words in enumerate(built_in)}
        for element in (step.element for pattern in patterns for step in pattern):
            for words in (
                element.words,
                *(frozenset({word}) for row in element.rows for word in row),
            ):
                self.ids.setdefault(words, len(self.ids))
        self._elements = {
            id(step.element): step.element for pattern in patterns for step in pattern
        }  # also keeps them alive, so that an id stays theirs
        self._rows = {number: self._number(element) for number, element in self._elements.items()}
        meanings: dict[str, frozenset[int]] = defaultdict(frozenset)
        for words, number in self.ids.items():
            for word in words:
                meanings[word] |= {number}
                if word.isdecimal():
                    meanings[word] |= _number_ids(self.ids, word)
        distinct: dict[frozenset[int], int] = {}
        exact = frozenset(meanings)
        for words, misspell in ((key_words, typos), (other_words - key_words, slips)):
            for word in sorted(exact & words):
                for spelling in misspell(word) - exact:
                    known = meanings.get(spelling)
                    meanings[spelling] = known | meanings[word] if known else meanings[word]
        self._symbol_of = {
            word: distinct.setdefault(ids, len(distinct)) for word, ids in meanings.items()
        }
        self.element_ids = tuple(tuple(sorted(ids)) for ids in distinct)

    def rows(self, element: Element) -> Rows:
        """The element as rows of ids; single words are rows of one."""
        return self._rows[id(element)]

    def _number(self, element: Element) -> Rows:
        rows = [tuple(self.ids[frozenset({word})] for word in row) for row in element.rows]
        return ((self.ids[element.words],), *rows)

    def read(self, words: Sequence[str]) -> Integers:
        """int64 (len(words),): the symbol of each word, NONE where no pattern speaks of it."""
        symbols = np.fromiter(
            map(self._symbol_of.get, words, repeat(NONE)), dtype=np.int64, count=len(words)
        )
        joined = " ".join(words)
        if any(digit in joined for digit in "0123456789"):
            self._read_digits(words, symbols)
        return symbols

    def _read_digits(self, words: Sequence[str], symbols: Integers) -> None:
        """Numbers, amounts ("20mg", "x30") and letters typed as digits ("su1c1de")."""
        unread = np.flatnonzero(symbols == NONE).tolist()
        places = [
            place for place in unread if words[place].isascii() and not words[place].isalpha()
        ]
        if not places:
            return
        disguised = " ".join([words[place] for place in places])
        for letters in _LEET:
            plain = disguised.translate(letters).split(" ")
            for place, symbol in zip(places, map(self._symbol_of.get, plain), strict=True):
                if symbol is not None:
                    symbols[place] = symbol
        for place, amount in zip(places, disguised.translate(_UNITS).split(" "), strict=True):
            if amount.isdecimal():
                word = MANY if words[place].isdecimal() and _is_many(amount) else NUMBER
                symbols[place] = self._symbol_of[word]


def _number_ids(ids: Mapping[frozenset[str], int], word: str) -> frozenset[int]:
    """The elements that a number of the pattern files stands for, beside itself."""
    kinds = {NUMBER, MANY} if _is_many(word) else {NUMBER}
    return frozenset(number for words, number in ids.items() if words & kinds)


def _is_many(amount: str) -> bool:
    return len(amount) > 1 or int(amount) >= _MANY
