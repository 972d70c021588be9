"""How hard a text is to read: Flesch's reading ease, from 0 (hard) to 100 (easy).

206.835 - 1.015 * words per sentence - 84.6 * syllables per word. Source: Flesch, "A new readability
yardstick", J. Appl. Psychol. 32 (1948). Syllables are counted by
their vowels: a dictionary of sounds would be a download, and the figure is for a whole text.
"""

import re
from functools import lru_cache

from ingest import Document, split_sentences

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
VOWELS = re.compile(r"[aeiouyà-öø-ÿ]+")
# "made", "moves", "asked"; not "muscle", "needed", "diseases"; "be" keeps its one.
SILENT = re.compile(r"[^aeiouyl]e$|[aeiouy]le$|[^aeiouytdl]ed$|[^aeiouycgsxzl]es$")
MAX_CHARS = 20_000  # of the beginning of a long document; the rest reads no easier
BANDS = ((80, "easy"), (60, "plain"), (50, "fairly_hard"), (30, "hard"))


def reading_ease(text: str) -> int | None:
    """The figure for a text, kept within 0 and 100; None where there are no words."""
    words = WORD.findall(text)
    if not words:
        return None
    n_sentences = sum(1 for a, b in split_sentences(text) if WORD.search(text, a, b))
    n_syllables = sum(_syllables(word.casefold()) for word in words)
    ease = 206.835 - 1.015 * len(words) / n_sentences - 84.6 * n_syllables / len(words)
    return round(min(100.0, max(0.0, ease)))


def ease_of(document: Document) -> int | None:
    """The figure for a stored document."""
    return _cached(document.text[:MAX_CHARS])


def band_of(ease: int) -> str:
    """What a figure means, as the end of the name of a sentence in the voice file."""
    return next((name for least, name in BANDS if ease >= least), "very_hard")


@lru_cache(maxsize=4096)
def _cached(text: str) -> int | None:
    return reading_ease(text)


def _syllables(word: str) -> int:
    """Groups of vowels, without an e at the end that is not heard."""
    return max(1, len(VOWELS.findall(word)) - bool(SILENT.search(word)))
