"""A file's properties, believed only where the file's own first page says the same.

"Microsoft Word - letter2.doc" is the title of many a PDF, and the author is often whoever had the
computer before. Dates are those of the file, never of the article, and are not read at all.
"""

from collections.abc import Sequence

from ingest.read.faq import squeeze
from ingest.records import Element

FIRST_PAGE_CHARS = 3_000


def confirmed(
    elements: Sequence[Element], *, title: str | None, authors: Sequence[str | None]
) -> dict[str, object]:
    """Title and authors as metadata fields, where they stand at the beginning of the text."""
    opening = squeeze(" ".join(e.text for e in elements[:60])[:FIRST_PAGE_CHARS])
    lines = {squeeze(e.text) for e in elements[:60]}
    fields: dict[str, object] = {}
    if title and squeeze(title) and squeeze(title) in lines:
        fields["title"] = " ".join(title.split())
    names = [" ".join(name.split()) for name in authors if name]
    said = [name for name in names if squeeze(name) and squeeze(name) in opening]
    if said:
        fields["authors"] = said
    return fields
