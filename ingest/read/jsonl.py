"""A large library in one file: BEIR's `.jsonl` or `.jsonl.gz`, one article a line -> Sources.

A line is {"_id", "title", "text", "metadata"}; only `_id` and `text` are needed. Lines are read one
at a time, so a library of any size needs the memory of its longest line. A bad line is one article
that cannot be read; the others go on.
"""

import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from io import BufferedReader
from pathlib import Path

from ingest.errors import ArticleError
from ingest.read.metadata import metadata_of
from ingest.read.text import read_text
from ingest.records import Element, ElementKind, Source

ENDINGS = (".jsonl", ".jsonl.gz")
MAX_LINE_BYTES = 20 * 1024 * 1024  # as much as an article that is a file of its own may have


def is_jsonl(path: Path) -> bool:
    """Whether a file holds an article a line."""
    return path.name.casefold().endswith(ENDINGS)


def read_jsonl(path: Path) -> Iterator[Source | ArticleError]:
    """Each line as a Source whose id is its `_id`, or as the error that names file and line."""
    number = 0
    try:
        with _open(path) as file:
            while line := file.readline(MAX_LINE_BYTES + 1):
                number += 1
                if len(line) > MAX_LINE_BYTES:
                    reason = f"line {number}: longer than {MAX_LINE_BYTES} bytes; stopped here"
                    yield ArticleError(path, reason)
                    return
                if line.strip():
                    yield _read_line(line, number, path)
    except (OSError, EOFError) as error:  # not gzip, cut short, or unreadable
        yield ArticleError(path, f"unreadable after line {number}: {error}")


def _open(path: Path) -> gzip.GzipFile | BufferedReader:
    return gzip.GzipFile(path) if path.suffix.casefold() == ".gz" else path.open("rb")


def _read_line(line: bytes, number: int, path: Path) -> Source | ArticleError:
    """One article, or why there is none."""
    try:
        return _source(_fields(line), path)
    except (ValueError, RecursionError) as error:  # JSON and Unicode errors are ValueErrors
        return ArticleError(path, f"line {number}: {error}")
    except ArticleError as error:
        return ArticleError(path, f"line {number}: {error.reason}")


def _fields(line: bytes) -> dict[str, object]:
    raw = json.loads(line.decode("utf-8-sig"))
    if not isinstance(raw, dict):
        raise ValueError('needs an object {"_id", "title", "text", "metadata"}')
    for key in ("_id", "text"):
        if not isinstance(raw.get(key), str) or not raw[key].strip():
            raise ValueError(f"{key!r} must be text that is not empty")
    if not isinstance(raw.get("metadata") or {}, dict):
        raise ValueError("'metadata' must be an object")
    return raw


def _source(raw: dict[str, object], path: Path) -> Source:
    """The record's own title goes before one in its metadata; the file's name tells nothing."""
    inner = raw.get("metadata") or {}
    assert isinstance(inner, dict)
    about = metadata_of({**inner, "title": raw.get("title") or inner.get("title")}, path)
    return Source(str(raw["_id"]), _elements(str(raw["text"]), path), about)


def _elements(text: str, path: Path) -> tuple[Element, ...]:
    """The shapes of plain text. A last line with nothing under it is no heading: it is the text."""
    elements, _ = read_text(text, path)
    if elements[-1].kind is ElementKind.HEADING:
        return (*elements[:-1], replace(elements[-1], kind=ElementKind.PARAGRAPH))
    return elements
