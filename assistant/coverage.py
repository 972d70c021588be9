"""How much of a question's content a passage mentions: the part of relevance that cosine blurs.

"What is the recommended dose of riluzole?" and a paragraph on ALS are near each other for an
embedding model; the words "dose" and "riluzole" are not there.
"""

import math

from assistant.records import Query
from assistant.understand import same_meaning
from ingest import Index, analyse


def coverage(query: Query, text: str, index: Index) -> float:
    """Share of the question's content terms that `text` mentions, 0 to 1, rare terms weighing more.

    A term that the library never uses weighs most. A question without content terms has 0.
    """
    present = set(analyse(text))
    weights = {term: _inverse_document_frequency(term, index) for term in query.terms}
    total = sum(weights.values())
    if total == 0:
        return 0.0
    return sum(w for term, w in weights.items() if same_meaning(term) & present) / total


def _inverse_document_frequency(term: str, index: Index) -> float:
    """log(1 + (N - df + 0.5) / (df + 0.5)), df of the most common term of the same meaning."""
    n = len(index.passages)
    df = max(index.bm25.document_frequency(t) for t in same_meaning(term))
    return math.log(1 + (n - df + 0.5) / (df + 0.5))
