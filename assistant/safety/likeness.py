"""How much a sentence is like the crisis or emergency phrases that were written down.

A second reading beside the patterns, for wordings that no pattern names: a weighted sum over words
and pairs of neighbouring words, cut to stems. Weights and thresholds are data, made from our own
phrases by `python -m benchmarks.likeness`; like the patterns it needs no model and no index.
It is read from the beginning and the end of a text only, where the patterns found neither card, and
it adds findings, never removes one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import sqrt

from assistant.safety.data import load
from assistant.safety.words import STOP

_ENDINGS = ("ing", "ed", "es", "s", "e")
_MIN_STEM = 3  # letters that an ending leaves over, and one more
_READ = 300  # words from either end of a text: bounds the cost for any length
_AWAY = frozenset({"no", "without"})  # "no chest pain": a sum of weights is no judge of negations
_WINDOW = 40  # words that count as one sentence in a text without full stops


@dataclass(frozen=True, slots=True)
class Likeness:
    """The weights of one detector. A sentence is like its phrases above `threshold`."""

    weights: Mapping[str, float]
    intercept: float
    threshold: float

    def of(self, features: frozenset[str]) -> float:
        """The sum of weights, divided by the root of the number of features; higher is liker."""
        total = sum(self.weights.get(feature, 0.0) for feature in features)
        return self.intercept + total / sqrt(max(1, len(features)))


def find_alike(words: Sequence[str]) -> set[str]:
    """The names of the detectors whose phrases some sentence is like."""
    sentences = [features(sentence) for sentence in _sentences(words) if _AWAY.isdisjoint(sentence)]
    return {
        name
        for name, likeness in _likenesses().items()
        if any(likeness.of(sentence) > likeness.threshold for sentence in sentences)
    }


def features(words: Sequence[str]) -> frozenset[str]:
    """The stems of a sentence, and its pairs of neighbours with "^" and "$" at its ends."""
    stems = [stem(word) for word in words]
    closed = ["^", *stems, "$"]
    return frozenset(stems) | {f"{a} {b}" for a, b in pairwise(closed)}


def stem(word: str) -> str:
    """The word without its ending; not a linguist's stem."""
    for ending in _ENDINGS:
        if len(word) > len(ending) + _MIN_STEM and word.endswith(ending):
            return word[: -len(ending)]
    return word


def _sentences(words: Sequence[str]) -> Iterator[Sequence[str]]:
    parts = [words] if len(words) <= 2 * _READ else [words[:_READ], words[-_READ:]]
    for part in parts:
        sentence: list[str] = []
        for word in (*part, STOP):
            if word == STOP or len(sentence) == _WINDOW:
                if sentence:
                    yield sentence
                sentence = sentence[_WINDOW // 2 :] if word != STOP else []
            if word != STOP:
                sentence.append(word)


@cache
def _likenesses() -> dict[str, Likeness]:
    return {
        name: Likeness(_weights(data["weights"]), data["intercept"], data["threshold"])
        for name, data in load("likeness.toml").items()
        if isinstance(data, dict)
    }


def _weights(written: str) -> dict[str, float]:
    """A table of what is written as "stem=1.2 one_two=-0.5"."""
    pairs = (entry.rsplit("=", 1) for entry in written.split())
    return {feature.replace("_", " "): float(weight) for feature, weight in pairs}
