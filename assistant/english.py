"""What is known of English words: whether one is a word, and how much it says by being there.

"Contagious" or "riluzole" in a question is what it asks about; "once" or "best" is how it is put.
How often a word is used in general tells them apart, in a library of any size.
"""

import math
from functools import cache, lru_cache

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
    return word in _words()


def specificity(word: str) -> float:
    """How much a casefolded word says, LEAST for the commonest to 1 for rare and unknown ones.

    Its surprisal, -ln of its share of running text, on a scale from COMMON_NATS to RARE_NATS.
    Shares are those of the word list that comes with pyspellchecker (film and TV subtitles).
    """
    frequency = _words().word_frequency
    if word not in frequency:
        word = _meant(word)
    nats = -math.log(max(frequency[word], 0.5) / frequency.total_words)
    return min(1.0, max(LEAST, (nats - COMMON_NATS) / (RARE_NATS - COMMON_NATS)))


@lru_cache(maxsize=4096)
def _meant(word: str) -> str:
    """The commonest word that is one letter away from an unknown one; itself where none is.

    "Definately" says as little as "definitely". Questions are not kept: single words are.
    """
    if len(word) < MIN_MISSPELT:
        return word
    words = _words()
    near = words.known(words.edit_distance_1(word))
    return max(near, key=lambda known: words.word_frequency[known], default=word)


@cache
def _words() -> SpellChecker:
    """Only looked up in, never asked for a correction."""
    return SpellChecker(language="en")
