"""What the library page shows, made once for each generation of the index and kept in memory."""

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from assistant.atlas import Atlas
from assistant.render.dates import year_of
from assistant.web.interface import Answers
from ingest import Document, Metadata

SCHEMES = ("light", "dark")


@dataclass(frozen=True, slots=True)
class Shelf:
    """One generation: its map, its pictures, and what they are drawn from."""

    atlas: Atlas
    documents: Mapping[str, Document]
    n_passages: Mapping[str, int]  # by document id
    coloured: tuple[
        str, ...
    ]  # document ids with a look of their own on the map, most passages first
    years: tuple[float, ...]  # of the sources, sorted
    n_undated: int  # articles of which no date is known
    pictures: Mapping[str, bytes]  # SVG by file name


class Shelves:
    """The shelf of the generation that answers now."""

    def __init__(self, assistant: Answers) -> None:
        self._assistant = assistant
        self._making = threading.Lock()
        self._made: Shelf | None = None

    def current(self) -> Shelf | None:
        """None without an index. The first call of a generation takes a second or more."""
        return self.of(self._assistant.held())

    def of(self, held: Answers) -> Shelf | None:
        """The shelf of one generation's assistant."""
        with self._making:
            if self._made is None or self._made.atlas.generation != held.generation:
                atlas = held.atlas()
                self._made = _shelf(atlas, held.documents) if atlas else None
            return self._made


def dates_of(about: Metadata) -> tuple[str, ...]:
    """When the words of an article were published: those of its sources where it retells them."""
    dates = [s.published for s in about.written_from] or [about.published]
    return tuple(date for date in dates if date and year_of(date) is not None)


def _shelf(atlas: Atlas, documents: tuple[Document, ...]) -> Shelf:
    from assistant.web.pictures import COLOURS, draw_map, draw_timeline  # imports matplotlib

    n_passages = Counter(place.document_id for place in atlas.places)
    coloured = tuple(id for id, _ in n_passages.most_common(len(COLOURS)))
    dates = [dates_of(document.metadata) for document in documents]
    years = sorted(year for each in dates for date in each if (year := year_of(date)) is not None)
    pictures = {"map.svg": draw_map(atlas, coloured)}
    if years:
        pictures |= {f"timeline-{s}.svg": draw_timeline(years, scheme=s) for s in SCHEMES}
    return Shelf(
        atlas=atlas,
        documents={document.id: document for document in documents},
        n_passages=n_passages,
        coloured=coloured,
        years=tuple(years),
        n_undated=sum(not each for each in dates),
        pictures=pictures,
    )
