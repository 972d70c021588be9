"""From a passage to the stretch of it that is quoted: whole, and never shorter than its sense.

The sentences that answer, and what they need to be understood: back over "However" and "This" to
what they refer to, on over a "However" that follows, a lead-in with its whole list, an FAQ answer
whole. A span never leaves its section.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.coverage import Coverage
from assistant.differ import Side
from assistant.rank import COVERAGE_WEIGHT
from assistant.records import ScoredPassage
from ingest import (
    BlockKind,
    Document,
    Index,
    Passage,
    Section,
    Vectors,
    split_quotable,
    split_sentences,
)

MAX_SENTENCES = 4
# How far below the best sentence (cosine + 0.2 * coverage) a neighbour is quoted with it.
# On the 28 answerable dev questions, first quote accepted / one of three, sentences and items in a
# quote: .10 gives .89 / .93, 2.5 over the source articles; .30 gives .93 / .96, 2.8; everything (up
# to MAX_SENTENCES) .89 / .96, 3.5. Over the starter library .82 / .93, .86 / .96, .86 / .96.
NEAR_BEST = 0.30

# A paragraph of so few stretches is quoted whole: what is not cut cannot mislead by being cut. On
# the dev questions over the source articles, first / one of three / characters a quote: never whole
# .89 / .96 / 235; up to three .93 / 1.00 / 293; up to four .89 / 1.00 / 317. Over the starter
# library .96 / 1.00 each time.
WHOLE_UP_TO = 3

# A sentence that begins so leans on the one before it.
LEANS_BACK = re.compile(
    r"(?:However|But|This|These|Those|That|Such|They|It|Its|Their|He|She|Unlike|In contrast"
    r"|In these (?:instances|cases)|In such cases|In other words|Otherwise|Instead|Therefore|Thus"
    r"|Also|Moreover|Nevertheless|Yet|Conversely|Other potential|Additionally|Furthermore"
    r"|That's|As a result"
    r"|The (?:same|former|latter|twitching|twitches|condition|syndrome|disease|disorder|person))\b"
)
# A sentence that begins so takes back part of the one before it; leaving it out would mislead.
TAKES_BACK = re.compile(r"(?:However|But|Nevertheless|Yet|Still|Unfortunately|On the other hand)\b")
CONTEXT = frozenset({BlockKind.TITLE, BlockKind.HEADING, BlockKind.QUESTION})


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a document that is about to be quoted, and the one in it that answers best."""

    document: Document
    section: Section
    start: int
    end: int
    best: tuple[int, int] | None = None

    @property
    def text(self) -> str:
        """The words that will be quoted."""
        return self.document.text[self.start : self.end]


def span_of(scored: ScoredPassage, covered: Coverage, vector: Vectors, index: Index) -> Span:
    """The sentences of one passage that answer, extended to what they need to be understood."""
    place = scored.passage.place
    document = index.documents[place.document_id]
    section = document.section_at(place.start)
    scores = {
        (place.start + start, place.start + end): cosine
        + COVERAGE_WEIGHT * covered.of(scored.passage.text[start:end])
        for start, end, cosine in index.statements.scores(scored.row, vector)
    }
    best = max(scores, key=lambda stretch: scores[stretch])
    if place.question is not None:
        return Span(document, section, place.start, place.end, best)
    stretches = tuple(_stretches(document, section, scored.passage))
    first, last = _window(stretches, scores)
    first, last = _extended(document.text, stretches, first, last)
    return Span(document, section, stretches[first][0], stretches[last][1], best)


def span_of_side(side: Side, index: Index) -> Span:
    """A stretch that takes one side of a claim, extended like any quote."""
    place = side.scored.passage.place
    document = index.documents[place.document_id]
    section = document.section_at(place.start)
    if place.question is not None:
        return Span(document, section, place.start, place.end)
    stretches = tuple(_stretches(document, section, side.scored.passage))
    at = stretches.index((place.start + side.start, place.start + side.end))
    first, last = _extended(document.text, stretches, at, at)
    return Span(document, section, stretches[first][0], stretches[last][1], stretches[at])


def _stretches(document: Document, section: Section, passage: Passage) -> Iterator[tuple[int, int]]:
    """The quotable stretches of a section, as offsets into the document.

    A list item may be longer than a passage: then the stretch that it is gives way to those of this
    passage, and to the sentences before and after them.
    """
    first, last = passage.place.start, passage.place.end
    begin = next(block.start for block in section.blocks if block.kind not in CONTEXT)
    for stretch in split_quotable(document.text[begin : section.end]):
        start, end = begin + stretch.start, begin + stretch.end
        if start <= first and last <= end and (start, end) != (first, last):
            yield from _sentences(document.text, start, first)
            for own in split_quotable(passage.text):
                yield first + own.start, first + own.end
            yield from _sentences(document.text, last, end)
        else:
            yield start, end


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for first, last in split_sentences(text[start:end]):
        yield start + first, start + last


def _window(
    stretches: Sequence[tuple[int, int]], scores: dict[tuple[int, int], float]
) -> tuple[int, int]:
    """First and last stretch of the best run: the best sentence and its near-best neighbours."""
    own = [i for i, stretch in enumerate(stretches) if stretch in scores]
    if len(own) <= WHOLE_UP_TO:
        return own[0], own[-1]
    best = max(own, key=lambda i: scores[stretches[i]])
    first = last = best
    floor = scores[stretches[best]] - NEAR_BEST
    grew = True
    while grew and last - first + 1 < MAX_SENTENCES:
        grew = False
        for i in (last + 1, first - 1):
            near = i in own and scores[stretches[i]] >= floor
            if near and last - first + 1 < MAX_SENTENCES:
                first, last, grew = min(first, i), max(last, i), True
    return first, last


def _extended(
    text: str, stretches: Sequence[tuple[int, int]], first: int, last: int
) -> tuple[int, int]:
    """The window with the antecedent that it leans on and the restriction that follows it."""
    while first > 0 and LEANS_BACK.match(text, stretches[first][0]):
        first -= 1
    while last + 1 < len(stretches) and TAKES_BACK.match(text, stretches[last + 1][0]):
        last += 1
    return first, last
