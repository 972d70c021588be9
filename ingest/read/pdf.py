"""A PDF -> elements: headings by size, lists by their marks, without page headers and footers.

A PDF states no structure, only where ink goes. What cannot be told from that is not guessed: a
table's rows come out as TABLE, which nobody quotes, since a row without its headers misleads.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from ingest.errors import ArticleError
from ingest.read.pdf_lines import Line, lines_of
from ingest.read.properties import confirmed
from ingest.read.text import LIST_MARK
from ingest.records import Element, ElementKind

MARGIN = 0.12  # of the page's height, above and below: where headers and footers stand
LARGER = 1.12  # times the height of most text, and a line is a heading
MAX_HEADING_WORDS = 20
PITCH_SLACK = 1.35  # times the usual distance of two lines, and a new paragraph begins
NEIGHBOURS = 20  # lines before and after that tell how wide a column is
COLUMN_SLACK = 40.0  # points: an indented line is of the same column, the next column is not
PAGE_NUMBER = re.compile(r"(?:page\s+)?\d{1,4}(?:\s*(?:of|/|\|)\s*\d{1,4})?$", re.IGNORECASE)
ENDS_SENTENCE = re.compile(r"[.!?:][\"'”’)\]]*$")
BREAK = "\u00ad"


def read_pdf(data: bytes, path: Path) -> tuple[tuple[Element, ...], dict[str, object]]:
    """The PDF's elements, and those of its properties that its own text confirms.

    Raises:
        ArticleError: no PDF, damaged, encrypted, or pictures of text only.
    """
    lines, title, author = lines_of(data, path)
    if not lines:
        raise ArticleError(path, "holds no text, only pictures; run text recognition (OCR) first")
    kept = _without_margins(lines)
    words = Counter(re.findall(r"[\w-]+", " ".join(line.text for line in kept).casefold()))
    elements = tuple(_elements(kept, words))
    return elements, confirmed(elements, title=title, authors=[author])


def _without_margins(lines: Sequence[Line]) -> list[Line]:
    """The lines without page numbers, and without what several pages repeat in their margins."""
    n_pages = len({line.page for line in lines})
    pages = Counter(
        key for key, _ in {(_margin_key(line), line.page) for line in lines if _in_margin(line)}
    )
    repeated = {key for key, n in pages.items() if n >= max(2, n_pages / 3)}
    return [
        line
        for line in lines
        if not _in_margin(line)
        or not (PAGE_NUMBER.match(line.text) or _margin_key(line) in repeated)
    ]


def _in_margin(line: Line) -> bool:
    return not MARGIN < line.y / line.page_height < 1 - MARGIN


def _margin_key(line: Line) -> str:
    """What the headers of two pages share: all but the numbers."""
    return re.sub(r"\d+", "#", line.text)


def _elements(lines: Sequence[Line], words: Counter[str]) -> Iterator[Element]:
    """Headings, paragraphs and items; lines that belong together joined."""
    body = _usual(line.height for line in lines for _ in line.text)
    pitch = _usual(a.y_end - b.y for a, b in pairwise(lines) if a.y_end > b.y)
    sizes = sorted({_size(line) for line in lines if line.height > LARGER * body}, reverse=True)
    for level, block in _blocks(lines, body, pitch, sizes):
        text = _joined(block, words)
        if level:
            yield Element(ElementKind.HEADING, text, level)
        elif LIST_MARK.match(text):
            yield Element(ElementKind.LIST_ITEM, text, 1)
        elif all(line.n_gaps for line in block):
            yield Element(ElementKind.TABLE, text)
        else:
            yield Element(ElementKind.PARAGRAPH, text)


def _blocks(
    lines: Sequence[Line], body: float, pitch: float, sizes: Sequence[int]
) -> Iterator[tuple[int, list[Line]]]:
    """Runs of lines that make one heading, paragraph, item or table row; headings with a level."""
    block: list[Line] = []
    level = 0
    for at, line in enumerate(lines):
        own = _level(line, body, sizes)
        same = block and own == level and _is_near(block[-1], line, own, pitch)
        if block and not (same and _goes_on(block, line, edge=_right_edge(lines, at - 1))):
            yield level, block
            block = []
        block.append(line)
        level = own
    if block:
        yield level, block


def _level(line: Line, body: float, sizes: Sequence[int]) -> int:
    """1-6 for a heading, the largest font first, bold text of the usual size last; 0 for others."""
    if len(line.text.split()) > MAX_HEADING_WORDS or LIST_MARK.match(line.text):
        return 0
    if line.height > LARGER * body:
        return min(sizes.index(_size(line)) + 1, 6)
    is_title = line.is_bold and not line.n_gaps and not ENDS_SENTENCE.search(line.text)
    return min(len(sizes) + 1, 6) if is_title or (line.is_bold and line.text[-1] == "?") else 0


def _is_near(last: Line, line: Line, level: int, pitch: float) -> bool:
    """Whether a line stands right under the one before it, or first in the next column or page."""
    below = last.y_end - line.y
    if line.page != last.page or below <= 0:
        return not level and not ENDS_SENTENCE.search(last.text)
    return below <= PITCH_SLACK * max(pitch, line.height if level else 0)


def _goes_on(block: Sequence[Line], line: Line, *, edge: float) -> bool:
    """Whether a line that stands near continues the block, whose last line could reach `edge`.

    A line that broke off although the next word had room ends an item, and a paragraph where it
    also ends a sentence.
    """
    last = block[-1]
    if LIST_MARK.match(line.text) or line.n_gaps or last.n_gaps:
        return False  # each row of a table is a block
    first_word = len(line.text.split()[0]) + 1
    had_room = last.x1 + first_word * (line.x1 - line.x0) / len(line.text) < edge
    if LIST_MARK.match(block[0].text):
        return line.x0 > block[0].x0 + 1 or not had_room
    return not (had_room and ENDS_SENTENCE.search(last.text))


def _right_edge(lines: Sequence[Line], at: int) -> float:
    """How far the lines around this one reach, of those that begin near where it begins."""
    around = lines[max(at - NEIGHBOURS, 0) : at + NEIGHBOURS]
    here = lines[at]
    return max(
        (n.x1 for n in around if n.page == here.page and abs(n.x0 - here.x0) < COLUMN_SLACK),
        default=here.x1,
    )


def _joined(block: Sequence[Line], words: Counter[str]) -> str:
    """The block's words; a word that a line's end broke is one word again."""
    text = " ".join(line.text for line in block)
    text = re.sub(r"-\s+(?=[a-z])", BREAK, text) if len(block) > 1 else text
    return re.sub(
        rf"([\w-]+){BREAK}\s?([\w-]+)", lambda m: _mended(m[1], m[2], words), text
    ).replace(BREAK, "")


def _mended(head: str, tail: str, words: Counter[str]) -> str:
    """A broken word with or without its hyphen: as the document writes it elsewhere.

    Where it does not, as the dictionary writes it; and where that does not know it, with the
    hyphen that stands on the page.
    """
    whole, hyphened = f"{head}{tail}", f"{head}-{tail}"
    n_whole, n_hyphened = words[whole.casefold()], words[hyphened.casefold()]
    if n_whole != n_hyphened:
        return whole if n_whole > n_hyphened else hyphened
    return whole if _is_english(whole.casefold()) else hyphened


def _is_english(word: str) -> bool:
    from spellchecker import SpellChecker  # loads a word list; only PDFs need it here

    return bool(SpellChecker(distance=1).known([word]))


def _size(line: Line) -> int:
    """The height in half points, so that two renderings of one size are one."""
    return round(2 * line.height)


def _usual(values: Iterator[float]) -> float:
    """The commonest value, rounded to tenths; 0 where there is none."""
    found = Counter(round(value, 1) for value in values)
    return found.most_common(1)[0][0] if found else 0.0
