"""A Word document -> elements: mammoth makes its styles HTML, which is walked like a web page.

Page headers, footers and comments are not part of the text that mammoth gives. A file's properties
are whatever the program's owner once typed, so they are believed only where the text says the same.
"""

import io
from pathlib import Path

from ingest.errors import ArticleError
from ingest.read.archive import member_bytes, open_archive, parse_xml
from ingest.read.blocks import blocks_of
from ingest.read.html import parse_html
from ingest.read.properties import confirmed
from ingest.records import Element

PROPERTIES = "docProps/core.xml"
DC = "{http://purl.org/dc/elements/1.1/}"
# Word's own names of styles; mammoth maps Heading 1-6 and lists by itself.
STYLES = "p[style-name='Title'] => h1:fresh\np[style-name='Subtitle'] => p:fresh"


def read_docx(data: bytes, path: Path) -> tuple[tuple[Element, ...], dict[str, object]]:
    """The document's elements, and those of its properties that its own text confirms.

    Raises:
        ArticleError: it is no DOCX, damaged, hostile, or holds no text.
    """
    import mammoth  # only Word documents need it

    with open_archive(data, path) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                parse_xml(member_bytes(archive, name, path), name, path)
        properties = (
            parse_xml(member_bytes(archive, PROPERTIES, path), PROPERTIES, path)
            if PROPERTIES in archive.namelist()
            else None
        )
    # Its messages speak of styles that it has no HTML for; the words are there all the same.
    html = mammoth.convert_to_html(
        io.BytesIO(data), style_map=STYLES, convert_image=mammoth.images.img_element(_no_picture)
    ).value
    if not html.strip():
        raise ArticleError(path, "holds no text; pictures of text are not read")
    elements = tuple(b.element for b in blocks_of(parse_html(html, path)))
    if properties is None:
        return elements, {}
    title = properties.findtext(f"{DC}title")
    authors = [properties.findtext(f"{DC}creator")]
    return elements, confirmed(elements, title=title, authors=authors)


def _no_picture(_image: object) -> dict[str, str]:
    """A picture says nothing that can be quoted."""
    return {"src": ""}
