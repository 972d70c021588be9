"""Stage 5, quote: evidence -> Citations, exact slices of whole sentences, checked as they are made.

Which stretch of a passage is quoted is decided in `assistant/span.py`; here it is which of them are
shown, in which order, and what is said of their sources.
"""

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from assistant.caution import advises, asks_caution, cautions
from assistant.coverage import Coverage
from assistant.deep_link import deep_link
from assistant.define import asks_definition
from assistant.differ import Side, sources_differ
from assistant.gates import gate_of, mentions_dose
from assistant.records import Citation, Gate, Query, ScoredPassage
from assistant.safety.records import Screening
from assistant.span import LEANS_BACK, Span, span_of, span_of_side
from ingest import Index, Vectors, analyse

logger = logging.getLogger(__name__)

MAX_QUOTES = 3
MAX_PER_SOURCE = 2
SAME_WORDS = 0.8  # Jaccard overlap of terms from which two quotes say the same

REFERS_ELSEWHERE = re.compile(
    r"\b(?:mentioned|described|discussed|listed|noted) (?:earlier|above)\b"
)
OPENS_WITH_QUESTION = re.compile(r"[^.!?\n]*\?")
YES_OR_NO = re.compile(r"(?:Yes|No)\b[,.]")


def quote(
    evidence: Sequence[ScoredPassage],
    query: Query,
    vector: Vectors,
    index: Index,
    screening: Screening,
    *,
    opposed: tuple[Side, Side] | None = None,
) -> tuple[tuple[Citation, ...], tuple[tuple[int, int], ...]]:
    """At most three citations, and which of them differ, as pairs of their places.

    At most two of one source where another source qualifies; the two sides of what articles are
    known to disagree on come first, and are named as differing where they have no source in common.
    Empty when every candidate had to be left out; the reply then abstains.
    """
    sides = [span_of_side(side, index) for side in opposed or ()]
    is_told = opposed is not None and sources_differ(*opposed)
    covered = Coverage(query, index)
    found = [span_of(scored, covered, vector, index) for scored in evidence]
    spans = [*sides, *found]
    if screening.medicine:
        spans = [span for span in spans if not mentions_dose(span.text)]
    distinct = _distinct(spans)
    defines = asks_definition(query.search_text) or _anything
    distinct.sort(key=lambda span: span not in sides and not defines(span.text))
    chosen = _diverse(distinct)
    screening = replace(screening, cautious=asks_caution(query.question, screening))
    if screening.cautious:
        chosen = _with_caution(chosen, distinct)
    ordered = sorted(chosen, key=lambda span: _reluctance(span, screening, defines))
    citations = tuple(_citation(span, screening) for span in ordered)
    if all(_is_verbatim(citation, index) for citation in citations):
        differ = tuple(sorted({ordered.index(side) for side in sides if side in ordered}))
        return citations, ((differ[0], differ[1]),) if is_told and len(differ) == 2 else ()
    return tuple(c for c in citations if _is_verbatim(c, index)), ()


def whole_passages(
    evidence: Sequence[ScoredPassage], index: Index, screening: Screening
) -> tuple[Citation, ...]:
    """Each passage as a citation of its own, in the order of the evidence. No dose is shown."""
    spans = [_whole(scored, index) for scored in evidence]
    if screening.medicine:
        spans = [span for span in spans if not mentions_dose(span.text)]
    citations = (_citation(span, screening) for span in spans)
    return tuple(citation for citation in citations if _is_verbatim(citation, index))


def _whole(scored: ScoredPassage, index: Index) -> Span:
    place = scored.passage.place
    document = index.documents[place.document_id]
    return Span(document, document.section_at(place.start), place.start, place.end)


def _distinct(spans: Sequence[Span]) -> list[Span]:
    """Without spans that overlap one before them or say the same in nearly the same words."""
    kept: list[tuple[Span, frozenset[str]]] = []
    for span in spans:
        terms = frozenset(analyse(span.text))
        if not any(_overlap(span, other) or _says_same(terms, theirs) for other, theirs in kept):
            kept.append((span, terms))
    return [span for span, _terms in kept]


def _overlap(a: Span, b: Span) -> bool:
    return a.document.id == b.document.id and a.start < b.end and b.start < a.end


def _says_same(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    return len(ours & theirs) >= SAME_WORDS * max(1, len(ours | theirs))


def _diverse(spans: Sequence[Span]) -> list[Span]:
    """The first three, but no third from one source while another source has one to give."""
    chosen: list[Span] = []
    passed_over: list[Span] = []
    for span in spans:
        same = sum(span.document.id == other.document.id for other in chosen)
        (passed_over if same >= MAX_PER_SOURCE else chosen).append(span)
    return [*chosen, *passed_over][:MAX_QUOTES]


def _with_caution(chosen: list[Span], spans: Sequence[Span]) -> list[Span]:
    """With one of `spans` that cautions in the last place, where none is chosen and one is there.

    Rather one that says what to do than one that only names a sign.
    """
    cautious = [span for span in spans if cautions(span.text)]
    if not cautious or any(cautions(span.text) for span in chosen):
        return chosen
    foremost = next((span for span in cautious if advises(span.text)), cautious[0])
    return [*chosen[: MAX_QUOTES - 1], foremost]


def _anything(_quote: str) -> bool:
    return True


def _reluctance(
    span: Span, screening: Screening, defines: Callable[[str], bool]
) -> tuple[bool, bool, bool, bool, bool]:
    """Sort key, False first: what must not lead goes after what may; rank decides the rest.

    Figures on how long people live go last unless they were asked for (R8). A quote that refers to
    what is not quoted, or that opens with a question, does not lead. "Yes," or "No," does not lead
    under a question about a person. Under a question that names weakness, speech, swallowing or
    breathing, a passage that says when to be careful goes before one that reassures. Where
    something is to be defined, a quote that does so leads.
    """
    foretells = gate_of(span.text) is not None and not screening.prognosis
    dangles = bool(
        LEANS_BACK.match(span.text)
        or REFERS_ELSEWHERE.search(span.text)
        or OPENS_WITH_QUESTION.match(span.text)
    )
    verdict_like = screening.personal and bool(YES_OR_NO.match(span.text))
    reassures = screening.cautious and not cautions(span.text)
    return foretells, verdict_like, reassures, not defines(span.text), dangles


def _citation(span: Span, screening: Screening) -> Citation:
    """The record of a quote with everything that a reader may want to know of its source."""
    about = span.document.metadata
    sources = about.sources_of(span.section.question or span.section.heading)
    return Citation(
        quote=span.text,
        document_id=span.document.id,
        document_sha256=span.document.sha256,
        start=span.start,
        end=span.end,
        title=about.title,
        publisher=about.publisher,
        source_kind=about.kind,
        published=about.published,
        url=about.url or next((s.url for s in sources if s.url), None),
        deep_link=deep_link(about.url, span.document.text, span.start, span.end),
        section=span.section.heading,
        faq_question=span.section.question,
        flags=tuple(_flags(span)),
        gate=Gate.CRISIS if screening.crisis else gate_of(span.text),
        marked=span.best,
        written_from=tuple(dict.fromkeys(s.publisher for s in sources if s.publisher)),
    )


def _flags(span: Span) -> Iterator[str]:
    """What a reader should know before trusting a quote."""
    about = span.document.metadata
    if about.is_abstract_only:
        yield "abstract_only"
    if about.is_copy:
        yield "copy_of_another_publisher"
        if span.section.question is not None:
            yield "aggregated_faq"
    if about.written_from:
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
