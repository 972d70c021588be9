"""The article on a web page against gold: ours and plain trafilatura on the same pages.

Token F1 counts words as a bag, page by page, and averages over pages. Headings and list items count
where their text comes out as one, of those that the gold has.
"""

import gzip
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import html

from benchmarks.intervals import interval
from ingest.clean import clean
from ingest.read.blocks import text_of
from ingest.read.faq import squeeze
from ingest.read.html import read_html
from ingest.read.metadata import metadata_of
from ingest.records import BlockKind, Element, ElementKind, Source

MARK = re.compile(r"^(?:•|\d+\.) ")


@dataclass(frozen=True, slots=True)
class Page:
    """A saved page and the gold HTML of its main text."""

    id: str
    data: bytes
    gold: str


@dataclass(frozen=True, slots=True)
class Extract:
    """What a system gave for a page: its text, and its headings and list items, squeezed."""

    text: str
    headings: frozenset[str]
    items: frozenset[str]


System = Callable[[Page], Extract]


def read_pages(folder: Path) -> list[Page]:
    """The pages that `gold.jsonl` lists."""
    lines = (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    return [
        Page(r["id"], gzip.decompress((folder / r["file"]).read_bytes()), r["expected_html"])
        for r in rows
    ]


def token_f1(found: str, gold: str) -> tuple[float, float, float]:
    """F1, precision and recall of words as bags; 0 where nothing is shared."""
    a, b = (Counter(re.findall(r"\w+", text.casefold())) for text in (found, gold))
    shared = (a & b).total()
    if not shared:
        return 0.0, 0.0, 0.0
    precision, recall = shared / a.total(), shared / b.total()
    return 2 * precision * recall / (precision + recall), precision, recall


def as_read(page: Page) -> Extract:
    """What our reader gives."""
    elements, _ = read_html(page.data, Path(page.id))
    return Extract(
        "\n".join(e.text for e in elements),
        _squeezed(elements, ElementKind.HEADING),
        _squeezed(elements, ElementKind.LIST_ITEM),
    )


def as_stored(page: Page) -> Extract:
    """What is left of it in the library: reference lists and other tails are dropped there."""
    elements, fields = read_html(page.data, Path(page.id))
    path = Path(page.id)
    document = clean(Source(page.id, elements, metadata_of(fields, path)))
    blocks = [
        (block.kind, document.text[block.start : block.end])
        for section in document.sections
        for block in section.blocks
    ]
    heads = (BlockKind.HEADING, BlockKind.TITLE)
    return Extract(
        document.text,
        frozenset(_bare(text) for kind, text in blocks if kind in heads),
        frozenset(_bare(text) for kind, text in blocks if kind is BlockKind.LIST_ITEM),
    )


def plain_trafilatura(page: Page) -> Extract:
    """`trafilatura.extract` as it comes, and the headings and items of its tree."""
    from trafilatura import bare_extraction, extract

    text = page.data.decode("utf-8")
    found = bare_extraction(text)
    body = None if found is None or isinstance(found, dict) else found.body
    nodes = [] if body is None else list(body.iter("head", "item"))
    said = [(node.tag, _bare("".join(node.itertext()))) for node in nodes]
    return Extract(
        extract(text) or "",
        frozenset(words for tag, words in said if tag == "head"),
        frozenset(words for tag, words in said if tag == "item"),
    )


def measure(pages: Sequence[Page]) -> dict[str, object]:
    """Each system's figures over all pages, and the difference in F1 page by page."""
    systems: dict[str, System] = {
        "ours": as_read,
        "stored": as_stored,
        "trafilatura": plain_trafilatura,
    }
    scores: dict[str, list[float]] = {}
    result: dict[str, object] = {"pages": len(pages)}
    for name, system in systems.items():
        extracts = [system(page) for page in pages]
        figures = [token_f1(e.text, _gold_text(p)) for e, p in zip(extracts, pages, strict=True)]
        scores[name] = [f1 for f1, _, _ in figures]
        averages = [sum(column) / len(pages) for column in zip(*figures, strict=True)]
        result[name] = {
            **{
                k: round(v, 4) for k, v in zip(("f1", "precision", "recall"), averages, strict=True)
            },
            "headings": _kept(extracts, pages, "h1|h2|h3|h4|h5|h6", lambda e: e.headings),
            "list_items": _kept(extracts, pages, "li", lambda e: e.items),
        }
    differences = [a - b for a, b in zip(scores["ours"], scores["trafilatura"], strict=True)]
    result["ours_minus_trafilatura"] = {
        "mean": round(sum(differences) / len(pages), 4),
        "interval": [round(end, 4) for end in interval(differences)],
    }
    result["own_words"] = _own_words(pages)
    result["f1_by_page"] = {
        page.id: {name: round(column[i], 4) for name, column in scores.items()}
        for i, page in enumerate(pages)
    }
    return result


def _gold_text(page: Page) -> str:
    return " ".join(html.fromstring(page.gold).itertext())


def _squeezed(elements: Sequence[Element], kind: ElementKind) -> frozenset[str]:
    return frozenset(_bare(e.text) for e in elements if e.kind is kind)


def _kept(
    extracts: Sequence[Extract],
    pages: Sequence[Page],
    tags: str,
    of: Callable[[Extract], frozenset[str]],
) -> list[int]:
    """How many of the gold's headings or items came out as such, and of how many."""
    pairs = [
        (words, of(extract))
        for extract, page in zip(extracts, pages, strict=True)
        for words in _gold_nodes(page, tags)
    ]
    return [sum(words in found for words, found in pairs), len(pairs)]


def _gold_nodes(page: Page, tags: str) -> Iterator[str]:
    """The gold's nodes with words in them; of nested lists the innermost items."""
    for node in html.fromstring(page.gold).iter(*tags.split("|")):
        words = _bare(text_of(node))
        if words and node.find(".//li") is None:
            yield words


def _bare(text: str) -> str:
    """Letters and digits, without the link "[edit]" that a wiki puts behind its headings."""
    return squeeze(MARK.sub("", text).removesuffix("[edit]"))


def _own_words(pages: Sequence[Page]) -> list[int]:
    """Of our paragraphs and headings, how many the page shows as one run of words; of how many."""
    checked = [
        squeeze(element.text) in shown
        for page in pages
        for shown in [squeeze(_shown(page))]
        for element in read_html(page.data, Path(page.id))[0]
        if element.kind in (ElementKind.PARAGRAPH, ElementKind.HEADING)
    ]
    return [sum(checked), len(checked)]


def _shown(page: Page) -> str:
    """The page's text without what its style hides."""
    tree = html.document_fromstring(page.data.decode("utf-8"))
    for node in tree.xpath("//*[contains(translate(@style, ' ', ''), 'display:none')]"):
        if node.getparent() is not None:
            node.drop_tree()
    return str(tree.text_content())
