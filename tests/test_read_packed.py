"""PDF, DOCX and EPUB: structure survives, page furniture does not, properties are not trusted."""

import io
from pathlib import Path

import pytest
from docx import Document as Word

from ingest import ArticleError
from ingest.read.docx import read_docx
from ingest.read.epub import read_epub
from ingest.read.pdf import read_pdf
from ingest.records import Element, ElementKind
from tests.written_files import HEIGHT, archive, column, docx, epub, pdf

HEADING, PARAGRAPH, ITEM = ElementKind.HEADING, ElementKind.PARAGRAPH, ElementKind.LIST_ITEM
FULL = "Feet get cold when less blood reaches them and that happens in winter"


def read(*pages: list[tuple[float, float, str, float]]) -> list[Element]:
    return list(read_pdf(pdf(pages), Path("a.pdf"))[0])


def test_a_pdfs_headings_are_told_by_their_size_and_its_lists_by_their_marks() -> None:
    found = read(
        [
            (60, 760, "Cold feet", 18),
            *column(FULL, "and not only then. Reasons include:", top=730),
            *column("• Frost", "• Wet socks, which are a", "   reason of their own", top=700),
            (60, 650, "What helps", 13),
            *column("Socks help.", top=630),
        ]
    )

    assert found == [
        Element(HEADING, "Cold feet", 1),
        Element(PARAGRAPH, f"{FULL} and not only then. Reasons include:"),
        Element(ITEM, "• Frost", 1),
        Element(ITEM, "• Wet socks, which are a reason of their own", 1),
        Element(HEADING, "What helps", 2),
        Element(PARAGRAPH, "Socks help."),
    ]


def test_two_columns_are_read_one_after_the_other() -> None:
    left = column("Feet get cold in winter,", "when less blood reaches", x=60)
    right = column("them, and then socks", "help nearly everyone.", x=320)

    assert read([*left, *right]) == [
        Element(
            PARAGRAPH,
            "Feet get cold in winter, when less blood reaches them, and then socks help nearly"
            " everyone.",
        )
    ]


def test_headers_footers_and_page_numbers_are_left_out() -> None:
    pages = [
        [
            (60, HEIGHT - 40, f"Journal of Feet 12({n})", 8),
            *column(f"Page {n} says something of its own.", top=600),
            (300, 40, f"Page {n} of 3", 8),
        ]
        for n in (1, 2, 3)
    ]

    assert [e.text for e in read(*pages)] == [
        f"Page {n} says something of its own." for n in (1, 2, 3)
    ]


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        # a word of the dictionary; one that the page writes with its hyphen; one that nobody knows
        (("The circula-", "tion of blood."), "The circulation of blood."),
        (
            ("A well-", "known fact, and well-known at that."),
            "A well-known fact, and well-known at that.",
        ),
        (("The zyx-", "wvu of Foot."), "The zyx-wvu of Foot."),
        # what the page writes elsewhere goes before the dictionary, which knows "resign"
        (("The zyx-", "wvu is a zyxwvu."), "The zyxwvu is a zyxwvu."),
        (("Nurses re-", "sign; they re-sign."), "Nurses re-sign; they re-sign."),
    ],
)
def test_a_word_that_a_lines_end_broke_is_one_word_again(lines: tuple[str, str], text: str) -> None:
    assert [e.text for e in read(column(*lines))] == [text]


def test_the_rows_of_a_pdfs_table_are_not_taken_for_text() -> None:
    row = [(60, 600, "Wool", 10), (200, 600, "5 mg", 10), (320, 600, "twice", 10)]

    assert [e.kind for e in read([*column("Socks compared."), *row])] == [
        PARAGRAPH,
        ElementKind.TABLE,
    ]


def test_a_pdfs_properties_are_believed_where_its_text_says_the_same() -> None:
    rows = [(60, 760, "Cold feet", 18), *column("By Ada Foot", "", "Feet get cold.", top=730)]

    honest = read_pdf(pdf([rows], title="Cold feet", author="Ada Foot"), Path("a.pdf"))[1]
    template = read_pdf(pdf([rows], title="Microsoft Word - a.doc", author="user"), Path("a.pdf"))[
        1
    ]

    assert honest == {"title": "Cold feet", "authors": ["Ada Foot"]}
    assert template == {}


def test_a_pdf_of_pictures_and_an_encrypted_one_say_what_to_do(tmp_path: Path) -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    locked = Canvas(out, encrypt=StandardEncryption("secret", canPrint=0))
    locked.drawString(60, 700, "Feet get cold.")
    locked.save()

    with pytest.raises(ArticleError, match=r"holds no text, only pictures; run text recognition"):
        read_pdf(pdf([[]]), Path("a.pdf"))
    with pytest.raises(ArticleError, match="is encrypted; save it without a password"):
        read_pdf(out.getvalue(), Path("a.pdf"))
    with pytest.raises(ArticleError, match="not a PDF"):
        read_pdf(b"%PDF-1.7 and then nothing", Path("a.pdf"))


def word() -> "Word":
    built = Word()
    built.add_heading("Cold feet", 0)
    built.add_paragraph("Feet get cold. Reasons include:")
    built.add_paragraph("Frost", style="List Bullet")
    built.add_heading("Socks", 2)
    table = built.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ("Sock", "Warmth", "Wool", "high"), strict=True):
        cell.text = text
    built.sections[0].header.paragraphs[0].text = "Header of every page"
    return built


def test_a_word_documents_styles_are_its_structure() -> None:
    elements, fields = read_docx(
        docx(word(), title="Cold feet", author="python-docx"), Path("a.docx")
    )

    assert elements[:4] == (
        Element(HEADING, "Cold feet", 1),
        Element(PARAGRAPH, "Feet get cold. Reasons include:"),
        Element(ITEM, "• Frost", 1),
        Element(HEADING, "Socks", 2),
    )
    assert {e.kind for e in elements[4:]} == {ElementKind.TABLE}
    assert fields == {"title": "Cold feet"}


def test_an_epubs_chapters_come_in_the_order_of_its_spine() -> None:
    about = (
        "<dc:title>On feet</dc:title><dc:creator>Ada Foot</dc:creator><dc:date>2024-05</dc:date>"
        "<dc:publisher>Foot Press</dc:publisher><dc:rights>CC BY 4.0</dc:rights>"
    )

    elements, fields = read_epub(
        epub({"b": "<h1>Cold</h1><p>Feet get cold.</p>", "a": "<p>Socks help.</p>"}, about),
        Path("a.epub"),
    )

    assert [e.text for e in elements] == ["Cold", "Feet get cold.", "Socks help."]
    assert fields == {
        "title": "On feet",
        "authors": ["Ada Foot"],
        "published": "2024-05",
        "publisher": "Foot Press",
        "licence": "CC BY 4.0",
    }


def test_an_archive_that_is_no_epub_says_so() -> None:
    with pytest.raises(ArticleError, match="cannot be unpacked"):
        read_epub(archive({"a.txt": "Feet"}), Path("a.epub"))
    with pytest.raises(ArticleError, match=r"not a \.epub file"):
        read_epub(b"Feet", Path("a.epub"))
