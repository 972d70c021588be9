"""The reading view's text: the stored text code point for code point, one quote marked in it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.render.reading import article, outline, topics
from ingest import Document, build_index, load_index
from tests.conftest import HashingEncoder
from tests.page_tree import Node, nodes, parse

POISON = (
    "Cold <script>alert(1)</script> <img src=http://x.example/a.png> <form action=/x><div "
    "style=position:fixed> **bold** [l](javascript:1) $$x^2$$ `code` "
    "\u202eback\u202c zero\u200bwidth."
)
TEXT = f"""# Ice and snow

Snow is cold. {POISON}

## What ice does

Ice may:

- melt on a warm day
- crack under a heavy load

It floats on water.

## How long people live

Half of them live for about 39 months after the first frost.
"""


@pytest.fixture
def document(articles: Callable[..., Path], encoder: HashingEncoder, tmp_path: Path) -> Document:
    build_index([articles({"ice.md": TEXT})], tmp_path / "index", encoder=encoder)
    (found,) = load_index(tmp_path / "index").documents.values()
    return found


def source_text(node: Node) -> str:
    """TextContent without what the app itself says: the labels of folds."""
    return "".join(
        c if isinstance(c, str) else source_text(c)
        for c in node.children
        if isinstance(c, str) or c.tag != "summary"
    )


def test_the_text_on_the_page_is_the_stored_text(document: Document) -> None:
    assert source_text(parse(article(document))) == document.text


def test_a_quote_over_several_blocks_is_marked_and_the_first_mark_can_be_gone_to(
    document: Document,
) -> None:
    start, end = document.text.index("Ice may:"), document.text.index("\n\nIt floats")
    page = parse(article(document, (start, end)))
    marks = page.all("mark")

    assert [mark.text for mark in marks] == [
        "Ice may:", "• melt on a warm day", "• crack under a heavy load"
    ]  # fmt: skip
    assert [mark.attributes.get("id") for mark in marks] == ["quote", None, None]
    assert source_text(page) == document.text


def test_figures_on_survival_are_folded_until_they_are_what_was_quoted(document: Document) -> None:
    start = document.text.index("Half of them")
    (folded,) = parse(article(document)).all("details")
    (opened,) = parse(article(document, (start, start + 4))).all("details")

    assert "39 months" in folded.text
    assert "open" not in folded.attributes
    assert "open" in opened.attributes


def test_nothing_in_an_article_becomes_an_element(document: Document) -> None:
    start = document.text.index("<script>")
    quoted = article(document, (start, document.text.index("back")))
    found = [*nodes(parse(article(document))), *nodes(parse(quoted))]

    assert {node.tag for node in found} <= set(
        "root section p h2 h3 ul li bdi details summary mark".split()
    )
    assert {name for node in found for name in node.attributes} <= {"id", "class", "title"}


def test_the_outline_names_the_sections_and_leads_to_them(document: Document) -> None:
    links = parse(outline(document)).all("a")
    ids = {s.attributes.get("id") for s in parse(article(document)).all("section")}

    assert [link.text for link in links] == ["What ice does", "How long people live"]
    assert {str(link.attributes["href"])[1:] for link in links} <= ids
    assert topics(document, most=1) == ("What ice does",)
