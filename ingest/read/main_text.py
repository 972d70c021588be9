"""Which blocks of a page are its article: trafilatura judges, whole lists and headings follow.

Figures: `python -m benchmarks extraction ../shared/eval/html`.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from itertools import groupby

from lxml.html import HtmlElement

from ingest.read.blocks import PageBlock
from ingest.read.faq import squeeze
from ingest.records import ElementKind

# Containers that are about the page, by a whole word of their class or id. Only for what is a
# small part of the page: a class on the body says nothing.
ABOUT_THE_PAGE = re.compile(
    r"(?:^|[\s_-])(?:comments?|commentlist|disqus\w*|respond|share|sharing|sharebar|social|related"
    r"|recommend(?:ed|ations?)|newsletter|subscribe|promo|advert\w*|byline|breadcrumbs?|cookies?"
    r"|sidebar|author-?(?:bio|box|info)|about-?author|skip-?link|print-?only|toc|editsection|navbox)"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)
ROLES = frozenset("navigation banner contentinfo complementary search dialog alert menu".split())
TAGS = frozenset("nav aside footer dialog".split())
MAX_SHARE = 0.5  # of the page's text: what holds more is no furniture, whatever it is called
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)

SHINGLE = 4  # words in a row that tell where a block's text comes from
MIN_KEPT = 0.5  # share of a block's shingles that trafilatura has to keep
MIN_GROUP_KEPT = 0.3  # share of a list's or a table's characters, for all of it to stay
MIN_ARTICLE_CHARS = 200  # below this, trafilatura has found no article on the page


def main_blocks(
    page: HtmlElement, blocks_of: Callable[[HtmlElement], list[PageBlock]]
) -> list[PageBlock]:
    """The article's blocks in order, from a page whose furniture is cut out in place."""
    body = page.find("body")
    body = page if body is None else body
    _prune(body)
    blocks = blocks_of(body)
    kept = _kept(blocks, _said_by_trafilatura(page))
    if sum(len(b.element.text) for b in kept) < MIN_ARTICLE_CHARS:
        return blocks_of(_landmark(body))
    return kept


def _prune(body: HtmlElement) -> None:
    """Cut out what is hidden and what is about the page."""
    n_chars = max(len(body.text_content()), 1)
    opened = {name for node in body.iter() for name in node.get("aria-controls", "").split()}
    for node in [*body.iterdescendants()]:
        if not isinstance(node.tag, str) or node.getparent() is None:
            continue
        is_shut = _is_hidden(node) and node.get("id") not in opened  # a button may open it
        if is_shut or (_is_furniture(node) and len(node.text_content()) < MAX_SHARE * n_chars):
            node.drop_tree()


def _is_hidden(node: HtmlElement) -> bool:
    return node.get("hidden") is not None or bool(HIDDEN.search(node.get("style", "")))


def _is_furniture(node: HtmlElement) -> bool:
    if node.tag in ("main", "article", "h1", "body"):
        return False
    named = f"{node.get('class', '')} {node.get('id', '')}"
    return node.tag in TAGS or node.get("role") in ROLES or bool(ABOUT_THE_PAGE.search(named))


def _landmark(body: HtmlElement) -> HtmlElement:
    """What the page itself marks as its article; the whole of it where it marks nothing."""
    for path in ("//main", "//*[@role='main']", "//*[@itemprop='articleBody']", "//article"):
        found = body.xpath(path)
        if len(found) == 1:
            return found[0]
    return body


def _said_by_trafilatura(page: HtmlElement) -> list[str]:
    """The texts that trafilatura takes for the article, one a block."""
    # Imported late: it brings a date parser and a stop-word list that only web pages need.
    from trafilatura import bare_extraction

    found = bare_extraction(deepcopy(page), include_comments=False, include_tables=True, fast=True)
    body = None if found is None or isinstance(found, dict) else found.body
    if body is None:
        return []
    blocks = body.iter("head", "p", "item", "cell", "quote", "code")
    return ["".join(_strings(block)) for block in blocks]


def _strings(block: HtmlElement) -> Iterator[str]:
    for node in block.iter():
        yield " " if node.tag == "lb" and node is not block else ""
        yield node.text or ""
        yield (node.tail or "") if node is not block else ""


def _kept(blocks: Sequence[PageBlock], said: list[str]) -> list[PageBlock]:
    """The blocks that trafilatura kept; lists, tables and FAQ pairs whole; and their headings."""
    lines = {squeeze(text) for text in said}
    shingles = set(_shingles(" ".join(said)))
    chosen: list[PageBlock] = []
    for members in _by_group(blocks):
        texts = _texts(members)
        n_kept = sum(len(text) for text in texts if _is_said(text, lines, shingles))
        share = MIN_GROUP_KEPT if members[0].group else 1
        if n_kept >= share * sum(map(len, texts)):
            chosen.extend(members)
    return _with_headings(blocks, chosen)


def _texts(members: Sequence[PageBlock]) -> list[str]:
    """What to look for on trafilatura's side: of a table its cells, since our rows say more."""
    first = members[0]
    if first.group and first.node.tag in ("table", "dl"):
        return [cell.text_content() for cell in first.node.iter("th", "td", "dt", "dd")]
    return [re.sub(r"^(?:•|\d+\.) ", "", block.element.text) for block in members]


def _by_group(blocks: Sequence[PageBlock]) -> Iterator[list[PageBlock]]:
    """Each list, table and pair together; every other block alone."""
    for _, run in groupby(enumerate(blocks), key=lambda at: (at[1].group, at[1].group or at[0])):
        yield [block for _, block in run]


def _is_said(text: str, lines: set[str], shingles: set[tuple[str, ...]]) -> bool:
    """Whether a text is among trafilatura's; a short one only as a line of its own."""
    if squeeze(text) in lines:
        return True
    own = _shingles(text)
    return bool(own) and sum(s in shingles for s in own) >= MIN_KEPT * len(own)


def _shingles(text: str) -> list[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return [tuple(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1)]


def _with_headings(blocks: Sequence[PageBlock], chosen: Sequence[PageBlock]) -> list[PageBlock]:
    """The chosen blocks, and each heading right before one, or the one above would lead it."""
    kept = {id(block) for block in chosen}
    out: list[PageBlock] = []
    for block, following in zip(blocks, [*blocks[1:], None], strict=False):
        heads = block.element.kind is ElementKind.HEADING and following is not None
        if id(block) in kept or (heads and id(following) in kept):
            out.append(block)
    return out
