"""Spelling repair for search: a word that is no word becomes the library's word next to it.

The question that is shown and screened for safety stays as it was typed. A real English word is
never repaired ("dogs" does not become "does"), nor is a name with digits or capitals inside.
"""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Protocol

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from assistant.english import is_english
from ingest import analyse

TOKEN = re.compile(r"[^\W_]+")
PAIR = re.compile(r"\b([^\W\d_]{2,}) (?=([^\W\d_]{2,})\b)")
MIN_CHARS = 4  # shorter words are one slip away from too many others
TWO_SLIPS_CHARS = 7  # from this length on, two slips still point at one word
COMMON_SHARE = 0.02  # of the passages; "fasciculations" stands in .4 of the source articles'
MAX_LOOK_UPS = 12  # in one question; each reads the library's word list


class Lexicon(Protocol):
    """The words of a library: as they are spelt, and how many passages hold a term."""

    def __len__(self) -> int:
        """Number of passages."""

    @property
    def words(self) -> Mapping[str, int]:
        """Casefolded word -> number of passages."""

    def document_frequency(self, term: str) -> int:
        """Number of passages with an analysed term."""


def repair(text: str, lexicon: Lexicon, keep: frozenset[str]) -> str:
    """`text` with misspelt words replaced; `keep` are words that are right as they are.

    A slip is a letter too many, too few or another one, two neighbours that changed places, or all
    the right letters in another order. The nearest library word with the same first letter wins,
    then the one in most passages.
    """
    text = PAIR.sub(lambda pair: _joined(pair, lexicon), text)
    shouted = text.isupper()
    look_ups = 0

    def repaired(match: re.Match[str]) -> str:
        nonlocal look_ups
        typed = match[0]
        is_name = not typed.isalpha() or (typed[1:] != typed[1:].lower() and not shouted)
        if is_name or look_ups >= MAX_LOOK_UPS or _is_word(typed.casefold(), lexicon, keep):
            return typed
        look_ups += 1
        word = typed.casefold()
        return _nearest(word, lexicon) or _nearest_reviewed(word, keep) or typed

    return TOKEN.sub(repaired, text)


def _joined(pair: re.Match[str], lexicon: Lexicon) -> str:
    """Eyelid for "eye lid", where the library knows the whole and not each of its halves."""
    first, second = pair[1].casefold(), pair[2].casefold()
    halves = all(map(lexicon.words.__contains__, (first, second)))
    return pair[0] if halves or first + second not in lexicon.words else pair[1]


def _is_word(word: str, lexicon: Lexicon, keep: frozenset[str]) -> bool:
    """Whether the library, the reviewed table or English has this word or another form of it."""
    if word in keep or word in lexicon.words or is_english(word):
        return True
    return any(lexicon.document_frequency(term) for term in analyse(word))


def _nearest(word: str, lexicon: Lexicon) -> str | None:
    """The library's word nearest to a misspelt one; None where none is near."""
    library = lexicon.words
    slips = 0 if len(word) < MIN_CHARS else 1 if len(word) < TWO_SLIPS_CHARS else 2
    alike = [w for w in library if w[0] == word[0] and abs(len(w) - len(word)) <= slips]
    near = {w: 2 for w in alike if sorted(w) == sorted(word)}
    found = extract(word, alike, scorer=OSA.distance, score_cutoff=slips, limit=None)
    near |= {w: n for w, n, _ in found if n < 2 or _is_slip_of(w, word, lexicon)}
    return min(near, key=lambda w: (near[w], -library[w], w), default=None)


def _nearest_reviewed(word: str, reviewed: frozenset[str]) -> str | None:
    """The reviewed word that a long one is one slip from; it may stand for one of the library."""
    if len(word) < TWO_SLIPS_CHARS:
        return None
    alike = [w for w in reviewed if w[0] == word[0] and abs(len(w) - len(word)) <= 1]
    found = extract(word, alike, scorer=OSA.distance, score_cutoff=1, limit=None)
    return min((w for w, _, _ in found), default=None)


def _is_slip_of(known: str, word: str, lexicon: Lexicon) -> bool:
    """Whether two slips are more likely than another word that the library does not have.

    "Hydrolethalus" is not hydrocephalus, nor "hypouricemia" hyperuricemia: names of rare diseases
    differ by as little as two letters. Letters left out, put in or swapped are slips; other letters
    in their place are so only for a word that the library uses all the time.
    """
    ours, theirs = Counter(known), Counter(word)
    if not (ours - theirs) or not (theirs - ours):
        return True
    opposite = {known[:4], word[:4]} == {"hypo", "hype"}
    return not opposite and lexicon.words[known] >= COMMON_SHARE * len(lexicon)
