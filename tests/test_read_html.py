"""Web pages: the article comes out, in the page's own words, and what the markup states of it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import ArticleError, Document, Metadata
from ingest.clean import clean
from ingest.read.faq import squeeze
from ingest.read.html import decoded, parse_html, read_html
from ingest.read.metadata import metadata_of
from ingest.records import DropReason, Element, ElementKind, Source

HEADING, PARAGRAPH, ITEM = ElementKind.HEADING, ElementKind.PARAGRAPH, ElementKind.LIST_ITEM
PAGE = Path("page.html")
PROSE = (
    "Feet get cold when less blood reaches them, and in winter that happens to nearly everyone. "
    "Most people need nothing but warm socks, a dry pair of shoes and a short walk. "
)


def page(body: str, head: str = "") -> bytes:
    return (
        f"<!doctype html><html><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>"
    ).encode()


def read(body: str, head: str = "") -> list[Element]:
    """The elements of a page after the two paragraphs with which its article opens."""
    opening = f"<p>{PROSE}</p><p>{PROSE}</p>"
    return list(read_html(page(f"<main>{opening}{body}</main>", head), PAGE)[0])[2:]


def document(body: str, head: str = "") -> Document:
    elements, fields = read_html(page(body, head), PAGE)
    return clean(Source("page.html", elements, metadata_of(fields, PAGE)))


def faq(body: str, head: str = "") -> dict[str, str]:
    """Each FAQ question of a cleaned page with its whole answer."""
    found = document(f"<main><h1>Feet</h1><p>{PROSE}</p>{body}</main>", head)
    return {
        s.question: found.text[s.blocks[1].start : s.blocks[-1].end]
        for s in found.sections
        if s.question is not None
    }


def stated(head: str, body: str = "") -> Metadata:
    return metadata_of(read_html(page(f"<p>{PROSE}</p>{body}", head), PAGE)[1], PAGE)


def test_headings_paragraphs_and_nested_lists_keep_their_structure() -> None:
    body = (
        "<h2>Causes</h2><p>Reasons <b>often</b> include:</p>"
        "<ul><li>Frost<ul><li>black frost</li></ul></li><li><p>Wet socks</p></li></ul>"
        "<ol start='3'><li>Go in.</li><li>Dry them.</li></ol>"
    )

    assert read(body) == [
        Element(HEADING, "Causes", 2),
        Element(PARAGRAPH, "Reasons often include:"),
        Element(ITEM, "• Frost", 1),
        Element(ITEM, "• black frost", 2),
        Element(ITEM, "• Wet socks", 1),
        Element(ITEM, "3. Go in.", 1),
        Element(ITEM, "4. Dry them.", 1),
    ]


def test_two_line_breaks_part_paragraphs_and_one_is_a_space() -> None:
    body = "<div>Feet are<br>cold today.<br><br>Hands are cold as well, said the nurse.</div>"

    assert [e.text for e in read(body)] == [
        "Feet are cold today.",
        "Hands are cold as well, said the nurse.",
    ]


def test_each_row_of_a_table_says_what_its_columns_are() -> None:
    table = (
        "<table><caption>Socks compared</caption>"
        "<tr><th rowspan=2>Sock</th><th colspan=2>Warmth</th></tr>"
        "<tr><th>dry</th><th>wet</th></tr>"
        "<tr><td>Wool</td><td>high</td><td>fair</td></tr>"
        "<tr><th colspan=3>For children</th></tr>"
        "<tr><td>Cotton</td><td colspan=2>low</td></tr></table>"
    )

    assert [e.text for e in read(table)] == [
        "Socks compared",
        "• Sock: Wool; Warmth, dry: high; Warmth, wet: fair",
        "• For children: Sock: Cotton; Warmth, dry: low",
    ]


def test_a_cell_that_spans_rows_counts_in_each_of_them() -> None:
    table = (
        "<table><tr><th>Age</th><th>Sock</th></tr>"
        "<tr><td rowspan=2>Adults</td><td>Wool</td></tr><tr><td>Silk</td></tr></table>"
    )

    assert [e.text for e in read(table)] == [
        "• Age: Adults; Sock: Wool",
        "• Age: Adults; Sock: Silk",
    ]


def test_a_table_without_headers_is_never_quoted() -> None:
    rows = "".join(f"<tr><td>Sock number {n}</td><td>{n} mg</td></tr>" for n in range(2, 8))
    body = f"<main><p>{PROSE}</p><p>{PROSE}</p><table>{rows}</table><p>{PROSE}</p></main>"

    found = document(body)

    assert "mg" not in found.text
    assert {d.reason: d.n_elements for d in found.dropped} == {DropReason.TABLE: 6}


def test_details_and_definition_lists_that_ask_become_pairs() -> None:
    body = (
        "<h2>FAQ</h2>"
        "<details><summary>Is ice cold?</summary><p>It is.</p><ul><li>very</li></ul></details>"
        "<dl><dt>Are feet warm?</dt><dd>Some are.</dd><dd>Some are not.</dd></dl>"
        "<p>Ask your nurse about anything else that you would like to know.</p>"
    )

    assert faq(body) == {
        "Is ice cold?": "It is.\n\n• very",
        "Are feet warm?": "Some are.\n\nSome are not.",
    }


def test_what_follows_a_pair_belongs_to_no_question() -> None:
    found = document(
        f"<main><h1>Feet</h1><p>{PROSE}</p><details><summary>Is ice cold?</summary>It is, and it "
        "stays so for as long as it is ice.</details><p>Socks are made of wool.</p></main>"
    )

    assert [(s.question, found.text[s.blocks[-1].start : s.end]) for s in found.sections[1:]] == [
        ("Is ice cold?", "It is, and it stays so for as long as it is ice."),
        (None, "Socks are made of wool."),
    ]


def test_definitions_that_ask_nothing_are_items() -> None:
    body = "<dl><dt>Frost</dt><dd>Frozen dew.</dd><dt>Ice</dt><dd>Frozen water.</dd></dl>"

    assert [e.text for e in read(body)] == ["• Frost: Frozen dew.", "• Ice: Frozen water."]


def test_headings_under_an_faq_heading_are_its_questions() -> None:
    body = (
        "<h2>Frequently asked questions</h2><h3><button>Is ice cold?</button></h3>"
        "<div id='a1' hidden>It is, all of it.</div><h3>Is frost?</h3><p>Frost too.</p>"
        "<h2>Afterwards</h2><p>Socks are made of wool.</p>"
    )
    opened = body.replace("<button>", "<button aria-controls='a1'>")

    assert faq(opened) == {"Is ice cold?": "It is, all of it.", "Is frost?": "Frost too."}


def test_a_declared_faq_says_where_each_answer_ends() -> None:
    declared = """<script type="application/ld+json">{"@type": "FAQPage", "mainEntity": [
        {"@type": "Question", "name": "Why are feet cold?",
         "acceptedAnswer": {"@type": "Answer", "text": "<p>Less blood.</p><p>And frost.</p>"}},
        {"@type": "Question", "name": "Why socks?",
         "acceptedAnswer": {"text": "Worded otherwise here."}}]}</script>"""
    body = (
        "<p><b>Why are feet cold?</b></p><p>Less blood.</p><p>And frost.</p>"
        "<p>This page was made by the people of the foot clinic.</p>"
        "<h3>Why socks?</h3><p>They are warm.</p><p>They are dry.</p><h2>After</h2><p>The end.</p>"
    )

    assert faq(body, declared) == {
        "Why are feet cold?": "Less blood.\n\nAnd frost.",
        "Why socks?": "They are warm.\n\nThey are dry.",
    }


def test_furniture_comments_author_blocks_and_related_links_are_gone() -> None:
    furniture = {
        "nav": "<nav><a href='/'>Home page of the clinic</a></nav>",
        "share": "<div class='share-bar'><p>Tell your friends about this page.</p></div>",
        "comments": "<section id='comments'><p>My own feet fell off, wrote Ada Toe.</p></section>",
        "author": "<div class='author-bio'><p>Ada Foot has written about feet for years.</p></div>",
        "related": "<aside><h2>Related</h2><p>Nine things to know about your toes.</p></aside>",
        "hidden": "<p style='display: none'>This page has moved to another place now.</p>",
        "tail": "<h2>Related articles</h2><p>Hands get cold as well, read how to warm them.</p>",
    }
    body = (
        f"{furniture['nav']}<article><h1>Cold feet</h1>{furniture['share']}<p>{PROSE}</p>"
        f"{furniture['hidden']}<h2>Socks</h2><p>{PROSE}</p>{furniture['author']}"
        f"{furniture['tail']}</article>{furniture['related']}{furniture['comments']}"
    )

    found = document(body)

    assert found.text == f"Cold feet\n\n{PROSE.strip()}\n\nSocks\n\n{PROSE.strip()}"


def test_metadata_is_what_the_markup_states() -> None:
    head = """<title>Cold feet - Foot Weekly</title><meta property="og:site_name" content="Foot">
        <link rel="canonical" href="https://feet.example/cold">
        <link rel="license" href="https://licence.example/by">
        <script type="application/ld+json">{"@graph": [{"@type": "WebSite", "name": "x"},
         {"@type": "MedicalWebPage", "headline": "Cold feet", "publisher": {"name": "Foot Weekly"},
          "author": [{"@type": "Person", "name": "Ada Foot"}, "Ben Toe"],
          "datePublished": "2024-05-01T09:00:00Z", "dateModified": "2024-06-02"}]}</script>"""

    assert stated(head) == Metadata(
        title="Cold feet",
        publisher="Foot Weekly",
        url="https://feet.example/cold",
        published="2024-05-01",
        updated="2024-06-02",
        authors=("Ada Foot", "Ben Toe"),
        kind="medical web page",
        licence="https://licence.example/by",
    )


def test_citation_tags_go_before_all_others() -> None:
    head = """<meta name="citation_title" content="On feet">
        <meta name="citation_author" content="A">
        <meta name="citation_author" content="B"><meta name="citation_doi" content="10.1234/feet.1">
        <meta name="citation_publication_date" content="2019/03">
        <meta name="citation_journal_title" content="Journal of Feet">
        <meta property="og:title" content="Buy socks">"""

    assert stated(head) == Metadata(
        title="On feet",
        publisher="Journal of Feet",
        published="2019-03",
        authors=("A", "B"),
        kind="journal article",
        doi="10.1234/feet.1",
    )


def test_nothing_is_guessed_from_the_text_or_the_address() -> None:
    body = "<p>By Ada Foot, published on 1 May 2024 under CC BY. Last updated 2 June 2024.</p>"

    assert stated('<meta name="date" content="05/06/07">', body) == Metadata()


def test_a_broken_or_hostile_declaration_states_nothing() -> None:
    deep = "[" * 100_000 + "]" * 100_000
    scripts = "".join(f'<script type="application/ld+json">{t}</script>' for t in (deep, "{"))

    assert stated(scripts) == Metadata()


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("<p>Füße".encode(), "<p>Füße"),
        (b"<meta charset=iso-8859-1><p>F\xfc\xdfe \x96", "<meta charset=iso-8859-1><p>Füße –"),
        (b"\xef\xbb\xbf<p>F\xc3\xbc\xc3\x9fe", "<p>Füße"),
    ],
)
def test_a_page_is_read_in_the_character_set_that_it_declares(data: bytes, text: str) -> None:
    assert decoded(data, PAGE) == text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<p>F\xfc\xdfe", "declares no character set and is not in it"),
        (b"<meta charset=utf-8><p>F\xfc", "declares utf-8 and is not in it"),
        (b"<meta charset=klingon><p>F", "declares klingon and is not in it"),
        (b"<p>F\0", "holds NUL characters"),
    ],
)
def test_a_page_in_another_character_set_is_not_mended(data: bytes, reason: str) -> None:
    with pytest.raises(ArticleError, match=reason):
        decoded(data, PAGE)


@given(st.lists(st.text(alphabet="ab c.<>&;/\n", max_size=30), max_size=8))
def test_every_block_is_a_run_of_the_pages_own_words(texts: list[str]) -> None:
    body = "".join(f"<p>{text}</p>" for text in texts)
    elements, _ = read_html(page(f"<p>{PROSE}</p>{body}"), PAGE)
    whole = squeeze(parse_html(page(f"<p>{PROSE}</p>{body}").decode(), PAGE).text_content())

    assert all(squeeze(e.text) in whole for e in elements)
