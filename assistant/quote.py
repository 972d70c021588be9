"""Stage 5, quote: evidence -> Citations, exact slices of whole sentences, checked as they are made.

A quote may be longer than the sentence that answers, never shorter than its sense: it goes back
over "However" and "This" to what they refer to, on over a "However" that follows, and takes a
lead-in's whole list. It never leaves its section.
"""

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.deep_link import deep_link
from assistant.gates import gate_of, mentions_dose
from assistant.records import Citation, Gate, ScoredPassage
from assistant.safety.records import Screening
from ingest import BlockKind, Document, Index, Section, Vectors, analyse, split_quotable

logger = logging.getLogger(__name__)

MAX_QUOTES = 3
MAX_PER_SOURCE = 2
MAX_SENTENCES = 4
NEAR_BEST = 0.10  # cosine below the best sentence at which a neighbour still helps to answer
SAME_WORDS = 0.8  # Jaccard overlap of terms from which two quotes say the same

# A sentence that begins so leans on the one before it.
LEANS_BACK = re.compile(
    r"(?:However|But|This|These|Those|That|Such|They|It|Its|Their|He|She|Unlike|In contrast"
    r"|In these (?:instances|cases)|In such cases|In other words|Otherwise|Instead|Therefore|Thus"
    r"|Also|Moreover|Nevertheless|Yet|Conversely|Other potential|Additionally|Furthermore"
    r"|That's|It's why|As a result)\b"
)
# A sentence that begins so takes back part of the one before it; leaving it out would mislead.
TAKES_BACK = re.compile(r"(?:However|But|Nevertheless|Yet|Still|Unfortunately|On the other hand)\b")
REFERS_ELSEWHERE = re.compile(
    r"\b(?:mentioned|described|discussed|listed|noted) (?:earlier|above)\b"
)
YES_OR_NO = re.compile(r"(?:Yes|No)\b[,.]")
CAUTION = re.compile(
    r"weak|wasting|atroph|swallow|speech|slurr|breath|consult|see (?:a|your) doctor|evaluat"
    r"|health ?care p|check with|seek",
    re.IGNORECASE,
)
CONTEXT = frozenset({BlockKind.TITLE, BlockKind.HEADING, BlockKind.QUESTION})


@dataclass(frozen=True, slots=True)
class _Span:
    """A stretch of a document that is about to be quoted."""

    document: Document
    section: Section
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.document.text[self.start : self.end]


def quote(
    evidence: Sequence[ScoredPassage], vector: Vectors, index: Index, screening: Screening
) -> tuple[Citation, ...]:
    """At most three citations, at most two of one source where another source qualifies.

    Empty when every candidate had to be left out; the reply then abstains.
    """
    spans = [_span(scored, vector, index) for scored in evidence]
    if screening.medicine:
        spans = [span for span in spans if not mentions_dose(span.text)]
    chosen = _diverse(_distinct(spans))
    ordered = sorted(chosen, key=lambda span: _reluctance(span, screening))
    citations = [_citation(span, screening) for span in ordered]
    return tuple(c for c in citations if _is_verbatim(c, index))


def _span(scored: ScoredPassage, vector: Vectors, index: Index) -> _Span:
    """The sentences of one passage that answer, extended to what they need to be understood."""
    place = scored.passage.place
    document = index.documents[place.document_id]
    section = document.section_at(place.start)
    if place.question is not None:
        return _Span(document, section, place.start, place.end)
    scores = {
        (place.start + start, place.start + end): cosine
        for start, end, cosine in index.statements.scores(scored.row, vector)
    }
    stretches = tuple(_stretches(document, section))
    first, last = _window(stretches, scores)
    first, last = _extended(document.text, stretches, first, last)
    return _Span(document, section, stretches[first][0], stretches[last][1])


def _stretches(document: Document, section: Section) -> Iterator[tuple[int, int]]:
    """The quotable stretches of a section, as offsets into the document."""
    start = next(block.start for block in section.blocks if block.kind not in CONTEXT)
    for stretch in split_quotable(document.text[start : section.end]):
        yield start + stretch.start, start + stretch.end


def _window(
    stretches: Sequence[tuple[int, int]], scores: dict[tuple[int, int], float]
) -> tuple[int, int]:
    """First and last stretch of the best run: the best sentence and its near-best neighbours."""
    own = [i for i, stretch in enumerate(stretches) if stretch in scores]
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


def _distinct(spans: Sequence[_Span]) -> list[_Span]:
    """Without spans that overlap one before them or say the same in nearly the same words."""
    kept: list[_Span] = []
    for span in spans:
        if not any(_overlap(span, other) or _says_same(span, other) for other in kept):
            kept.append(span)
    return kept


def _overlap(a: _Span, b: _Span) -> bool:
    return a.document.id == b.document.id and a.start < b.end and b.start < a.end


def _says_same(a: _Span, b: _Span) -> bool:
    ours, theirs = set(analyse(a.text)), set(analyse(b.text))
    return len(ours & theirs) >= SAME_WORDS * max(1, len(ours | theirs))


def _diverse(spans: Sequence[_Span]) -> list[_Span]:
    """The first three, but no third from one source while another source has one to give."""
    chosen: list[_Span] = []
    passed_over: list[_Span] = []
    for span in spans:
        same = sum(span.document.id == other.document.id for other in chosen)
        (passed_over if same >= MAX_PER_SOURCE else chosen).append(span)
    return [*chosen, *passed_over][:MAX_QUOTES]


def _reluctance(span: _Span, screening: Screening) -> tuple[bool, bool, bool]:
    """Sort key, False first: what must not lead goes after what may; rank decides the rest.

    A quote that refers to what is not quoted does not lead. "Yes," or "No," does not lead under a
    question about a person. Under a question that names weakness, speech, swallowing or breathing,
    a passage that says when to be careful goes before one that reassures.
    """
    dangles = bool(LEANS_BACK.match(span.text) or REFERS_ELSEWHERE.search(span.text))
    verdict_like = screening.personal and bool(YES_OR_NO.match(span.text))
    reassures = screening.cautious and not CAUTION.search(span.text)
    return verdict_like, reassures, dangles


def _citation(span: _Span, screening: Screening) -> Citation:
    """The record of a quote with everything that a reader may want to know of its source."""
    about = span.document.metadata
    source = about.written_from
    publisher = about.publisher
    if source is not None and source.publisher is not None:
        publisher = f"{publisher or 'not stated'} (written from {source.publisher})"
    return Citation(
        quote=span.text,
        document_id=span.document.id,
        document_sha256=span.document.sha256,
        start=span.start,
        end=span.end,
        title=about.title,
        publisher=publisher,
        source_kind=about.kind,
        published=about.published,
        url=about.url or (source.url if source else None),
        deep_link=deep_link(about.url, span.text),
        section=span.section.heading,
        faq_question=span.section.question,
        flags=tuple(_flags(span)),
        gate=Gate.CRISIS if screening.crisis else gate_of(span.text),
    )


def _flags(span: _Span) -> Iterator[str]:
    """What a reader should know before trusting a quote."""
    about = span.document.metadata
    if about.is_abstract_only:
        yield "abstract_only"
    if about.is_copy:
        yield "copy_of_another_publisher"
        if span.section.question is not None:
            yield "aggregated_faq"
    if about.written_from is not None:
        yield "written_from_source"


def _is_verbatim(citation: Citation, index: Index) -> bool:
    """The last check before a quote leaves: it is the slice it says it is. Never repaired."""
    document = index.documents[citation.document_id]
    if document.text[citation.start : citation.end] == citation.quote:
        return True
    logger.error(
        "dropped a quote that is not a slice: %s#%d-%d",
        citation.document_id,
        citation.start,
        citation.end,
    )
    return False
