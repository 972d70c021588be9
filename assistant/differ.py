"""Where articles are known to disagree, find both sides, so that neither is shown alone (R20)."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path

from assistant.records import Query, ScoredPassage
from ingest import split_quotable

CLAIMS = Path(__file__).with_name("claims.toml")
MOST = 5  # stretches looked at on each side
KEYS = ("asks", "unless", "one", "other")


@dataclass(frozen=True, slots=True)
class Side:
    """A stretch [start, end) of a passage's text that takes one side of a claim."""

    scored: ScoredPassage
    start: int
    end: int
    position: int  # among the candidates, from 0


@dataclass(frozen=True, slots=True)
class _Claim:
    asks: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]
    one: tuple[re.Pattern[str], ...]
    other: tuple[re.Pattern[str], ...]


def both_sides(query: Query, candidates: Sequence[ScoredPassage]) -> tuple[Side, Side] | None:
    """The foremost stretch of each side of the first claim that the question touches.

    `candidates` come in the order in which they should be preferred. None when the question touches
    no claim, or when only one side speaks.
    """
    question = query.search_text.casefold()
    for claim in _claims():
        if not _is_asked(claim, question):
            continue
        ones, others = (
            list(islice(_speaking(side, candidates), MOST)) for side in (claim.one, claim.other)
        )
        pairs = [(a, b) for a in ones for b in others if a != b]
        if pairs:
            a, b = min(pairs, key=_lateness)
            return (a, b) if a.position <= b.position else (b, a)
    return None


def _is_asked(claim: _Claim, question: str) -> bool:
    asked = all(pattern.search(question) for pattern in claim.asks)
    return asked and not any(pattern.search(question) for pattern in claim.unless)


def _speaking(
    patterns: Sequence[re.Pattern[str]], candidates: Sequence[ScoredPassage]
) -> Iterator[Side]:
    """The stretches that match every pattern, in the order of the candidates."""
    for position, scored in enumerate(candidates):
        for stretch in split_quotable(scored.passage.text):
            text = scored.passage.text[stretch.start : stretch.end].casefold()
            if all(pattern.search(text) for pattern in patterns):
                yield Side(scored, stretch.start, stretch.end, position)


def _lateness(pair: tuple[Side, Side]) -> int:
    """How far down a pair stands; the foremost pair is shown."""
    return pair[0].position + pair[1].position


@cache
def _claims() -> tuple[_Claim, ...]:
    """The reviewed table."""
    table = tomllib.loads(CLAIMS.read_text(encoding="utf-8"))
    return tuple(
        _Claim(*(tuple(re.compile(p) for p in entry[key]) for key in KEYS))
        for entry in table.values()
    )
