"""BM25 over the same passages, and the analyser that turns text into its terms.

The stop list keeps "no", "not" and their kin: "not painful" and "painful" are different answers.
"""

import json
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
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
# Words that frame a question and are not what it is about: a passage need not mention them.
FRAMING_WORDS = frozenset(
    """actually behind else exactly information kind kinds know mean means meaning problem problems
    sort""".split()
)
NOT_TERMS = STOP_WORDS | FRAMING_WORDS
WORDS_FILE = "words.json"  # beside the arrays: the library's words as they are spelt


def analyse(text: str) -> list[str]:
    """The terms of a text, in order: casefolded, stop words out, stemmed (Snowball English)."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    words = (w.removesuffix("'s") for w in WORD.findall(folded))
    return [_stem(w) for w in words if w not in NOT_TERMS]


@lru_cache(maxsize=65536)
def _stem(word: str) -> str:
    return str(_stemmer().stemWord(word))


@cache
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english")


class LexicalIndex:
    """BM25 (Lucene's variant, k1 = 1.5, b = 0.75) with one row a passage."""

    def __init__(self, bm25: bm25s.BM25, n_rows: int, words: Mapping[str, int]) -> None:
        self._bm25 = bm25
        self._n_rows = n_rows
        self._words = words

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
        return cls(bm25, len(texts), _spellings(texts))

    @classmethod
    def read(cls, folder: Path, n_rows: int) -> "LexicalIndex":
        """From a folder that `write` made. Arrays only: pickles are refused."""
        words = json.loads((folder / WORDS_FILE).read_text(encoding="utf-8"))
        return cls(bm25s.BM25.load(folder, show_progress=False, verbosity=0), n_rows, words)

    def write(self, folder: Path) -> None:
        """To a folder of arrays and JSON."""
        self._bm25.save(folder, show_progress=False)
        (folder / WORDS_FILE).write_text(json.dumps(self._words), encoding="utf-8")

    def __len__(self) -> int:
        return self._n_rows

    @property
    def words(self) -> Mapping[str, int]:
        """Every word of the library as it is spelt, casefolded -> in how many passages it is."""
        return self._words

    def search(self, text: str, k: int) -> Hits:
        """The k best rows with a score above 0 as (row, bm25), best first, ties by row."""
        scores = self._all_scores(text)
        order = np.lexsort((np.arange(len(scores)), -scores))[:k]
        return [(int(row), float(scores[row])) for row in order if scores[row] > 0]

    def scores(self, rows: Sequence[int], text: str) -> Hits:
        """The score of each named row, in the order of `rows`; 0 where no term is shared."""
        scores = self._all_scores(text)
        return [(row, float(scores[row])) for row in rows]

    def ceiling(self, text: str) -> float:
        """What no passage's score can exceed: each term of the text found without end."""
        return sum(self.inverse_document_frequency(term) for term in analyse(text))

    def inverse_document_frequency(self, *terms: str) -> float:
        """log(1 + (N - df + 0.5) / (df + 0.5)), Lucene's; of several terms, the most common's."""
        df = max(self.document_frequency(term) for term in terms)
        return math.log(1 + (self._n_rows - df + 0.5) / (df + 0.5))

    def _all_scores(self, text: str) -> np.ndarray:
        """The score of every row, float32 (n,)."""
        terms = [term for term in analyse(text) if term in self._bm25.vocab_dict]
        if not terms:
            return np.zeros(self._n_rows, dtype=np.float32)
        return np.asarray(self._bm25.get_scores(terms))

    def document_frequency(self, term: str) -> int:
        """In how many passages an analysed term stands; 0 for a word that is in none."""
        return len(self.rows_with(term))

    def rows_with(self, term: str) -> np.ndarray:
        """The rows in which an analysed term stands, int32 (df,)."""
        column = self._bm25.vocab_dict.get(term)
        if column is None:
            return np.zeros(0, dtype=np.int32)
        start, end = self._bm25.scores["indptr"][column : column + 2]
        return np.asarray(self._bm25.scores["indices"][start:end])


def _spellings(texts: Sequence[str]) -> dict[str, int]:
    """Each word of letters -> in how many texts it stands, in the order of the alphabet."""
    found = Counter(
        word
        for text in texts
        for word in set(WORD.findall(unicodedata.normalize("NFKC", text).casefold()))
        if word.isalpha()
    )
    return dict(sorted(found.items()))
