"""Files of packed formats that tests write for themselves: PDF, DOCX and EPUB."""

import io
import zipfile
from collections.abc import Mapping, Sequence

from docx import Document as Word
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = A4
Row = tuple[float, float, str, float]  # x, y, text, font size; bold where the size is negative


def pdf(pages: Sequence[Sequence[Row]], *, title: str = "", author: str = "") -> bytes:
    """A PDF with each row of text where it is told to stand."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    canvas.setTitle(title)
    canvas.setAuthor(author)
    for rows in pages:
        for x, y, text, size in rows:
            canvas.setFont("Helvetica-Bold" if size < 0 else "Helvetica", abs(size))
            canvas.drawString(x, y, text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def column(*lines: str, x: float = 60, top: float = 700, size: float = 10) -> list[Row]:
    """Lines one below the other, 12.5 points apart; an empty one leaves a gap."""
    return [(x, top - 12.5 * n, line, size) for n, line in enumerate(lines) if line]


def docx(build: "Word", **properties: str) -> bytes:
    """The bytes of a Word document, with its properties set."""
    for name in ("author", "title", "comments"):
        setattr(build.core_properties, name, properties.get(name, ""))
    out = io.BytesIO()
    build.save(out)
    return out.getvalue()


def archive(members: Mapping[str, bytes | str]) -> bytes:
    """A zip archive with these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return out.getvalue()


def epub(chapters: Mapping[str, str], metadata: str = "", **more: bytes | str) -> bytes:
    """An EPUB whose spine has the chapters in this order; `more` are members by name."""
    items = "".join(
        f'<item id="{name}" href="{name}.xhtml" media-type="application/xhtml+xml"/>'
        for name in sorted(chapters)
    )
    spine = "".join(f'<itemref idref="{name}"/>' for name in chapters)
    members: dict[str, bytes | str] = {
        "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:'
        'container"><rootfiles><rootfile full-path="text/book.opf"/></rootfiles></container>',
        "text/book.opf": '<package xmlns="http://www.idpf.org/2007/opf"><metadata '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/">{metadata}</metadata>'
        f"<manifest>{items}</manifest><spine>{spine}</spine></package>",
        **{
            f"text/{name}.xhtml": '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x'
            f"</title></head><body>{body}</body></html>"
            for name, body in chapters.items()
        },
    }
    return archive({**members, **more})
