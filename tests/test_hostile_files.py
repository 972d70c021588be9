"""Files made to break a reader: each is skipped with a reason, and the good one beside it goes in.

All of SAFETY F11; the files are written here, into a temporary folder.
"""

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document as Word
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from ingest import ArticleError
from ingest.read import read_articles
from ingest.read.isolated import IsolatedParser
from ingest.records import Source
from tests.written_files import archive, docx, epub, pdf

REPOSITORY = Path(__file__).resolve().parents[1]
GIB = 1024**3
BOMB = (
    '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>'
)
READ_ALL = """
import json, re, resource, sys
from pathlib import Path
from ingest import ArticleError
from ingest.read import read_articles
found = {}
for a in read_articles([Path(sys.argv[1])]):
    is_error = isinstance(a, ArticleError)
    name = ascii(a.path.relative_to(sys.argv[1]).as_posix() if is_error else a.id)
    found[name] = a.reason if is_error else None
# A process starts with its parent's ru_maxrss; VmHWM is its own.
status = open("/proc/self/status").read()
own = int(re.search(r"VmHWM:\\s+(\\d+) kB", status)[1])
child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps([found, [own * 1024, child * 1024]]))
"""


def locked_pdf() -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, encrypt=StandardEncryption("secret"))
    canvas.drawString(60, 700, "Feet get cold.")
    canvas.save()
    return out.getvalue()


def with_member(data: bytes, name: str, content: bytes | str) -> bytes:
    """The archive with one member put in, or in the place of the one of that name."""
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        members: dict[str, bytes | str] = {m: old.read(m) for m in old.namelist()}
    return archive({**members, name: content})


def word() -> bytes:
    built = Word()
    built.add_paragraph("Feet get cold.")
    return docx(built)


CHAPTERS = {"one": "<p>Feet get cold.</p>"}
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty.txt": (lambda: b"", "the article is empty"),
    "empty.html": (lambda: b" \n", "the article is empty"),
    "empty.pdf": (lambda: b"", "the article is empty"),
    "empty.docx": (lambda: b"", "the article is empty"),
    "empty.epub": (lambda: b"", "the article is empty"),
    "invalid.txt": (lambda: b"Feet \xff", "not UTF-8 (byte 5)"),
    "invalid.html": (lambda: b"<p>Feet \xff", "declares no character set and is not in it"),
    "utf16.txt": (lambda: "Feet".encode("utf-16"), "in UTF-16; save it as UTF-8"),
    "utf16.html": (lambda: "<p>Feet".encode("utf-16"), "declares no character set"),
    "nuls.md": (lambda: b"Feet\0get\0cold", "holds NUL characters"),
    "nuls.html": (lambda: b"<p>Feet\0get cold", "holds NUL characters"),
    "deep.html": (lambda: b"<div>" * 100_000 + b"Feet", "nested deeper than 256"),
    "deep.md": (lambda: b"---\na: " + b"[" * 100_000 + b"\n---\nFeet", "too long or too nested"),
    "aliases.md": (
        lambda: b"---\na: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n---\nFeet",
        "front matter with YAML aliases is refused",
    ),
    "locked.pdf": (locked_pdf, "is encrypted; save it without a password"),
    "pictures.pdf": (lambda: pdf([[], []]), "holds no text, only pictures"),
    "broken.pdf": (lambda: b"%PDF-1.7\n" + b"1 0 obj" * 999, "not a PDF"),
    "entities.docx": (
        lambda: with_member(word(), "word/document.xml", f"{BOMB}<x>&d;</x>"),
        "declares XML entities",
    ),
    "entities.epub": (
        lambda: with_member(epub(CHAPTERS), "text/book.opf", f"{BOMB}<x>&d;</x>"),
        "declares XML entities",
    ),
    "chapter.epub": (
        lambda: with_member(epub(CHAPTERS), "text/one.xhtml", f"{BOMB}<p>&d;</p>"),
        "declares XML entities",
    ),
    "bomb.docx": (lambda: with_member(word(), "word/media/a.png", b"0" * 9_000_000), "a zip bomb"),
    "bomb.epub": (
        lambda: with_member(epub(CHAPTERS), "text/one.xhtml", b" " * 30_000_000),
        "unpacks to 3",
    ),
    "many.epub": (lambda: archive({f"{n}": "" for n in range(5_001)}), "in 5001 parts; too many"),
    "slip.epub": (
        lambda: with_member(epub(CHAPTERS), "../../escaped.xhtml", "x"),
        "holds a part whose name leads out of it",
    ),
    "cut.docx": (lambda: word()[:-200], "not a .docx file"),
    "unknown.xyz": (lambda: b"Feet", "no reader for '.xyz'"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every hostile file at once, and a good file of each format."""
    root = tmp_path_factory.mktemp("hostile") / "articles"
    root.mkdir()
    for name, (content, _) in HOSTILE.items():
        (root / name).write_bytes(content())
    good = b"<html><body><p>Feet get cold.</p></body></html>"
    (root / "good.html").write_bytes(good)
    (root / "good.txt").write_bytes(b"Feet get cold.")
    (root / "good.epub").write_bytes(epub(CHAPTERS))
    (root / "good.docx").write_bytes(word())
    (root / "good.pdf").write_bytes(pdf([[(60, 700, "Feet get cold.", 10)]]))
    (root / "bomb.html").write_text(f"{BOMB}<p>Feet get &d;cold.</p>")
    for name in ("huge.txt", "huge.html", "huge.pdf", "huge.jsonl"):
        with (root / name).open("wb") as sparse:
            sparse.truncate(GIB)
    os.mkfifo(root / "pipe.html")
    (root.parent / "secret.html").write_bytes(good)
    (root / "link.html").symlink_to(root.parent / "secret.html")
    (root / "folder-link").symlink_to(root.parent)
    for name in (b"odd \xff.txt", b"odd\n.txt", "odd – über 🦶.txt".encode()):
        Path(os.fsdecode(os.fsencode(root) + b"/" + name)).write_bytes(b"Feet get cold.")
    (root / "twice.jsonl").write_text('{"_id": "a", "text": "Feet."}\n' * 2)
    (root / "sources.toml").write_text('[[source]]\nfile = "../secret.html"\n')
    return root


@pytest.fixture(scope="module")
def outcome(folder: Path) -> tuple[dict[str, str | None], list[int]]:
    """Reason by file name, None for what was read; and peak memory of the reader and its child."""
    done = subprocess.run(
        [sys.executable, "-c", READ_ALL, str(folder)],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    found, peak = json.loads(done.stdout)
    return {name[1:-1]: reason for name, reason in found.items()}, peak


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_skipped_with_its_reason(
    name: str, outcome: tuple[dict[str, str | None], list[int]]
) -> None:
    assert HOSTILE[name][1] in (outcome[0][name] or "it was read")


def test_everything_else_goes_in(outcome: tuple[dict[str, str | None], list[int]]) -> None:
    read = {name for name, reason in outcome[0].items() if reason is None}

    assert read == {
        "a",
        "bomb.html",
        "good.docx",
        "good.epub",
        "good.html",
        "good.pdf",
        "good.txt",
        r"odd \u2013 \xfcber \U0001f9b6.txt",
    }


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("huge.txt", "larger than 20971520 bytes"),
        ("huge.html", "larger than 20971520 bytes"),
        ("huge.pdf", "larger than 104857600 bytes"),
        ("huge.jsonl", "line 1: longer than 20971520 bytes; stopped here"),
        ("pipe.html", "not a regular file"),
        ("link.html", "a symbolic link that leads out of the folder"),
        ("folder-link", "a symbolic link that leads out of the folder"),
        (r"odd \udcff.txt", "its name is not UTF-8 or holds control characters; rename it"),
        (r"odd\n.txt", "its name is not UTF-8 or holds control characters; rename it"),
        ("twice.jsonl", "another article has the id 'a'; rename one"),
        ("sources.toml", "lists '../secret.html'; name files of its own folder only"),
    ],
)
def test_a_file_that_is_not_what_it_seems_is_skipped(
    name: str, reason: str, outcome: tuple[dict[str, str | None], list[int]]
) -> None:
    assert outcome[0][name] == reason


def test_memory_stays_below_a_gibibyte(outcome: tuple[dict[str, str | None], list[int]]) -> None:
    assert max(outcome[1]) < GIB


def test_a_zip_slip_writes_nothing(
    folder: Path, outcome: tuple[dict[str, str | None], list[int]]
) -> None:
    assert outcome[0]["slip.epub"]
    assert sorted(p.name for p in folder.parent.iterdir()) == ["articles", "secret.html"]
    assert not (folder.parent.parent / "escaped.xhtml").exists()


def test_a_reader_that_takes_too_long_is_ended_and_the_next_file_is_read() -> None:
    page = b"<p>Feet get cold.</p>"

    with IsolatedParser(seconds=0) as hurried, pytest.raises(ArticleError, match="longer than 0 s"):
        hurried.parse(page * 100_000, Path("a.html"))
    with IsolatedParser() as parser:
        assert [e.text for e in parser.parse(page, Path("a.html"))[0]] == ["Feet get cold."]


def test_a_reader_that_needs_too_much_memory_is_ended_and_the_next_file_is_read() -> None:
    page = b"<p>Feet get cold.</p>"

    with IsolatedParser() as parser:
        with pytest.raises(ArticleError, match="memory"):
            parser.parse(b"<i>x</i>" * 8_000_000, Path("a.html"))
        assert [e.text for e in parser.parse(page, Path("b.html"))[0]] == ["Feet get cold."]


def test_a_file_that_changes_while_it_is_read_is_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = tmp_path / "a.txt"
    article.write_text("Feet get cold.")
    fstat, calls = os.fstat, []

    def fstat_then_grow(descriptor: int) -> os.stat_result:
        found = fstat(descriptor)
        if not calls:
            article.write_text("Feet get cold. Hands as well.")
        calls.append(descriptor)
        return found

    monkeypatch.setattr(os, "fstat", fstat_then_grow)
    (found,) = read_articles([tmp_path])

    assert isinstance(found, ArticleError)
    assert found.reason == "changed while it was read; try again"


def test_a_folder_named_by_a_way_round_has_the_same_ids(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "a.txt").write_text("Feet get cold.")

    (found,) = read_articles([tmp_path / "articles" / ".." / "articles"])

    assert isinstance(found, Source)
    assert found.id == "a.txt"
