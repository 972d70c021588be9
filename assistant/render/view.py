"""What a rendering may look up beside the reply: stored articles, the date, what is switched on.

Also the addresses of Quoth's own pages, relative to wherever it is mounted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote as percent_encode

from ingest import Document

SHA_CHARS = 12  # of the document's sha256, enough to notice that it is another text


@dataclass(frozen=True, slots=True)
class View:
    """How a reply is looked at. The default knows nothing but the reply."""

    document: Callable[[str], Document | None] = lambda _: None
    titles: tuple[str, ...] = ()  # of the first articles of the library
    n_documents: int = 0
    today: date | None = None  # None: no source is called old
    takes_feedback: bool = False


NOTHING_KNOWN = View()


def reading_address(document_id: str, *, sha256: str = "", start: int = 0, end: int = 0) -> str:
    """Quoth's own page of an article, relative to its root; with an offset, at that quote.

    Numbers only: no word of a question or of a quote is part of an address.
    """
    page = f"read/{percent_encode(document_id, safe='', errors='replace')}"
    return f"{page}?at={start}-{end}&of={sha256[:SHA_CHARS]}#quote" if end else page
