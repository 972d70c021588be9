"""The small language in which the pattern files are written, parsed to steps.

A pattern is a row of elements, matched over words:

    want|wants ~3 <die>     either word, at most three other words between, a word of class <die>
    ~!3                     the same, but no negation ("not", "never") among the words between
    a &5 b                  a and b in one sentence, at most five words between, in either order
    word?                   may be left out
    end_it                  two words that belong together, as one alternative
    ^ $                     the beginning and the end of a sentence
    0  00                   any number typed in digits; a bare number that is many for tablets

Gaps never reach over the end of a sentence.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from assistant.safety.fold import fold
from assistant.safety.words import STOP

MAX_GAP = 16  # words that may stand between two elements


@dataclass(frozen=True)
class Element:
    """What may stand at one place: single words, or rows of words."""

    words: frozenset[str]
    rows: tuple[tuple[str, ...], ...] = ()

    @cached_property
    def rows_by_head(self) -> Mapping[tuple[str, str], tuple[tuple[str, ...], ...]]:
        """The rows by their first two words."""
        by_head: dict[tuple[str, str], tuple[tuple[str, ...], ...]] = {}
        for row in self.rows:
            by_head[row[0], row[1]] = (*by_head.get((row[0], row[1]), ()), row)
        return by_head

    @cached_property
    def heads(self) -> frozenset[tuple[str, str]]:
        """The first two words of its rows."""
        return frozenset(self.rows_by_head)

    @cached_property
    def firsts(self) -> frozenset[str]:
        """The words with which the element may begin."""
        return self.words.union(row[0] for row in self.rows)


@dataclass(frozen=True, slots=True)
class Step:
    """One element and how far from the one before it may stand."""

    element: Element
    gap: int = 0
    over_negation: bool = True
    either_order: bool = False
    optional: bool = False


Pattern = tuple[Step, ...]
_SHARED: dict[Element, Element] = {}  # equal elements are one object, worked out once in a text
Classes = Mapping[str, str]


def parse(pattern: str, classes: Classes) -> Pattern:
    """The steps of one line of a pattern file.

    Raises:
        KeyError: the line names a class that its file does not have.
        ValueError: a gap is wider than what is looked through.
    """
    steps: list[Step] = []
    gap, over_negation, either_order = 0, True, False
    for part in pattern.split():
        if part[0] in "~&":
            over_negation, either_order = not part.startswith("~!"), part[0] == "&"
            gap = int(part.lstrip("~&!"))
            if gap > MAX_GAP:
                raise ValueError(f"{part} is wider than {MAX_GAP} words, in: {pattern}")
            continue
        element = _parse_element(part.rstrip("?"), classes)
        element = _SHARED.setdefault(element, element)
        steps.append(Step(element, gap, over_negation, either_order, optional=part.endswith("?")))
        gap, over_negation, either_order = 0, True, False
    return tuple(steps)


def _parse_element(part: str, classes: Classes) -> Element:
    words: set[str] = set()
    rows: list[tuple[str, ...]] = []
    for alternative in part.split("|"):
        if alternative.startswith("<"):
            inner = _parse_class(classes[alternative[1:-1]], classes)
            words |= inner.words
            rows.extend(inner.rows)
        elif "_" in alternative:
            rows.append(tuple(map(_fold_word, alternative.split("_"))))
        else:
            words.add(STOP if alternative in "^$" else _fold_word(alternative))
    return Element(frozenset(words), tuple(rows))


def _parse_class(text: str, classes: Classes) -> Element:
    """Most classes hold words only, and stand in many lines."""
    alternatives = "|".join(text.split())
    return _parse_element(alternatives, classes) if "<" in text else _parse_words(alternatives)


@cache
def _parse_words(alternatives: str) -> Element:
    return _parse_element(alternatives, {})


_fold_word = cache(fold)
