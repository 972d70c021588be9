"""Stage 2: a page becomes an article. Each test is one trap of pages saved as text."""

import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from ingest import BlockKind, Document, Metadata
from ingest.clean import canonical, clean
from ingest.read.markdown import read_markdown
from ingest.read.text import read_text
from ingest.records import DropReason, Source


def cleaned(text: str, title: str | None = None) -> Document:
    elements, _ = read_text(text, Path("a.txt"))
    return clean(Source("a.txt", elements, Metadata(title=title)))


def cleaned_markdown(text: str) -> Document:
    elements, _ = read_markdown(text, Path("a.md"))
    return clean(Source("a.md", elements, Metadata()))


def dropped(document: Document) -> dict[DropReason, int]:
    return {d.reason: d.n_elements for d in document.dropped}


def faq(document: Document) -> dict[str, str]:
    """Each FAQ question with its answer."""
    return {
        s.question: document.text[s.blocks[1].start : s.blocks[-1].end]
        for s in document.sections
        if s.question is not None
    }


def test_a_comment_thread_is_dropped_to_the_end_of_the_page() -> None:
    page = (
        "Cold feet\n\nFeet get cold.\n\n  1. Ada B says:\n\n    My feet fell off.\n\n"
        "Leave a Comment"
    )

    document = cleaned(page)

    assert document.text == "Cold feet\n\nFeet get cold."
    assert dropped(document) == {DropReason.COMMENT: 3}


def test_a_numbered_list_and_numbered_questions_are_no_comments() -> None:
    page = (
        "Feet get cold for reasons such as:\n\n1. Frost: it is cold.\n\n2. Ice: colder.\n\n"
        "FAQ\n\n1. Are cold feet bad?\n\nNo, they are cold.\n\n2. Is ice cold?\n\nIce is cold.\n"
    )

    document = cleaned(page)

    assert document.dropped == ()
    assert faq(document) == {
        "Are cold feet bad?": "No, they are cold.",
        "Is ice cold?": "Ice is cold.",
    }


def test_a_page_tail_with_an_invented_author_is_dropped() -> None:
    page = (
        "Feet get cold.\n\nTop Articles\nSock news\n\nAuthor: Ada Foot\n\nPhone: +12345\n\n"
        "Hobby: Ice."
    )

    document = cleaned(page)

    assert document.text == "Feet get cold."
    assert dropped(document) == {DropReason.AUTHOR_BLOCK: 5}


def test_promotion_and_the_publishers_disclaimer_are_no_part_of_the_article() -> None:
    page = (
        "Feet get cold.\n\nMORE: Ten things to know about socks\n\n"
        "This site does not provide medical advice, diagnosis or treatment."
    )

    document = cleaned(page)

    assert document.text == "Feet get cold."
    assert document.metadata.publisher_disclaimer == (
        "This site does not provide medical advice, diagnosis or treatment."
    )
    assert dropped(document) == {DropReason.PROMOTION: 1, DropReason.PUBLISHER_DISCLAIMER: 1}


def test_a_title_that_is_repeated_stays_once_and_heads_no_section() -> None:
    page = "Cold feet? (2024)\n\nThey are cold.\n\nCold feet? (1)\n\nWarmth\n\nSocks are warm.\n"

    document = cleaned(page)

    assert [s.heading_path for s in document.sections] == [(), ("Warmth",)]
    assert document.sections[0].blocks[0].kind is BlockKind.TITLE
    assert dropped(document) == {DropReason.REPEATED_TITLE: 1}


def test_an_faq_question_that_repeats_the_title_is_still_a_question() -> None:
    page = "Cold feet?\n\nThey are cold.\n\nFAQs\n\nCold feet? ›\n\nYes, cold.\n"

    assert faq(cleaned(page)) == {"Cold feet?": "Yes, cold."}


def test_a_link_title_with_nothing_under_it_labels_no_section() -> None:
    page = (
        "Cold\n\nFrost\n\nFrost is cold.\n\nHow Socks Are Made\n\nIce\n\nIce is colder.\n\n"
        "More on Ice\n"
    )

    document = cleaned(page)

    assert [s.heading_path for s in document.sections] == [(), ("Frost",), ("Ice",)]
    assert dropped(document) == {DropReason.EMPTY_HEADING: 2}


def test_a_subtitle_inside_an_answer_belongs_to_the_answer() -> None:
    page = "FAQs\n\nWhat is cold? ›\n\nIce and frost\n\nIce is cold.\n\nWhat is warm? ›\n\nWool.\n"

    assert faq(cleaned(page)) == {
        "What is cold?": "Ice and frost\n\nIce is cold.",
        "What is warm?": "Wool.",
    }


def test_the_date_of_a_copied_snippet_is_not_part_of_its_answer() -> None:
    page = (
        "FAQs\n\nWhat is cold? ›\n\nCold things include:\n  • Ice.\nApr 10, 2024\n\n"
        "Is ice? ›\n\nIt is.\n"
    )

    document = cleaned(page)

    assert faq(document)["What is cold?"] == "Cold things include:\n• Ice."
    assert dropped(document) == {DropReason.SNIPPET_DATE: 1}


def test_affiliations_keywords_and_journal_furniture_are_dropped() -> None:
    page = (
        "Article Text\n\nDownload PDFPDF\nOn cold feet\n  1. Ada B Foot1,2,\n"
        "  1. 1 Department of Feet, University of Socks\n\n\nFeet get cold in winter.\n\n"
        "  • feet\n  • cold\n\nStatistics from\n\n  • Competing interests None declared.\n"
    )

    document = cleaned(page, title="On cold feet")

    assert document.text == "On cold feet\n\nFeet get cold in winter."
    assert dropped(document) == {
        DropReason.FURNITURE: 4,
        DropReason.AFFILIATION: 2,
        DropReason.KEYWORDS: 2,
    }


def test_a_lead_in_stays_with_the_items_that_it_leads_into() -> None:
    document = cleaned("Feet get cold. Reasons include:\n\n  • Frost\n\n  • Ice\n\nSocks help.\n")

    kinds = [block.kind for block in document.sections[0].blocks]

    assert kinds == [
        BlockKind.LEAD_IN,
        BlockKind.LIST_ITEM,
        BlockKind.LIST_ITEM,
        BlockKind.PARAGRAPH,
    ]
    assert document.text == "Feet get cold. Reasons include:\n• Frost\n• Ice\n\nSocks help."


def test_stated_heading_levels_make_a_path_and_faq_pairs() -> None:
    page = (
        "# Cold feet\n\nIntro.\n\n## Causes\n\n### Frost\n\nFrost is cold.\n\n"
        "## Frequently asked questions\n\n### Is ice cold?\n\nIce is cold.\n\n## After\n\nSocks.\n"
    )

    document = cleaned_markdown(page)

    assert [(s.heading_path, s.question) for s in document.sections] == [
        ((), None),
        (("Causes",), None),
        (("Causes", "Frost"), None),
        (("Frequently asked questions",), None),
        (("Frequently asked questions",), "Is ice cold?"),
        (("After",), None),
    ]


def test_spelling_mistakes_of_a_source_stay_as_they_are() -> None:
    assert cleaned("Coldis an electrial feeling.").text == "Coldis an electrial feeling."


def test_canonical_text_is_nfc_with_single_plain_spaces() -> None:
    assert canonical("too\u00a0much  co\u0301ld\t.") == "too much cóld ."


@given(st.text(max_size=300))
def test_cleaning_loses_nothing_but_white_space_or_says_so(text: str) -> None:
    elements, _ = read_text(text, Path("a.txt"))
    document = clean(Source("a", elements, Metadata()))

    if document.dropped:
        return
    assert re.sub(r"\s+", "", document.text) == re.sub(r"\s+", "", canonical(text))


@given(
    st.lists(
        st.sampled_from(["Heading", "A sentence.", "Lead:", "• item", "FAQ", "Q? ›"]), max_size=12
    )
)
def test_sections_are_ordered_and_their_blocks_tile_the_text(lines: list[str]) -> None:
    document = cleaned("\n\n".join(lines))

    blocks = [block for section in document.sections for block in section.blocks]
    rebuilt = "".join(document.text[b.start : b.end] for b in blocks)

    assert [b.start for b in blocks] == sorted(b.start for b in blocks)
    assert rebuilt.replace("\n", "") == document.text.replace("\n", "")


def test_a_long_paragraph_that_also_disclaims_is_not_lost() -> None:
    long = "Feet get cold. " * 60 + "This is not a substitute for medical advice."

    assert cleaned(long).text == long
