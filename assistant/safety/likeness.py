"""How much a stretch of text is like the crisis or emergency phrases that were written down.

A second reading beside the patterns, for wordings that no pattern names: a weighted sum over words
and pairs of neighbouring words. Weights, rarities and thresholds are data, made from our own
phrases by `python -m benchmarks.likeness`; like the patterns it needs no model and no index.
It is read from the beginning and the end of a text only. Where the patterns found neither card it
may add one. It takes one back where the words around every finding of the patterns are about what
phrases are about and far from all of them, in a text that is read whole (decision 0015).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import sqrt
from sys import intern

from assistant.safety.data import load
from assistant.safety.words import STOP

_READ = 300  # words from either end of a text: bounds the cost for any length
_WINDOW = 50  # words read together: a danger is told in several short sentences
_MIN_WORDS = 5  # of a window: of fewer, patterns and their negations are the better judge
_BEFORE, _AFTER = 25, 15  # words around a finding that say whether it is meant
_MIN_KNOWN = 0.6  # share of a window's words that phrases have; below it is another subject


@dataclass(frozen=True, slots=True)
class Likeness:
    """The weights of one detector. A window is like its phrases above `threshold`.

    `several` is added to it in a text of several windows, each of which may be mistaken. `unlike`:
    from how many words of a text on, below which score words are far from all phrases.
    """

    weights: Mapping[str, float]
    rarities: Mapping[str, float]
    intercept: float
    threshold: float
    several: float = 0.0
    unlike: tuple[tuple[int, float], ...] = ()

    def lacks(self, window: Sequence[str], *, of_words: int) -> bool:
        """Whether a window of a text is about what phrases are about, and far from all of them."""
        bar = max((bar for n_words, bar in self.unlike if n_words <= of_words), default=None)
        return bar is not None and self._knows(window) and self.of(features(window)) < bar

    def has(self, window: Sequence[str], *, is_one_of_several: bool = False) -> bool:
        """Whether the window is about what phrases are about, and like them."""
        bar = self.threshold + (self.several if is_one_of_several else 0.0)
        return self._knows(window) and self.of(features(window)) > bar

    def _knows(self, window: Sequence[str]) -> bool:
        known = sum(word in self.rarities for word in window)
        return known >= _MIN_KNOWN * len(window)

    def of(self, features: frozenset[str]) -> float:
        """The sum of weights over the length of the vector of rarities; higher is liker.

        Features that no phrase has count for nothing.
        """
        known = [feature for feature in features if feature in self.rarities]
        length = sqrt(sum(self.rarities[feature] ** 2 for feature in known))
        total = sum(self.weights.get(feature, 0.0) for feature in known)
        return self.intercept + (total / length if known else 0.0)


def find_alike(words: Sequence[str]) -> set[str]:
    """The names of the detectors whose phrases some window is like."""
    read = [window for window in windows(words) if len(window) >= _MIN_WORDS]
    return {
        name
        for name, likeness in _likenesses().items()
        if any(likeness.has(window, is_one_of_several=len(read) > 1) for window in read)
    }


def is_read_whole(words: Sequence[str]) -> bool:
    """Whether `windows` leaves nothing of a text out. Of a longer one nothing is taken back."""
    return len(words) <= 2 * _READ


def stands(name: str, words: Sequence[str], ends: int, aside: int = 0) -> bool:
    """Whether one finding of a detector's patterns is meant, by the words around it.

    `ends`: the last words of the findings, `aside`: words that frame a text and are not read with
    them (a role to play, rules to drop, R13); both as bits. `words` begin and end with STOP, as
    they count.
    """
    if ends & aside:
        return True
    read = [at for at, word in enumerate(words) if word != STOP and not aside >> at & 1]
    likeness = _likenesses()[name]
    for place, at in enumerate(read):
        if ends >> at & 1:
            around = [words[at] for at in read[max(0, place - _BEFORE) : place + _AFTER + 1]]
            if not likeness.lacks(around, of_words=len(read)):
                return True
    return False


def features(words: Sequence[str]) -> frozenset[str]:
    """The words, and the pairs of neighbours."""
    return frozenset(words) | {f"{a} {b}" for a, b in pairwise(words)}


def windows(words: Sequence[str]) -> list[Sequence[str]]:
    """Overlapping stretches of both ends of a text, sentence ends left out."""
    parts = [words] if len(words) <= 2 * _READ else [words[:_READ], words[-_READ:]]
    found: list[Sequence[str]] = []
    for part in parts:
        plain = [word for word in part if word != STOP]
        last = max(1, len(plain) - _WINDOW // 2)
        found += [plain[at : at + _WINDOW] for at in range(0, last, _WINDOW // 2)]
    return found


@cache
def _likenesses() -> dict[str, Likeness]:
    data = load("likeness.toml")
    rarities = _numbers(data["rarities"])
    return {
        name: Likeness(
            _numbers(part["weights"]),
            rarities,
            part["intercept"],
            part["threshold"],
            part["several"],
            tuple((n_words, bar) for n_words, bar in part["unlike"]),
        )
        for name, part in data.items()
        if isinstance(part, dict)
    }


def _numbers(written: str) -> dict[str, float]:
    """A table of what is written as "word=1.2 one_two=-0.5"."""
    pairs = (entry.rsplit("=", 1) for entry in written.split())
    number = cache(float)  # of a few hundred different ones, thousands of times
    return {intern(feature.replace("_", " ")): number(weight) for feature, weight in pairs}
