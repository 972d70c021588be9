"""How much a stretch of text is like the crisis or emergency phrases that were written down.

A second reading beside the patterns, for wordings that no pattern names: a weighted sum over words
and pairs of neighbouring words. Weights, rarities and thresholds are data, made from our own
phrases by `python -m benchmarks.likeness`; like the patterns it needs no model and no index.
It is read from the beginning and the end of a text only. Where the patterns found neither card it
may add one. It takes back one kind only, an emergency, from a text that is read whole, is about
what phrases are about, and is far from every one of them (decision 0015).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import sqrt

from assistant.safety.data import load
from assistant.safety.words import STOP

_READ = 300  # words from either end of a text: bounds the cost for any length
_WINDOW = 50  # words read together: a danger is told in several short sentences
_MIN_WORDS = 5  # of a window: of fewer, patterns and their negations are the better judge
_MIN_UNLIKE = 8  # words of a text from which on it can be far from every phrase
_MIN_KNOWN = 0.6  # share of a window's words that phrases have; below it is another subject


@dataclass(frozen=True, slots=True)
class Likeness:
    """The weights of one detector. A window is like its phrases above `threshold`.

    `several` is added to it in a text of several windows, each of which may be mistaken. Below
    `unlike` a window is far from all phrases; None: never.
    """

    weights: Mapping[str, float]
    rarities: Mapping[str, float]
    intercept: float
    threshold: float
    several: float = 0.0
    unlike: float | None = None

    def lacks(self, window: Sequence[str]) -> bool:
        """Whether the window is about what phrases are about, and far from all of them."""
        if self.unlike is None or not self._knows(window):
            return False
        return self.of(features(window)) < self.unlike

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


def is_unlike(words: Sequence[str], name: str) -> bool:
    """Whether a text is far from every phrase of a detector, in all of its windows."""
    n_words = sum(word != STOP for word in words)
    if n_words < _MIN_UNLIKE or len(words) > 2 * _READ:  # of more, `windows` leaves out the middle
        return False
    likeness = _likenesses()[name]
    return all(likeness.lacks(window) for window in windows(words))


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
            part.get("unlike"),
        )
        for name, part in data.items()
        if isinstance(part, dict)
    }


def _numbers(written: str) -> dict[str, float]:
    """A table of what is written as "word=1.2 one_two=-0.5"."""
    pairs = (entry.rsplit("=", 1) for entry in written.split())
    return {feature.replace("_", " "): float(weight) for feature, weight in pairs}
