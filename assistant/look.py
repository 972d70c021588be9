"""A question looked up in a library: understood, encoded, retrieved and ranked.

In two steps, because the encoder works on a thread of its own: what is begun before the question is
screened has its vector when the screening is done.
"""

from collections.abc import Callable
from dataclasses import dataclass

from assistant.explanation import Look
from assistant.rank import rank
from assistant.records import Query
from assistant.retrieve import retrieve, search_words
from assistant.stages import stage
from assistant.understand import understand
from ingest import Encoder, Index, Vectors, begin


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that is being looked up: as it is searched for, and its vector to come."""

    query: Query
    vector: Callable[[], Vectors]


@dataclass(frozen=True, slots=True)
class Library:
    """What questions are looked up in: an index, and the encoder that made it."""

    index: Index
    encoder: Encoder

    def begin(self, question: str) -> Asked:
        """Understand the question and begin to encode it; nothing is waited for."""
        with stage("understand"):
            query = understand(question, self.index.bm25)
        return Asked(query, begin(query.search_text, self.encoder))

    def look(self, asked: Asked) -> Look:
        """What the library has on it.

        Raises:
            StoreError: the server that holds the vectors does not answer.
        """
        with stage("encode"):
            by_words = search_words(asked.query, self.index)  # while the encoder works
            vector = asked.vector()
        with stage("retrieve"):
            runs = retrieve(asked.query, vector, self.index, by_words=by_words)
        with stage("rank"):
            ranking = rank(asked.query, runs, self.index)
        return Look(asked.query, vector, runs, ranking)
