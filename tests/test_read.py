"""Stage 1: files become Sources, and what cannot be read is named with its reason."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest import ArticleError, Metadata, WrittenFrom
from ingest.read import read_articles
from ingest.read.markdown import read_markdown
from ingest.read.text import read_text
from ingest.records import Element, ElementKind, Source

Write = Callable[[dict[str, str]], Path]
HEADING, PARAGRAPH, ITEM = ElementKind.HEADING, ElementKind.PARAGRAPH, ElementKind.LIST_ITEM


def read_one(folder: Path) -> Source:
    (found,) = read_articles([folder])
    assert isinstance(found, Source), found
    return found


def reasons(folder: Path) -> list[str]:
    return [f.reason for f in read_articles([folder]) if isinstance(f, ArticleError)]


def test_plain_text_shapes_tell_headings_lists_and_paragraphs_apart() -> None:
    text = "Cold feet\n\nFeet get cold.\nReasons include:\n\n  • Frost\n2. Thin socks\nWhy socks?\n"

    elements, front_matter = read_text(text, Path("a.txt"))

    assert elements == (
        Element(HEADING, "Cold feet"),
        Element(PARAGRAPH, "Feet get cold."),
        Element(PARAGRAPH, "Reasons include:"),
        Element(ITEM, "• Frost"),
        Element(ITEM, "2. Thin socks"),
        Element(HEADING, "Why socks?"),
    )
    assert front_matter == {}


def test_a_hard_wrapped_paragraph_is_one_paragraph_again() -> None:
    rows = (
        "Feet that are cold in a warm room have many causes, and most of\n"
        "them are harmless. A nurse can look at them."
    )

    elements, _ = read_text(rows, Path("a.txt"))

    assert [e.text for e in elements] == [rows.replace("\n", " ")]


def test_markdown_keeps_words_and_drops_marks() -> None:
    text = (
        "# Cold *feet*\n\nSee **this** [page](http://x.example).\nIt helps.\n\n"
        "- Frost\n- Ice\n\n3. Three\n"
    )

    elements, _ = read_markdown(text, Path("a.md"))

    assert elements == (
        Element(HEADING, "Cold feet", 1),
        Element(PARAGRAPH, "See this page. It helps."),
        Element(ITEM, "• Frost"),
        Element(ITEM, "• Ice"),
        Element(ITEM, "3. Three"),
    )


def test_html_in_markdown_is_text_and_not_interpreted() -> None:
    elements, _ = read_markdown("Cold <b>feet</b>.\n\n<script>alert(1)</script>\n", Path("a.md"))

    assert [e.text for e in elements] == ["Cold <b>feet</b>.", "<script>alert(1)</script>"]


def test_a_row_of_a_table_says_what_its_columns_are() -> None:
    table = "| Sock | Warm |\n|---|---|\n| Wool | yes |\n| Silk | |\n"

    elements, _ = read_markdown(table, Path("a.md"))

    assert [e.text for e in elements] == ["• Sock: Wool; Warm: yes", "• Sock: Silk"]


def test_front_matter_is_metadata_and_not_stated_is_none(articles: Write) -> None:
    folder = articles(
        {
            "a.md": "---\ntitle: Cold feet\npublisher: not stated\npublished: 2024-05-01\n"
            "authors: [Ada, Ben]\nsource:\n  title: Feet\n  publisher: Foot Weekly\n"
            "  url: https://feet.example\n---\nFeet get cold.\n"
        }
    )

    assert read_one(folder).metadata == Metadata(
        title="Cold feet",
        publisher=None,
        published="2024-05-01",
        authors=("Ada", "Ben"),
        written_from=(WrittenFrom("Feet", "Foot Weekly", "https://feet.example"),),
    )


def test_an_article_may_name_several_sources_and_what_rests_on_each(articles: Write) -> None:
    folder = articles(
        {
            "a.md": "---\ntitle: Cold feet\nsources:\n"
            "  - {title: Feet, publisher: Weekly, url: https://feet.example, sections: [Socks]}\n"
            "  - {title: Toes, publisher: News, url: https://toes.example, sections: [Cold feet]}\n"
            "---\nFeet get cold.\n\n## Socks\n\nSocks are warm.\n"
        }
    )

    about = read_one(folder).metadata

    feet = WrittenFrom("Feet", "Weekly", "https://feet.example", ("Socks",))
    toes = WrittenFrom("Toes", "News", "https://toes.example", ("Cold feet",))
    assert about.written_from == (feet, toes)
    assert about.sources_of("Socks") == (feet,)
    assert about.sources_of(None) == (toes,)
    assert about.sources_of("A heading that no source names") == (feet, toes)


def test_a_sources_toml_beside_an_article_gives_its_metadata(articles: Write) -> None:
    folder = articles(
        {
            "a.txt": "Feet get cold.",
            "sources.toml": '[[source]]\nfile = "a.txt"\npublisher = "Foot Weekly"\n'
            'url = "https://feet.example/1"\nlicence = "not stated"\n',
        }
    )

    assert read_one(folder).metadata == Metadata(
        publisher="Foot Weekly", url="https://feet.example/1", licence=None
    )


def test_an_article_that_the_listing_promises_and_the_folder_lacks_is_reported(
    articles: Write,
) -> None:
    folder = articles({"a.txt": "Cold.", "sources.toml": '[[source]]\nfile = "b.txt"\n'})

    assert reasons(folder) == ["listed in sources.toml, but not there"]


def test_a_documents_id_is_its_path_below_the_folder_that_was_named(articles: Write) -> None:
    folder = articles({"feet/cold.md": "Feet get cold.", "README.md": "About this folder."})

    assert [s.id for s in read_articles([folder]) if isinstance(s, Source)] == ["feet/cold.md"]


def test_two_articles_with_one_id_are_not_mixed_up(articles: Write, tmp_path: Path) -> None:
    first = articles({"a.md": "Feet get cold."})
    second = tmp_path / "more"
    second.mkdir()
    (second / "a.md").write_text("Hands get cold.", encoding="utf-8")

    found = list(read_articles([first, second]))

    assert isinstance(found[0], Source)
    assert isinstance(found[1], ArticleError)
    assert found[1].reason == "another article has the id 'a.md'; rename one"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.txt", b"", "the article is empty"),
        ("a.txt", b" \n\n", "the article is empty"),
        ("a.txt", b"Feet \xff\xfe", "not UTF-8 (byte 5); save it as UTF-8"),
        ("a.xyz", b"Feet", "no reader for '.xyz'"),
        ("a.md", b"---\ntitle: x\n", "the front matter that begins with '---' does not end"),
        ("a.md", b"---\n- x\n---\nFeet", "front matter must be 'key: value' lines"),
        ("a.md", b"---\na: &b [1]\nc: *b\n---\n", "front matter with YAML aliases is refused"),
        ("a.md", b"---\ntitle: [1]\n---\nFeet", "metadata key 'title' must be text, found [1]"),
    ],
)
def test_an_unreadable_article_is_skipped_with_its_reason(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    (tmp_path / name).write_bytes(content)

    assert reasons(tmp_path) == [reason]


def test_broken_yaml_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\ntitle: 'x\n---\nFeet", encoding="utf-8")

    (found,) = read_articles([tmp_path])

    assert isinstance(found, ArticleError)
    assert found.path == tmp_path / "a.md"
    assert found.reason.startswith("front matter is not YAML")


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("Not for the index.", encoding="utf-8")
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a.txt").symlink_to(tmp_path / "secret.txt")

    assert reasons(folder) == ["a symbolic link that leads out of the folder"]


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")

    assert reasons(tmp_path) == ["not a regular file"]


def test_a_path_that_does_not_exist_is_reported(tmp_path: Path) -> None:
    assert reasons(tmp_path / "nowhere") == ["no such file or folder"]
