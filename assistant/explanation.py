"""What was looked at on the way to a reply, for `ask --explain` and for nobody else."""

from collections.abc import Mapping
from dataclasses import dataclass

from assistant.ranking import Ranking
from assistant.records import Query, Reply, Scorer
from ingest import Vectors


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """One question, or one clause of it, on its way through understand, retrieve and rank."""

    query: Query
    vector: Vectors
    runs: Mapping[Scorer, Ranking]
    ranking: Ranking

    @property
    def strength(self) -> float:
        """How well the library speaks to the question; 0 where it has nothing at all."""
        return self.ranking[0].score if self.ranking else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """A reply with every look that was taken, and the strength that the last of them needed.

    No looks and no bar where the question was not looked up at all.
    """

    reply: Reply
    looks: tuple[Look, ...] = ()
    bar: float | None = None
