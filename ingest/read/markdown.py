"""Markdown with YAML front matter -> elements.

The words stay, the marks go: `**bold**` becomes bold, a link its text. HTML is not interpreted;
a tag in an article is text like any other.
"""

from collections.abc import Iterator
from pathlib import Path

import yaml
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from ingest.errors import ArticleError
from ingest.records import Element, ElementKind

FENCE = "---"
MAX_HEAD_CHARS = 64 * 1024
MAX_NESTING = 200  # PyYAML's time grows with the square: 60,000 opening brackets took 284 s
PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")


def read_markdown(text: str, path: Path) -> tuple[tuple[Element, ...], dict[str, object]]:
    """The file's elements and its front matter.

    Raises:
        ArticleError: the front matter is not a YAML mapping.
    """
    front_matter, body = _split_front_matter(text.replace("\r\n", "\n"), path)
    return tuple(_elements(SyntaxTreeNode(PARSER.parse(body)))), front_matter


def _split_front_matter(text: str, path: Path) -> tuple[dict[str, object], str]:
    """The YAML between the first two `---` lines, and what follows them."""
    lines = text.split("\n")
    if lines[0].strip() != FENCE:
        return {}, text
    end = next((i for i, line in enumerate(lines[1:], 1) if line.strip() == FENCE), None)
    if end is None:
        raise ArticleError(path, "the front matter that begins with '---' does not end")
    head = "\n".join(lines[1:end])
    if len(head) > MAX_HEAD_CHARS or sum(map(head.count, "[{")) > MAX_NESTING:
        raise ArticleError(path, "front matter is too long or too nested to be about one article")
    try:
        # An alias can make a small file expand without bound; metadata has no use for one.
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(head, yaml.SafeLoader)):
            raise ArticleError(path, "front matter with YAML aliases is refused")
        fields = yaml.safe_load(head) or {}
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ArticleError(path, f"front matter is not YAML: {error}") from error
    if not isinstance(fields, dict):
        raise ArticleError(path, "front matter must be 'key: value' lines")
    return fields, "\n".join(lines[end + 1 :])


def _elements(node: SyntaxTreeNode) -> Iterator[Element]:
    """Headings, paragraphs and list items below `node`, in order."""
    for child in node.children:
        if child.type == "heading":
            yield from _element(ElementKind.HEADING, _plain(child), int(child.tag[1]))
        elif child.type in ("bullet_list", "ordered_list"):
            yield from _items(child)
        elif child.type == "table":
            yield from _rows(child)
        elif child.type in ("paragraph", "fence", "code_block"):
            yield from _element(ElementKind.PARAGRAPH, _plain(child))
        else:
            yield from _elements(child)


def _element(kind: ElementKind, text: str, level: int = 0) -> Iterator[Element]:
    """One element, or none where there are no words."""
    if text:
        yield Element(kind, text, level)


def _items(items: SyntaxTreeNode) -> Iterator[Element]:
    """List items with their marks put back; further paragraphs of an item get a bullet."""
    first = int(items.attrs.get("start", 1))
    for number, item in enumerate(items.children, first):
        mark = "• " if items.type == "bullet_list" else f"{number}. "
        for element in _elements(item):
            nested = element.kind is ElementKind.LIST_ITEM
            yield Element(ElementKind.LIST_ITEM, element.text if nested else mark + element.text)
            mark = "• "  # a further paragraph of one item stays in the list


def _rows(table: SyntaxTreeNode) -> Iterator[Element]:
    """Each row of a table as one item that says its columns: "Sock: wool; Warmth: high"."""
    headers, *rows = [
        [_plain(cell) for cell in row.children] for row in table.walk() if row.type == "tr"
    ]
    for row in rows:
        named = zip(headers, row, strict=True)
        facts = [f"{header}: {cell}" if header else cell for header, cell in named if cell]
        if facts:
            yield Element(ElementKind.LIST_ITEM, "• " + "; ".join(facts))


def _plain(node: SyntaxTreeNode) -> str:
    """The words of a node without their marks; a line break is a space."""
    leaves = (leaf for leaf in node.walk() if not leaf.children)
    breaks = ("softbreak", "hardbreak")
    return "".join(" " if leaf.type in breaks else leaf.content for leaf in leaves).strip()
