"""Where articles are known to disagree, find both sides, so that neither is shown alone (R20)."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path

from assistant.records import Query, ScoredPassage
from ingest import Document, split_quotable

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
    sources: frozenset[str]  # what the stretch may rest on: its document, or what that retells


@dataclass(frozen=True, slots=True)
class _Claim:
    asks: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]
    one: tuple[re.Pattern[str], ...]
    other: tuple[re.Pattern[str], ...]


def both_sides(
    query: Query, candidates: Sequence[ScoredPassage], documents: Mapping[str, Document]
) -> tuple[Side, Side] | None:
    """The foremost stretch of each side of the first claim that the question touches.

    `candidates` come in the order in which they should be preferred; sides of different sources go
    before sides of one. None when the question touches no claim, or when only one side speaks.
    """
    question = query.search_text.casefold()
    for claim in _claims():
        if not _is_asked(claim, question):
            continue
        ones, others = (
            list(islice(_speaking(side, candidates, documents), MOST))
            for side in (claim.one, claim.other)
        )
        pairs = [(a, b) for a in ones for b in others if not _is_same_place(a, b)]
        if pairs:
            a, b = min(pairs, key=_lateness)
            return (a, b) if a.position <= b.position else (b, a)
    return None


def sources_differ(one: Side, other: Side) -> bool:
    """Whether two sides come from different sources: they then differ, and not one with itself."""
    return not one.sources & other.sources


def _is_same_place(one: Side, other: Side) -> bool:
    return one.scored.passage == other.scored.passage and one.start == other.start


def _is_asked(claim: _Claim, question: str) -> bool:
    asked = all(pattern.search(question) for pattern in claim.asks)
    return asked and not any(pattern.search(question) for pattern in claim.unless)


def _speaking(
    patterns: Sequence[re.Pattern[str]],
    candidates: Sequence[ScoredPassage],
    documents: Mapping[str, Document],
) -> Iterator[Side]:
    """The stretches that match every pattern, in the order of the candidates."""
    for position, scored in enumerate(candidates):
        for stretch in split_quotable(scored.passage.text):
            text = scored.passage.text[stretch.start : stretch.end].casefold()
            if all(pattern.search(text) for pattern in patterns):
                sources = _sources_of(scored, documents)
                yield Side(scored, stretch.start, stretch.end, position, sources)


def _sources_of(scored: ScoredPassage, documents: Mapping[str, Document]) -> frozenset[str]:
    """The document, or where it retells others, those that this section of it rests on."""
    place = scored.passage.place
    section = place.question or next(reversed(place.heading_path), None)
    retold = documents[place.document_id].metadata.sources_of(section)
    return frozenset(s.url or s.title or "" for s in retold) or frozenset({place.document_id})


def _lateness(pair: tuple[Side, Side]) -> tuple[bool, int]:
    """Sides of one source last, then how far down a pair stands; the foremost pair is shown."""
    return not sources_differ(*pair), pair[0].position + pair[1].position


@cache
def _claims() -> tuple[_Claim, ...]:
    """The reviewed table."""
    table = tomllib.loads(CLAIMS.read_text(encoding="utf-8"))
    return tuple(
        _Claim(*(tuple(re.compile(p) for p in entry[key]) for key in KEYS))
        for entry in table.values()
    )
