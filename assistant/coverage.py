"""How much of a question's content a text mentions: the part of relevance that cosine blurs.

"What is the recommended dose of riluzole?" and a paragraph on ALS are near each other for an
embedding model; the words "dose" and "riluzole" are not there.
"""

from collections.abc import Sequence

import numpy as np

from assistant.records import Query
from assistant.understand import is_circumstance, same_meaning
from ingest import Index, analyse


class Coverage:
    """How much of one question's content texts of one library mention, as a share of 0 to 1.

    A term weighs its rarity in the library times how much the word says in English: "contagious",
    which no passage has, weighs most; "once", which none has either, next to nothing. A question
    without content terms has 0.
    """

    def __init__(self, query: Query, index: Index) -> None:
        self._bm25 = index.bm25
        self._meanings = [same_meaning(term) for term in query.terms]
        self._weights = [
            says * index.bm25.inverse_document_frequency(*meaning)  # its most common synonym's
            for says, meaning in zip(query.specificities, self._meanings, strict=True)
        ]
        self._total = sum(self._weights)

    def of(self, text: str) -> float:
        """The share of a text."""
        if self._total == 0:
            return 0.0
        present = set(analyse(text))
        pairs = zip(self._meanings, self._weights, strict=True)
        return sum(weight for meaning, weight in pairs if meaning & present) / self._total

    def of_rows(self, rows: Sequence[int]) -> list[float]:
        """The same for what was indexed of each passage, its headings included, without reading it.

        A mark for each passage of the library costs less than looking `rows` up in each term's.
        """
        if self._total == 0:
            return [0.0] * len(rows)
        chosen = np.asarray(rows, dtype=np.int64)
        mentioned = np.zeros(len(rows))
        for meaning, weight in zip(self._meanings, self._weights, strict=True):
            holds = np.zeros(len(self._bm25), dtype=bool)
            for term in meaning:
                holds[self._bm25.rows_with(term)] = True
            mentioned += weight * holds[chosen]
        return [float(share) for share in mentioned / self._total]


def unheard_of(query: Query, index: Index) -> float:
    """How much the most telling word says that the library never uses in any form, 0 to 1.

    "Statins" in a library without statins: whatever it says of twitching is no answer. Numbers do
    not count, nor the circumstances of a person: they are in no article, whatever it answers.
    """
    return max(
        (
            says
            for term, says in zip(query.terms, query.specificities, strict=True)
            if term.isalpha()
            and not is_circumstance(term)
            and not any(map(index.bm25.document_frequency, same_meaning(term)))
        ),
        default=0.0,
    )
