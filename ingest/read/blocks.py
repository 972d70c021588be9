"""A tree of HTML -> blocks: the headings, paragraphs, list items and FAQ pairs on it, in order.

Every structured format comes through here: web pages, the chapters of an EPUB, a DOCX as HTML.
Text is the tree's own, character for character. A list, a table and a question with its answer
each are one `group`, which later stages take or leave whole.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count

from lxml.html import HtmlElement

from ingest.read.tables import is_bare_table, is_data_table, table_items
from ingest.records import Element, ElementKind

HEADINGS = {f"h{n}": n for n in range(1, 7)}
SKIPPED = frozenset(
    "script style noscript template svg math canvas iframe object embed audio video map head title"
    " link meta select option textarea input form button nav".split()
)
# What breaks a line; anything else is part of the sentence around it.
BLOCKS = frozenset(
    "address article aside blockquote body center details dd div dl dt fieldset figcaption figure"
    " footer form h1 h2 h3 h4 h5 h6 header hgroup hr html li main nav ol p pre section summary"
    " table tbody td tfoot th thead tr ul caption".split()
)
LAYOUT_ITEMS = frozenset({*HEADINGS, "details", "dl", "table"})
MAX_LEVEL = 6


@dataclass(frozen=True, slots=True)
class PageBlock:
    """An element, the tree node that it came from, and the list, table or pair it is part of.

    `group` is 0 for what stands alone.
    """

    element: Element
    node: HtmlElement
    group: int = 0


def blocks_of(root: HtmlElement) -> list[PageBlock]:
    """The blocks below `root` in reading order.

    A `details` whose summary asks and a `dt` that asks are pairs of a question and its answer.
    """
    return list(_Walk().below(root))


def as_pair(question: PageBlock, answer: Sequence[PageBlock], group: int) -> Iterator[PageBlock]:
    """Blocks as one pair. Inside an answer a sub-title is text, and so is a question."""
    yield replace(
        question, element=Element(ElementKind.QUESTION, question.element.text), group=group
    )
    for block in answer:
        element = block.element
        if element.kind in (ElementKind.HEADING, ElementKind.QUESTION):
            element = Element(ElementKind.PARAGRAPH, element.text)
        yield replace(block, element=replace(element, in_answer=True), group=group)


def text_of(node: HtmlElement) -> str:
    """The node's words in single spaces; a line break and a cell's end are a space."""
    return " ".join("".join(_strings(node)).split())


class _Walk:
    """One walk over one tree; numbers its groups."""

    def __init__(self) -> None:
        self._groups = count(1)

    def below(self, node: HtmlElement) -> Iterator[PageBlock]:
        """The node's own text, cut where a block begins, and the blocks between."""
        words = [node.text or ""]
        for child in node:
            if _is_inline(child):
                if child.tag == "br" and _follows_break(child):
                    yield from self._paragraph(node, words)
                    words = []
                words.append("".join(_strings(child)))
            elif not _is_skipped(child):
                yield from self._paragraph(node, words)
                words = []
                yield from self._block(child)
            words.append(child.tail or "")
        yield from self._paragraph(node, words)

    def _paragraph(self, node: HtmlElement, words: list[str]) -> Iterator[PageBlock]:
        text = " ".join("".join(words).split())
        if text:
            yield PageBlock(Element(ElementKind.PARAGRAPH, text), node)

    def _block(self, node: HtmlElement) -> Iterator[PageBlock]:
        """The blocks of one block-level node."""
        if node.tag in HEADINGS:
            text = text_of(node)
            if text:
                yield PageBlock(Element(ElementKind.HEADING, text, HEADINGS[node.tag]), node)
        elif node.tag in ("ul", "ol"):
            yield from self._list(node)
        elif node.tag == "dl":
            yield from self._definitions(node)
        elif node.tag == "details":
            yield from self._details(node)
        elif node.tag == "table":
            yield from self._table(node)
        else:
            yield from self.below(node)

    def _table(self, node: HtmlElement) -> Iterator[PageBlock]:
        """A table of facts as a list under its caption; one that arranges the page as its text."""
        group = next(self._groups)
        if is_data_table(node):
            caption = node.find("caption")
            if caption is not None and text_of(caption):
                yield PageBlock(_paragraph(text_of(caption)), node, group)
            for item in table_items(node, text_of):
                yield PageBlock(_item(f"• {item}", 1), node, group)
        elif is_bare_table(node, text_of):
            for row in node.iter("tr"):
                yield PageBlock(Element(ElementKind.TABLE, text_of(row) or "-"), node, group)
        else:
            yield from self.below(node)

    def _list(self, node: HtmlElement, depth: int = 1) -> Iterator[PageBlock]:
        """A list as items with their marks; one whose items hold headings or pairs is a layout."""
        if any(child.tag in LAYOUT_ITEMS for child in node.iter()):
            yield from self.below(node)
            return
        group = next(self._groups)
        for block in self._items(node, depth):
            yield replace(block, group=group)

    def _items(self, node: HtmlElement, depth: int) -> Iterator[PageBlock]:
        number = _start_of(node)
        for child in node:
            if _is_skipped(child) or not isinstance(child.tag, str):
                continue
            if child.tag in ("ul", "ol"):  # a list put straight into a list: its items go deeper
                yield from self._items(child, min(depth + 1, MAX_LEVEL))
                continue
            mark = f"{number}. " if node.tag == "ol" else "• "
            for block in self._item_parts(child, depth):
                nested = block.element.kind is ElementKind.LIST_ITEM
                yield (
                    block
                    if nested
                    else replace(block, element=_item(mark + block.element.text, depth))
                )
                mark = "• "
            number += 1

    def _item_parts(self, item: HtmlElement, depth: int) -> Iterator[PageBlock]:
        """The paragraphs of one item, and the items of lists inside it."""
        for block in _Walk().below(item):
            element = block.element
            if element.kind is ElementKind.LIST_ITEM:
                deeper = min(depth + element.level, MAX_LEVEL)
                yield replace(block, element=replace(element, level=deeper))
            else:
                yield block

    def _definitions(self, node: HtmlElement) -> Iterator[PageBlock]:
        """Pairs where the terms ask; otherwise one item a definition, "term: what it is"."""
        pairs = _terms(node)
        if any(text_of(term).endswith("?") for term, _ in pairs):
            for term, answers in pairs:
                yield from self._pair(term, [b for dd in answers for b in self.below(dd)])
            return
        group = next(self._groups)
        for term, meanings in pairs:
            said = " ".join(text_of(dd) for dd in meanings).strip()
            text = f"• {text_of(term)}: {said}" if said else f"• {text_of(term)}"
            yield PageBlock(_item(text, 1), node, group)

    def _details(self, node: HtmlElement) -> Iterator[PageBlock]:
        """An opened `details`: a pair where its summary asks, otherwise its text in order."""
        summary = node.find("summary")
        if summary is None or not text_of(summary).endswith("?"):
            yield from self.below(node)
            return
        body = [b for b in self.below(node) if summary not in (b.node, *b.node.iterancestors())]
        yield from self._pair(summary, body)

    def _pair(self, question: HtmlElement, answer: list[PageBlock]) -> Iterator[PageBlock]:
        """A question and its whole answer; a question without an answer is none."""
        if not answer:
            return
        asked = PageBlock(Element(ElementKind.QUESTION, text_of(question)), question)
        yield from as_pair(asked, answer, next(self._groups))


def _paragraph(text: str) -> Element:
    return Element(ElementKind.PARAGRAPH, text)


def _item(text: str, depth: int) -> Element:
    return Element(ElementKind.LIST_ITEM, text, depth)


def _start_of(node: HtmlElement) -> int:
    start = node.get("start", "1").strip()
    return int(start) if start.isascii() and start.isdigit() and len(start) < 6 else 1


def _terms(node: HtmlElement) -> list[tuple[HtmlElement, list[HtmlElement]]]:
    """Each `dt` with the `dd`s that follow it; a `div` around a pair is looked through."""
    pairs: list[tuple[HtmlElement, list[HtmlElement]]] = []
    for child in node.iter("dt", "dd"):
        if next(child.iterancestors("dl")) is not node:
            continue
        if child.tag == "dt":
            pairs.append((child, []))
        elif pairs:
            pairs[-1][1].append(child)
    return pairs


def _is_skipped(node: HtmlElement) -> bool:
    return not isinstance(node.tag, str) or node.tag in SKIPPED


def _is_inline(node: HtmlElement) -> bool:
    """Whether a node is part of the sentence around it: no block, and none inside it."""
    if not isinstance(node.tag, str) or node.tag in SKIPPED or node.tag in BLOCKS:
        return False
    return not any(d.tag in BLOCKS for d in node.iterdescendants())


def _follows_break(node: HtmlElement) -> bool:
    """Whether this `br` comes right after another: two of them part paragraphs."""
    before = node.getprevious()
    return before is not None and before.tag == "br" and not (before.tail or "").strip()


def _strings(node: HtmlElement) -> Iterator[str]:
    """The strings of a node in order; what a reader does not see is left out.

    A button is looked into: in a heading it is what opens the answer under it.
    """
    if node.tag == "br":
        yield " "
    yield node.text or ""
    for child in node:
        if not _is_skipped(child) or child.tag == "button":
            block = child.tag in BLOCKS
            yield " " if block else ""
            yield from _strings(child)
            yield " " if block else ""
        yield child.tail or ""
