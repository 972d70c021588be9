"""BM25 over the same passages, and the analyser that turns text into its terms.

The stop list keeps "no", "not" and their kin: "not painful" and "painful" are different answers.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path

import bm25s
import numpy as np
import Stemmer

from ingest.index.dense import Hits

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
# Function words of English questions. Not in it, on purpose: no, not, without, only, alone, first,
# more, before, after, when they carry the point of a question about symptoms.
STOP_WORDS = frozenset(
    """a about am an and any are as at be been being but by can could did do does doing for from
    had has have having he her hers him his how i i'd i'll i'm i've if in into is it it's its just
    me my of on or our ours she should so some such than that that's the their theirs them then
    there these they this those to too us was we were what what's when where which while who whom
    why will with would you your yours please tell shall may might must also very really""".split()
)


def analyse(text: str) -> list[str]:
    """The terms of a text, in order: casefolded, stop words out, stemmed (Snowball English)."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    words = (w.removesuffix("'s") for w in WORD.findall(folded))
    return [_stem(w) for w in words if w not in STOP_WORDS]


@lru_cache(maxsize=65536)
def _stem(word: str) -> str:
    return str(_stemmer().stemWord(word))


@cache
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english")


class LexicalIndex:
    """BM25 (Lucene's variant, k1 = 1.5, b = 0.75) with one row a passage."""

    def __init__(self, bm25: bm25s.BM25, n_rows: int) -> None:
        self._bm25 = bm25
        self._n_rows = n_rows

    @classmethod
    def build(cls, texts: Sequence[str]) -> "LexicalIndex":
        """From the searched text of each passage; at least one text is needed.

        Raises:
            ValueError: there are no texts, or none of them holds a term.
        """
        terms = [analyse(text) for text in texts]
        if not any(terms):
            raise ValueError("BM25 needs at least one text with one term")
        bm25 = bm25s.BM25(method="lucene", k1=1.5, b=0.75)
        bm25.index(terms, show_progress=False)
        return cls(bm25, len(texts))

    @classmethod
    def read(cls, folder: Path, n_rows: int) -> "LexicalIndex":
        """From a folder that `write` made. Arrays only: pickles are refused."""
        return cls(bm25s.BM25.load(folder, show_progress=False, verbosity=0), n_rows)

    def write(self, folder: Path) -> None:
        """To a folder of arrays and JSON."""
        self._bm25.save(folder, show_progress=False)

    def __len__(self) -> int:
        return self._n_rows

    def search(self, text: str, k: int) -> Hits:
        """The k best rows with a score above 0 as (row, bm25), best first, ties by row."""
        terms = [term for term in analyse(text) if term in self._bm25.vocab_dict]
        if not terms or k < 1:
            return []
        scores = np.asarray(self._bm25.get_scores(terms))
        order = np.lexsort((np.arange(len(scores)), -scores))[:k]
        return [(int(row), float(scores[row])) for row in order if scores[row] > 0]

    def document_frequency(self, term: str) -> int:
        """In how many passages an analysed term stands; 0 for a word that is in none."""
        row = self._bm25.vocab_dict.get(term)
        if row is None:
            return 0
        starts = self._bm25.scores["indptr"]
        return int(starts[row + 1] - starts[row])
