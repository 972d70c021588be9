"""What was looked at on the way to a reply, for `ask --explain` and for nobody else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from assistant.ranking import Ranking
from assistant.records import Query, Reason, Reply, ScoredPassage, Scorer
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


class LeftOut(NamedTuple):
    """A passage that was not decided on, and the rule that left it out (assistant/judge.py)."""

    scored: ScoredPassage
    rule: str


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """What of a look may be quoted, or why nothing may.

    `strength` is that of the best passage that was not left out, 0 for none, and `bar` what it was
    held against: the one for a question about a person where `is_personal`.
    """

    look: Look
    left_out: tuple[LeftOut, ...]
    strength: float
    bar: float
    is_personal: bool
    evidence: tuple[ScoredPassage, ...] | Reason


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """A reply with every look that was taken, and how looks were judged; the last one counts.

    `two_sides` are passages that differ on what is asked and were put first. Nothing of this where
    the question was not looked up at all; no judgement where it was asked back.
    """

    reply: Reply
    looks: tuple[Look, ...] = ()
    judgements: tuple[Judgement, ...] = ()
    two_sides: tuple[ScoredPassage, ...] = ()
