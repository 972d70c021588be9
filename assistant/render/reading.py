"""A stored article -> HTML: its whole text, block by block, with one quote marked in it.

The elements hold the text and the white space between blocks, so their textContent is the stored
text (Q4). Figures about survival are folded here too until someone opens them (R8); a fold's label
is the app's own voice and the only addition.
"""

from collections.abc import Iterator
from itertools import groupby

from assistant.gates import gate_of
from assistant.render.escape import text
from assistant.safety import label
from ingest import Block, BlockKind, Document, Section

HEADS = frozenset({BlockKind.HEADING, BlockKind.QUESTION})
Stretch = tuple[int, int]
NOWHERE: Stretch = (0, 0)


def article(document: Document, quote: Stretch = NOWHERE) -> str:
    """The text of a document, the stretch `quote` marked; its first mark has the id "quote"."""
    parts, at = [], 0
    for section in document.sections:
        parts.append(text(document.text[at : section.start]))
        parts.append(f'<section id="{anchor(section)}">')
        for html, end in _blocks(document, section, quote):
            parts.append(html)
            at = end
        parts.append(text(document.text[at : section.end]))
        parts.append("</section>")
        at = section.end
    parts.append(text(document.text[at:]))
    return "".join(parts).replace("<mark>", '<mark id="quote">', 1)


def outline(document: Document) -> str:
    """Links to the sections that have a heading, as a list; empty where there is one or none."""
    named = [(s, s.question or s.heading) for s in document.sections]
    items = [
        f'<li class="depth-{min(len(s.heading_path), 3)}">'
        f'<a href="#{anchor(s)}"><bdi>{text(name)}</bdi></a></li>'
        for s, name in named
        if name
    ]
    return f"<ul>{''.join(items)}</ul>" if len(items) > 1 else ""


def topics(document: Document, *, most: int) -> tuple[str, ...]:
    """The first headings of an article, each once, none that gives a figure on survival."""
    headings = (s.question or s.heading for s in document.sections)
    named = [h for h in dict.fromkeys(headings) if h and gate_of(h) is None]
    return tuple(named[:most])


def anchor(section: Section) -> str:
    """The id of a section on the page."""
    return f"s-{section.start}"


def _blocks(document: Document, section: Section, quote: Stretch) -> Iterator[tuple[str, int]]:
    """The blocks of a section as HTML with the white space before each, and where each ends."""
    heads_left = sum(block.kind in HEADS for block in section.blocks)
    at = section.start
    for is_list, same in groupby(section.blocks, lambda b: b.kind is BlockKind.LIST_ITEM):
        if is_list:
            items = list(same)
            yield _items(document, items, at, quote), items[-1].end
            at = items[-1].end
            continue
        for block in same:
            gap = text(document.text[at : block.start])
            if block.kind in HEADS:
                heads_left -= 1
                level = min(max(2, 1 + len(section.heading_path) - heads_left), 6)
                yield f"{gap}<h{level}>{_marked(document, block, quote)}</h{level}>", block.end
            else:
                yield gap + _paragraph(document, block, quote), block.end
            at = block.end


def _items(document: Document, items: list[Block], at: int, quote: Stretch) -> str:
    parts = [text(document.text[at : items[0].start]), "<ul>"]
    at = items[0].start
    for item in items:
        inner = _folded(document, item, _marked(document, item, quote), quote)
        parts.append(f"{text(document.text[at : item.start])}<li>{inner}</li>")
        at = item.end
    return "".join([*parts, "</ul>"])


def _paragraph(document: Document, block: Block, quote: Stretch) -> str:
    kind = ' class="own-title"' if block.kind is BlockKind.TITLE else ""
    paragraph = f"<p{kind}>{_marked(document, block, quote)}</p>"
    return _folded(document, block, paragraph, quote)


def _folded(document: Document, block: Block, html: str, quote: Stretch) -> str:
    """A block with figures on survival behind its control, open where the quote is in it."""
    gate = gate_of(document.text[block.start : block.end])
    if gate is None:
        return html
    is_open = " open" if _overlap(block, quote) else ""
    summary = f"<summary>{text(label(f'{gate.value}_gate'))}</summary>"
    return f'<details class="gate"{is_open}>{summary}{html}</details>'


def _marked(document: Document, block: Block, quote: Stretch) -> str:
    """A block's text with what belongs to the quote marked."""
    overlap = _overlap(block, quote)
    if overlap is None:
        return text(document.text[block.start : block.end])
    start, end = overlap
    before, inside, after = (
        text(document.text[a:b]) for a, b in ((block.start, start), (start, end), (end, block.end))
    )
    return f"{before}<mark>{inside}</mark>{after}"


def _overlap(block: Block, quote: Stretch) -> Stretch | None:
    start, end = max(block.start, quote[0]), min(block.end, quote[1])
    return (start, end) if start < end else None
