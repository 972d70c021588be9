"""What is known of English words: whether one is a word, and how much it says by being there.

"Contagious" or "riluzole" in a question is what it asks about; "once" or "best" is how it is put.
How often a word is used in general tells them apart, in a library of any size.
"""

import math
from collections.abc import Mapping
from functools import cache, lru_cache
from string import ascii_lowercase

import numpy as np
from spellchecker import SpellChecker

# Words of which one in e^7 (1,100) or more is this one say next to nothing ("best", "once", "end");
# those rarer than one in e^14 (1.2 million) say all they can ("contagious", "riluzole").
# Tried 7..13, 7..14, 6..12 and 8..14 on the 48 twitching questions over both libraries and on
# MedQuAD's left-out topics (benchmarks/README.md).
COMMON_NATS = 7.0
RARE_NATS = 14.0
LEAST = 0.1
MIN_MISSPELT = 8  # letters; a shorter unknown word, a name perhaps, is one edit from many


def is_english(word: str) -> bool:
    """Whether a casefolded word is one of about 160,000 English ones."""
    return _count(word) > 0


def specificity(word: str) -> float:
    """How much a casefolded word says, LEAST for the commonest to 1 for rare and unknown ones.

    Its surprisal, -ln of its share of running text, on a scale from COMMON_NATS to RARE_NATS.
    Shares are those of the word list that comes with pyspellchecker (film and TV subtitles).
    """
    count = _count(word) or _count(_meant(word))
    nats = -math.log(max(count, 0.5) / _words().total)
    return min(1.0, max(LEAST, (nats - COMMON_NATS) / (RARE_NATS - COMMON_NATS)))


@lru_cache(maxsize=4096)
def _meant(word: str) -> str:
    """The commonest word that is one letter away from an unknown one; itself where none is.

    "Definately" says as little as "definitely". Questions are not kept: single words are.
    """
    if len(word) < MIN_MISSPELT:
        return word
    return max(_edits().edit_distance_1(word), key=lambda near: (_words().count(near), near))


@lru_cache(maxsize=4096)
def _count(word: str) -> int:
    return _words().count(word)


class _Words:
    """A word list of 160,000 in sorted arrays: 6 MiB, of 24 that it takes as a dictionary."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self.total = sum(counts.values())
        listed = sorted((word.encode(), count) for word, count in counts.items())
        self._words = np.array([word for word, _ in listed])
        self._counts = np.array([count for _, count in listed])

    def count(self, word: str) -> int:
        """How often a word stands in the text that was counted; 0 for an unknown one."""
        asked = word.encode("utf-8", "surrogatepass")
        at = int(np.searchsorted(self._words, asked))
        known = at < len(self._words) and self._words[at] == asked
        return int(self._counts[at]) if known else 0


@cache
def _words() -> _Words:
    return _Words(SpellChecker(language="en").word_frequency.dictionary)


@cache
def _edits() -> SpellChecker:
    """Knows no words: only what is one letter away from one."""
    checker = SpellChecker(language=None)
    checker.word_frequency.load_words([ascii_lowercase])
    return checker
