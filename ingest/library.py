"""The library as it stands, and what has to be written when documents come and go.

Passages that say the same words are one row, wherever their documents came from. So a change
touches more than its documents: a row that loses a place, or gains one, is made again.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from ingest.chunk import collapse, sameness
from ingest.index import (
    Segment,
    as_bytes,
    check_index,
    document_from_line,
    join,
    keys_of,
    places_from_line,
    read_segments,
)
from ingest.records import Document, Entry, Manifest, Passage, Place

MakeSegment = Callable[
    [Sequence[tuple[Document, Entry]], Sequence[Passage], Mapping[str, Document]], Segment
]


@dataclass(frozen=True, slots=True)
class Article:
    """A document that comes in: cleaned and cut, with its line for the register."""

    document: Document
    passages: tuple[Passage, ...]
    entry: Entry


@dataclass(frozen=True, eq=False)
class Library:
    """The segments of one generation by name; none where there is no index yet."""

    manifest: Manifest | None
    segments: Mapping[str, Segment]

    @classmethod
    def open(cls, index_dir: Path) -> "Library":
        """The current generation, every byte of it verified.

        Raises:
            IndexUnusableError: there is none, or it is damaged.
        """
        manifest, folder = check_index(index_dir)
        names = manifest.segments
        return cls(manifest, dict(zip(names, read_segments(manifest, folder), strict=True)))

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """The register: every document by its id, in the order of the segments."""
        return {e.document_id: e for s in self.segments.values() for e in s.register}

    def document(self, document_id: str) -> Document:
        """A stored document."""
        segment, number = self._where[document_id]
        return document_from_line(segment.documents[number].decode())

    @cached_property
    def _where(self) -> Mapping[str, tuple[Segment, int]]:
        return {
            e.document_id: (segment, number)
            for segment in self.segments.values()
            for number, e in enumerate(segment.register)
        }


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """What the next generation consists of: segments that stay as they are, and a new one."""

    kept: Mapping[str, Segment]
    fresh: Segment | None


def change(
    library: Library, gone: Collection[str], new: Sequence[Article], make: MakeSegment
) -> Change:
    """Take the documents `gone` out and put the articles `new` in.

    An article with the id of a document that is there needs that id in `gone`.
    """
    documents = {article.document.id: article.document for article in new}
    coming = [passage for article in new for passage in article.passages]
    alike = _alike(coming, documents)
    rows = {name: _touched(s, frozenset(gone), alike) for name, s in library.segments.items()}
    places = [
        place
        for name, segment in library.segments.items()
        for row in np.flatnonzero(rows[name]).tolist()
        for place in places_from_line(segment.passages[row].decode())
        if place.document_id not in gone
    ]
    documents.update({i: library.document(i) for i in {place.document_id for place in places}})
    staying = [_passage(place, documents) for place in places]
    passages = collapse([*staying, *coming], documents)
    made = make([(article.document, article.entry) for article in new], passages, documents)
    return _settled(library, frozenset(gone), rows, made)


def _alike(coming: Sequence[Passage], documents: Mapping[str, Document]) -> frozenset[bytes]:
    """The keys of passages that come in."""
    texts = [sameness(passage, documents[passage.place.document_id]) for passage in coming]
    return frozenset(as_bytes(keys_of(texts)))


def _touched(segment: Segment, gone: frozenset[str], alike: frozenset[bytes]) -> np.ndarray:
    """The rows with a place in a document that goes, or with the words of one that comes."""
    rows = np.array([key in alike for key in as_bytes(segment.sameness)], dtype=bool)
    if gone:
        for row, line in enumerate(segment.passages):
            rows[row] |= any(place["document_id"] in gone for place in json.loads(line))
    return rows


def _passage(place: Place, documents: Mapping[str, Document]) -> Passage:
    return Passage(documents[place.document_id].text[place.start : place.end], place)


def _settled(
    library: Library, gone: frozenset[str], rows: Mapping[str, np.ndarray], made: Segment
) -> Change:
    """Join what was touched, and what is no larger than it, into the new segment.

    So there are never more segments than there are doublings from one passage to them all.
    """
    kept: dict[str, Segment] = {}
    parts: list[Segment] = []
    for name, segment in library.segments.items():
        stays = np.array([e.document_id not in gone for e in segment.register], dtype=bool)
        if stays.all() and not rows[name].any():
            kept[name] = segment
        else:
            parts.append(segment.keep(documents=stays, rows=~rows[name]))
    parts.append(made)
    while kept and len(kept[last := next(reversed(kept))]) <= sum(map(len, parts)):
        parts.insert(0, kept.pop(last))
    parts = [part for part in parts if part.register or part.passages]
    return Change(kept, join(parts) if parts else None)
