"""The formats of articles: file ending -> reader, from bytes to elements and stated metadata."""

from collections.abc import Callable
from pathlib import Path

from ingest.errors import ArticleError
from ingest.read.markdown import read_markdown
from ingest.read.text import read_text
from ingest.records import Element

MIB = 1024 * 1024
MAX_TEXT_BYTES = 20 * MIB  # a 20 MiB text is ten books; more is not an article
MAX_PACKED_BYTES = 100 * MIB  # pictures weigh; what the words may weigh is checked when unpacked
MAX_BYTES = {".pdf": MAX_PACKED_BYTES, ".docx": MAX_PACKED_BYTES, ".epub": MAX_PACKED_BYTES}

Fields = dict[str, object]
Parsed = tuple[tuple[Element, ...], Fields]
Reader = Callable[[bytes, Path], Parsed]
TEXT = frozenset({".txt", ".md"})
HTML = frozenset({".html", ".htm", ".xhtml"})
ENDINGS = TEXT | HTML | {".pdf", ".docx", ".epub"}


def parse(data: bytes, path: Path) -> Parsed:
    """The elements of a file, and the metadata that it states, by the reader of its format.

    Raises:
        ArticleError: no reader knows the ending, or the file is not what its ending says.
    """
    return _reader(path)(data, path)


def max_bytes(path: Path) -> int:
    """How large a file of this format may be."""
    return MAX_BYTES.get(path.suffix.casefold(), MAX_TEXT_BYTES)


def _reader(path: Path) -> Reader:
    """Readers are imported when they are needed: their libraries are heavy."""
    ending = path.suffix.casefold()
    if ending == ".txt":
        return lambda data, path: read_text(utf8(data, path), path)
    if ending == ".md":
        return lambda data, path: read_markdown(utf8(data, path), path)
    if ending in HTML:
        from ingest.read.html import read_html

        return read_html
    if ending == ".pdf":
        from ingest.read.pdf import read_pdf

        return read_pdf
    if ending == ".docx":
        from ingest.read.docx import read_docx

        return read_docx
    if ending == ".epub":
        from ingest.read.epub import read_epub

        return read_epub
    raise ArticleError(path, f"no reader for {path.suffix or 'files without an ending'!r}")


def utf8(data: bytes, path: Path) -> str:
    """The text of a file in UTF-8, with no character replaced.

    Raises:
        ArticleError: it is in another encoding, or is no text.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ArticleError(path, "in UTF-16; save it as UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ArticleError(path, f"not UTF-8 (byte {error.start}); save it as UTF-8") from error
    if "\0" in text:
        raise ArticleError(path, "holds NUL characters, so it is no text; save it as UTF-8")
    return text
