"""A quote to paste elsewhere: the very words, their source, the disclaimer, nothing that acts."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from assistant.records import Citation
from assistant.render import cite
from assistant.render.terminal import visible
from assistant.safety import disclaimer
from ingest import Metadata
from tests.page_tree import parse

QUOTE = "Wool is warm & costs $5_000.\n• It itches"
CITATION = Citation(
    quote=QUOTE, document_id="a.md", document_sha256="0" * 64, start=0, end=len(QUOTE),
    title="Wool", publisher="Sheep & Co", source_kind="review", published="2017-05-10",
    url="https://wool.example/a", deep_link=None, section=None, faq_question=None,
)  # fmt: skip
KNOWN = Metadata(
    title="Wool", publisher="Sheep & Co", published="2017-05-10", doi="10.1/w_1",
    authors=("Ann Ewe", "Bo Ram"), url="https://wool.example/a",
)  # fmt: skip
HOSTILE = (
    "<img src=x> ![i](http://x.example/a.png) **b** $$x$$ [l](javascript:1) `c` \u202eevil\x1b[31m"
)


def quoted(quote: str) -> Citation:
    return replace(CITATION, quote=quote, end=len(quote))


def test_plain_text_is_the_quote_its_source_and_the_disclaimer() -> None:
    assert cite.plain(CITATION) == (
        f"“{QUOTE}”\nWool, Sheep & Co, review, 10 May 2017\nhttps://wool.example/a\n{disclaimer()}"
    )


@given(
    st.text(
        alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Zl", "Zp"]),
        min_size=1,
    )
)
def test_markdown_shows_the_very_words_and_nothing_else(quote: str) -> None:
    if not quote.strip():
        return
    page = parse(MarkdownIt("commonmark").render(cite.markdown(quoted(quote))))

    (block,) = page.all("blockquote")
    assert block.text.split() == visible(quote).split()
    assert {
        tag for tag in ("img", "em", "strong", "code", "h1", "ul", "ol") if page.all(tag)
    } == set()


def test_a_hostile_quote_copied_as_markdown_has_one_link_its_sources() -> None:
    page = parse(MarkdownIt("gfm-like", {"linkify": False}).render(cite.markdown(quoted(HOSTILE))))

    assert [a.attributes["href"] for a in page.all("a")] == ["https://wool.example/a"]
    assert page.all("img") == []


def test_nothing_that_is_copied_holds_a_control_or_a_bidi_character() -> None:
    forms = [cite.plain(quoted(HOSTILE)), cite.markdown(quoted(HOSTILE)),
             cite.bibtex(quoted(HOSTILE), KNOWN), cite.ris(quoted(HOSTILE), KNOWN)]  # fmt: skip

    assert [form for form in forms if form is None or "\x1b" in form or "\u202e" in form] == []


def test_bibtex_of_a_work_with_a_doi() -> None:
    assert cite.bibtex(CITATION, KNOWN) == (
        "@article{quoth-10-1-w_1,\n"
        "  title = {Wool},\n"
        "  author = {Ann Ewe and Bo Ram},\n"
        "  journal = {Sheep \\& Co},\n"
        "  year = {2017},\n"
        "  doi = {10.1/w\\_1},\n"
        "  url = {https://wool.example/a},\n"
        "  annote = {Wool is warm \\& costs \\$5\\_000. • It itches},\n"
        f"  note = {{{disclaimer()}}}\n"
        "}"
    )


def test_ris_of_a_work_with_a_doi() -> None:
    assert (cite.ris(CITATION, KNOWN) or "").split("\n") == [
        "TY  - JOUR", "TI  - Wool", "AU  - Ann Ewe", "AU  - Bo Ram", "JO  - Sheep & Co",
        "PY  - 2017-05-10", "DO  - 10.1/w_1", "UR  - https://wool.example/a",
        "N1  - Wool is warm & costs $5_000. • It itches", f"N1  - {disclaimer()}", "ER  - ",
    ]  # fmt: skip


def test_a_work_without_a_doi_has_neither() -> None:
    assert cite.bibtex(CITATION, replace(KNOWN, doi=None)) is None
    assert cite.ris(CITATION, replace(KNOWN, doi=None)) is None
