"""Plain text -> elements. A plain file states no structure, so shape has to tell.

The shapes are those of pages saved as text: one line a paragraph, "•" or "1." before list items,
headings as short lines without a full stop. Hard-wrapped paragraphs are joined again.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from ingest.records import Element, ElementKind

LIST_MARK = re.compile(r"(?:[•‣▪◦·*\-–—]|\d{1,3}[.)])\s+(?=\S)")
MAX_HEADING_CHARS = 110
MAX_HEADING_WORDS = 16
WRAP_CHARS = range(45, 101)  # the usual widths of hard-wrapped text


def read_text(text: str, _path: Path) -> tuple[tuple[Element, ...], dict[str, object]]:
    """The file's elements, and no metadata: a plain file carries none."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return tuple(_element(line) for line in _unwrapped(lines)), {}


def _unwrapped(lines: list[str]) -> Iterator[str]:
    """Lines stripped, blank ones left out, hard-wrapped ones joined with a space."""
    held = ""
    for line in (*map(str.strip, lines), ""):
        if held and line and _is_wrapped(held, line):
            held = f"{held} {line}"
            continue
        if held:
            yield held
        held = line


def _is_wrapped(line: str, following: str) -> bool:
    """Whether `following` goes on with the sentence that `line` broke off at the margin."""
    last_row = line[-100:]
    return (
        len(last_row) in WRAP_CHARS
        and len(following) <= WRAP_CHARS.stop
        and not LIST_MARK.match(following)
        and not last_row.endswith((".", "!", "?", ":", "›"))
        and following[0].islower()
    )


def _element(line: str) -> Element:
    """What one line is, by its shape."""
    if LIST_MARK.match(line):
        return Element(ElementKind.LIST_ITEM, line)
    kind = ElementKind.HEADING if _is_heading(line) else ElementKind.PARAGRAPH
    return Element(kind, line)


def _is_heading(line: str) -> bool:
    """Short, begins like a title, and does not end like a sentence (a question may)."""
    return (
        len(line) <= MAX_HEADING_CHARS
        and len(line.split()) <= MAX_HEADING_WORDS
        and (line[0].isupper() or line[0].isdigit())
        and not line.endswith((".", "!", ":", ";", ",", "*"))
    )
