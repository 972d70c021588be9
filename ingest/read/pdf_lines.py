"""A PDF -> the lines of its pages in the order in which they were written, with place and size.

PDFium gives characters with their boxes; docs/decisions/0008 says why PDFium.
"""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from ingest.errors import ArticleError

MAX_PAGES = 2_000
GAP_IN_HEIGHTS = 1.6  # white space within a line that parts cells; between words it is about 0.3
BREAK_MARKS = "\u00ad\u0002\ufffe"  # PDFium's mark for a hyphen at a line's end; it joins the lines


@dataclass(frozen=True, slots=True)
class Line:
    """One line: where it stands on its page (points, y upwards), how high and heavy its font is.

    A word that was broken at the line's end has U+00AD where its hyphen was, and the line goes on
    with the next one: `y` is where it begins, `y_end` where it ends. `n_gaps` counts white space so
    wide that it parts the cells of a table.
    """

    text: str
    page: int
    page_height: float
    x0: float
    x1: float
    y: float
    y_end: float
    height: float
    is_bold: bool
    n_gaps: int


@dataclass(frozen=True, slots=True)
class _Char:
    text: str
    index: int
    left: float
    bottom: float
    right: float
    top: float


def lines_of(data: bytes, path: Path) -> tuple[list[Line], str | None, str | None]:
    """Every line, and the title and author in the file's properties.

    Raises:
        ArticleError: no PDF, damaged, too long, or encrypted.
    """
    import pypdfium2  # only PDFs need it

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).casefold()
        what = "is encrypted; save it without a password" if locked else f"not a PDF: {error}"
        raise ArticleError(path, what) from error
    with document:
        if len(document) > MAX_PAGES:
            raise ArticleError(path, f"has {len(document)} pages, more than {MAX_PAGES}")
        lines = [line for number in range(len(document)) for line in _page(document, number)]
        about = document.get_metadata_dict(skip_empty=True)
    return lines, about.get("Title"), about.get("Author")


def _page(document: Any, number: int) -> Iterator[Line]:  # noqa: ANN401  pypdfium2 has no types
    """The lines of one page."""
    page = document[number]
    text_page = page.get_textpage()
    height = page.get_height()
    run: list[_Char] = []
    for index in range(text_page.count_chars()):
        char = _char(text_page, index)
        if char.text not in "\r\n":
            run.append(char)
        elif run:
            yield from _line(text_page, run, number, height)
            run = []
    if run:
        yield from _line(text_page, run, number, height)
    text_page.close()
    page.close()


def _char(text_page: Any, index: int) -> _Char:  # noqa: ANN401
    import pypdfium2.raw as pdfium

    code = pdfium.FPDFText_GetUnicode(text_page, index)
    text = chr(code) if code and not 0xD800 <= code < 0xE000 else "\r"
    if text in BREAK_MARKS:
        text = "\u00ad"
    box = pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(text_page, index, box)
    return _Char(text, index, box.left, box.bottom, box.right, box.top)


def _line(text_page: Any, run: list[_Char], page: int, page_height: float) -> Iterator[Line]:  # noqa: ANN401
    """The line of a run of characters; none where there is only white space."""
    seen = [char for char in run if not char.text.isspace() and char.top > char.bottom]
    if not seen:
        return
    first, last = seen[0], seen[-1]
    height = sorted(char.top - char.bottom for char in seen)[len(seen) // 2]
    gaps = (b.left - a.right for a, b in pairwise(seen) if abs(a.bottom - b.bottom) < height / 2)
    yield Line(
        text=" ".join("".join(char.text for char in run).split()),
        page=page,
        page_height=page_height,
        x0=first.left,
        x1=last.right,
        y=first.bottom,
        y_end=last.bottom,
        height=height,
        is_bold=_is_bold(text_page, first.index),
        n_gaps=sum(gap > GAP_IN_HEIGHTS * height for gap in gaps),
    )


def _is_bold(text_page: Any, index: int) -> bool:  # noqa: ANN401
    """Whether a character's font calls itself bold; the standard fonts state no weight."""
    import pypdfium2.raw as pdfium

    name = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()
    pdfium.FPDFText_GetFontInfo(text_page, index, name, len(name), flags)
    said = name.value.decode("utf-8", "ignore").casefold()
    return (
        "bold" in said or "black" in said or pdfium.FPDFText_GetFontWeight(text_page, index) > 600
    )
