"""Whether words that stand side by side in a question stand side by side in a text too.

A passage on the pulmonary valve's stenosis, which a catheter reaches through a vein, has every word
of "pulmonary vein stenosis". Among many passages some such passage fits by chance.
Source: the ordered windows of Metzler & Croft, SIGIR 2005, with nothing between the words but
words that say nothing.
"""

from collections.abc import Iterator
from itertools import pairwise

from assistant.records import Query
from assistant.understand import TYPED, same_in_subject
from ingest import Index, analyse


class Pairs:
    """The content words of one question that are neighbours in it, and how much each two say.

    Two words weigh the sum of what coverage gives them (assistant/coverage.py). False when no two
    are neighbours.
    """

    def __init__(self, query: Query, index: Index) -> None:
        says = dict(zip(query.terms, query.specificities, strict=True))
        self._weights = {
            pair: sum(
                says.get(term, 1.0) * index.bm25.inverse_document_frequency(*same_in_subject(term))
                for term in pair
            )
            for pair in _neighbours(query.search_text)
        }

    def __bool__(self) -> bool:
        return sum(self._weights.values()) > 0

    def apart(self, text: str) -> float:
        """The share of them, by weight, that nowhere stand side by side in `text`, in any order."""
        beside = set(pairwise(analyse(text)))
        apart = (weight for pair, weight in self._weights.items() if not _stands(pair, beside))
        return sum(apart) / sum(self._weights.values())


def _neighbours(question: str) -> Iterator[tuple[str, str]]:
    """Analysed terms that follow each other; a word that says nothing parts those around it."""
    before: str | None = None
    for word in TYPED.findall(question):
        terms = analyse(word)
        for term in terms:
            if before is not None and before != term:
                yield before, term
            before = term
        if not terms:
            before = None


def _stands(pair: tuple[str, str], beside: set[tuple[str, str]]) -> bool:
    """Whether a pair, or one of the same meaning in the subject, is among pairs of a text.

    Everyday words bring more by chance: with them MedQuAD answers 5 instead of 4 of the 121 strict.
    """
    ones, others = map(same_in_subject, pair)
    return any((a, b) in beside or (b, a) in beside for a in ones for b in others)
