"""BM25 over the same passages, and the analyser that turns text into its terms.

The stop list keeps "no", "not" and their kin: "not painful" and "painful" are different answers.
"""

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache, cached_property, lru_cache

import numpy as np
import Stemmer

from ingest.index.dense import Hits
from ingest.index.postings import Postings

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
# Function words of English questions. Not in it, on purpose: no, not, without, only, alone, first,
# more, before, after, when they carry the point of a question about symptoms.
STOP_WORDS = frozenset(
    """a about am an and any are as at be been being but by can could did do does doing for from
    had has have having he her hers him his how i i'd i'll i'm i've if in into is it it's its just
    me my of on or our ours she should so some such than that that's the their theirs them then
    there these they this those to too us was we were what what's when where which while who whom
    why will with would you your yours please tell shall may might must also very really
    im ive id whats whos hows wheres thats theres theyre youre""".split()
)
# Words that frame a question and are not what it is about: a passage need not mention them.
FRAMING_WORDS = frozenset(
    """actually behind else exactly information kind kinds know mean means meaning problem problems
    sort thing things word words simple simply plain like get gets got getting
    dont doesnt didnt isnt arent wasnt cant couldnt wont wouldnt shouldnt havent hasnt""".split()
)
NOT_TERMS = STOP_WORDS | FRAMING_WORDS
K1, B = 1.5, 0.75  # as most libraries ship them; not tuned


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
    """BM25 (Lucene's variant, k1 = 1.5, b = 0.75) with one row a passage.

    Scores are worked out when the index is made from the counts: they hang on every passage.
    """

    def __init__(self, terms: Postings, words: Postings) -> None:
        self._terms = terms
        self._words = words
        self._columns = {term: number for number, term in enumerate(terms.vocabulary)}
        self._scores = _scores(terms)
        # The same memory as plain arrays: a slice of a memory map costs a few microseconds, of
        # these a tenth, and a question takes a hundred.
        self._starts, self._rows = np.asarray(terms.starts), np.asarray(terms.rows)
        self._last = "", np.zeros(terms.n_rows, dtype=np.float32)

    @classmethod
    def build(cls, texts: Sequence[str]) -> "LexicalIndex":
        """From the searched text of each passage; at least one text is needed.

        Raises:
            ValueError: there are no texts, or none of them holds a term.
        """
        terms, words = postings_of(texts)
        if not terms.vocabulary:
            raise ValueError("BM25 needs at least one text with one term")
        return cls(terms, words)

    def __len__(self) -> int:
        return self._terms.n_rows

    @cached_property
    def words(self) -> Mapping[str, int]:
        """Every word of the library as it is spelt, casefolded -> in how many passages it is."""
        frequencies = np.diff(self._words.starts).tolist()
        return dict(zip(self._words.vocabulary, frequencies, strict=True))

    def search(self, text: str, k: int) -> Hits:
        """The k best rows with a score above 0 as (row, bm25), best first, ties by row."""
        scores = self._all_scores(text)
        rows = np.flatnonzero(scores)
        if 0 < k < len(rows):
            rows = rows[scores[rows] >= np.partition(scores[rows], -k)[-k]]  # ties stay in
        order = rows[np.argsort(-scores[rows], kind="stable")][: max(k, 0)]
        return list(zip(order.tolist(), scores[order].tolist(), strict=True))

    def scores(self, rows: Sequence[int], text: str) -> Hits:
        """The score of each named row, in the order of `rows`; 0 where no term is shared."""
        chosen = self._all_scores(text)[np.asarray(rows, dtype=np.int64)]
        return list(zip(rows, chosen.tolist(), strict=True))

    def ceiling(self, text: str) -> float:
        """What no passage's score can exceed: each term of the text found without end."""
        return sum(self.inverse_document_frequency(term) for term in analyse(text))

    def inverse_document_frequency(self, *terms: str) -> float:
        """log(1 + (N - df + 0.5) / (df + 0.5)), Lucene's; of several terms, the most common's."""
        df = max(self.document_frequency(term) for term in terms)
        return math.log(1 + (len(self) - df + 0.5) / (df + 0.5))

    def _all_scores(self, text: str) -> np.ndarray:
        """The score of every row, float32 (n,); a term that is asked twice counts twice.

        The last text's are kept: one question asks for the best rows, then for chosen ones.
        """
        asked, scores = self._last
        if asked == text:
            return scores
        scores = np.zeros(len(self), dtype=np.float32)
        for term in analyse(text):
            found = self._entries(term)
            scores[self._rows[found]] += self._scores[found]
        self._last = text, scores
        return scores

    def document_frequency(self, term: str) -> int:
        """In how many passages an analysed term stands; 0 for a word that is in none."""
        column = self._columns.get(term)
        return 0 if column is None else int(self._starts[column + 1] - self._starts[column])

    def rows_with(self, term: str) -> np.ndarray:
        """The rows in which an analysed term stands, int32 (df,)."""
        return self._rows[self._entries(term)]

    def _entries(self, term: str) -> slice:
        """Where the postings of an analysed term are."""
        column = self._columns.get(term)
        return slice(0, 0) if column is None else slice(*self._starts[column : column + 2])


def postings_of(texts: Sequence[str]) -> tuple[Postings, Postings]:
    """The analysed terms of each text, and its words of letters as they are spelt, casefolded."""
    return Postings.build(map(analyse, texts)), Postings.build(map(_spelt, texts))


def _spelt(text: str) -> list[str]:
    words = WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    return [word for word in words if word.isalpha()]


def _scores(terms: Postings) -> np.ndarray:
    """The BM25 score of each entry, float32: idf * tf / (tf + k1 (1 - b + b * length / mean))."""
    lengths = terms.lengths
    df = np.diff(terms.starts)
    idf = np.log(1 + (terms.n_rows - df + 0.5) / (df + 0.5))
    longer = 1 - B + B * lengths / (lengths.mean() or 1.0) if terms.n_rows else lengths
    scores = idf[terms.words] * terms.counts / (terms.counts + K1 * longer[terms.rows])
    return np.asarray(scores, dtype=np.float32)
