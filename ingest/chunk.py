"""Stage 3, chunk: Document -> Passages, verbatim slices that each say one thing whole.

A passage is a paragraph, or a lead-in with its whole list, or an FAQ question's whole answer. It
never crosses a section. Headings, titles and questions are context, never passages. A paragraph
longer than `max_chars` is split between sentences; a list and an FAQ answer are never split,
because "Stroke" or "Kidney failure" without its lead-in means something else.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ingest.records import CONTEXT, Block, BlockKind, Document, Passage, Place, Section
from ingest.sentences import split_sentences

Span = tuple[int, int]


def chunk(document: Document, *, max_chars: int) -> tuple[Passage, ...]:
    """The passages of one article in reading order."""
    return tuple(
        Passage(
            document.text[start:end],
            Place(document.id, start, end, section.heading_path, section.question),
        )
        for section in document.sections
        for start, end in _units(document.text, section, max_chars)
    )


def collapse(passages: Sequence[Passage], documents: Mapping[str, Document]) -> tuple[Passage, ...]:
    """One passage for each text; the others stay as `also`, so no place is forgotten.

    Records with different titles keep their own: one text can answer many of them.

    Case, punctuation and white space do not tell texts apart. The first place that is not an FAQ
    answer leads: FAQ blocks are often stitched together from the pages that they repeat.
    """
    groups: dict[str, list[Passage]] = {}
    for passage in passages:
        key = sameness(passage, documents[passage.place.document_id])
        groups.setdefault(key, []).append(passage)
    return tuple(_merged(group) for group in groups.values())


def sameness(passage: Passage, document: Document) -> str:
    """Equal for two passages just where `collapse` makes them one."""
    return f"{document.title_in_front or ''}\n{_words(passage.text)}"


def _units(text: str, section: Section, max_chars: int) -> Iterator[Span]:
    """The spans of a section that are quoted as one."""
    blocks = [b for b in section.blocks if b.kind not in CONTEXT]
    if not blocks:
        return
    if section.question is not None:
        yield blocks[0].start, blocks[-1].end
        return
    for run in _with_their_lists(blocks):
        if len(run) > 1:
            yield run[0].start, run[-1].end
        else:
            yield from _split(text, run[0], max_chars)


def _with_their_lists(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Each paragraph alone, or together with all the items of the list that follows it.

    Items with no paragraph before them stand under their heading and stay together.
    """
    run: list[Block] = []
    for block in blocks:
        if run and block.kind is not BlockKind.LIST_ITEM:
            yield run
            run = []
        run.append(block)
    if run:
        yield run


def _split(text: str, block: Block, max_chars: int) -> Iterator[Span]:
    """A paragraph in pieces of whole sentences, each within `max_chars` where a sentence allows."""
    start = end = block.start
    for a, b in split_sentences(text[block.start : block.end]):
        if end > start and block.start + b - start > max_chars:
            yield start, end
            start = block.start + a
        end = block.start + b
    yield start, end


def _words(text: str) -> str:
    return re.sub(r"[\W_]+", " ", unicodedata.normalize("NFKC", text)).strip().casefold()


def _merged(group: list[Passage]) -> Passage:
    """The passage that leads a group of equal texts, with the places of the others."""
    lead = next((p for p in group if p.place.question is None), group[0])
    others = tuple(place for p in group if p is not lead for place in (p.place, *p.also))
    return replace(lead, also=lead.also + others)
