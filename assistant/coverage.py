"""How much of a question's content a text mentions: the part of relevance that cosine blurs.

"What is the recommended dose of riluzole?" and a paragraph on ALS are near each other for an
embedding model; the words "dose" and "riluzole" are not there.
"""

from collections.abc import Sequence

import numpy as np

from assistant.records import Query
from assistant.understand import same_meaning
from ingest import Index, analyse


def coverage(query: Query, text: str, index: Index) -> float:
    """Share of the question's content that `text` mentions, 0 to 1.

    A term weighs its rarity in the library times how much the word says in English: "contagious",
    which no passage has, weighs most; "once", which none has either, next to nothing. A question
    without content terms has 0.
    """
    present = set(analyse(text))
    weights = _weights(query, index)
    total = sum(weights.values())
    if total == 0:
        return 0.0
    return sum(w for term, w in weights.items() if same_meaning(term) & present) / total


def coverage_of_rows(query: Query, rows: Sequence[int], index: Index) -> list[float]:
    """The same for what was indexed of each passage, its headings included, without reading it."""
    weights = _weights(query, index)
    mentioned = np.zeros(len(rows))
    for term, weight in weights.items():
        holders = np.concatenate([index.bm25.rows_with(t) for t in sorted(same_meaning(term))])
        mentioned += weight * np.isin(rows, holders)
    total = sum(weights.values())
    return [float(share) for share in (mentioned / total if total else mentioned)]


def unheard_of(query: Query, index: Index) -> float:
    """How much the most telling word says that the library never uses in any form, 0 to 1.

    "Statins" in a library without statins: whatever it says of twitching is no answer. Numbers do
    not count; they are a person's, or a date's.
    """
    return max(
        (
            says
            for term, says in zip(query.terms, query.specificities, strict=True)
            if term.isalpha() and not any(map(index.bm25.document_frequency, same_meaning(term)))
        ),
        default=0.0,
    )


def _weights(query: Query, index: Index) -> dict[str, float]:
    """Each content term's specificity times the rarity of its most common synonym."""
    return {
        term: says * index.bm25.inverse_document_frequency(*same_meaning(term))
        for term, says in zip(query.terms, query.specificities, strict=True)
    }
