"""Stage 1, read: files and folders -> Sources, one small reader a format.

Every file that could be an article comes out as a `Source` or as an `ArticleError`; none is
passed over in silence. Files that are about the folder (`README`, `sources.toml`, hidden files)
are not articles.
"""

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath

from ingest.errors import ArticleError
from ingest.read.formats import ENDINGS, HTML, Parsed, max_bytes, parse
from ingest.read.isolated import IsolatedParser
from ingest.read.jsonl import is_jsonl, read_jsonl
from ingest.read.metadata import metadata_of, read_listing
from ingest.records import Source

# Parsed in a process of their own: by large parsers, or large enough to take long.
ISOLATED = HTML | {".pdf", ".docx", ".epub"}
ISOLATED_FROM_BYTES = 64 * 1024  # Markdown made for it takes 2 s at this size, and its square above
NOT_ARTICLES = frozenset({"readme", "licence", "license", "notice", "changelog", "contributing"})


def read_articles(paths: Sequence[Path]) -> Iterator[Source | ArticleError]:
    """Each article below `paths` in a stable order: as a Source, or as the error that stopped it.

    A document's id is its path below the folder that was named, so it stays the same as long as
    the folder does; a record of a `.jsonl` library brings its own. Two articles that would share
    an id: the second is an error.
    """
    seen: set[str] = set()
    with IsolatedParser() as isolated:
        for root in paths:
            for path, article in _below(root, isolated):
                if isinstance(article, Source) and article.id in seen:
                    taken = f"another article has the id {article.id!r}; rename one"
                    yield ArticleError(path, taken)
                    continue
                if isinstance(article, Source):
                    seen.add(article.id)
                yield article


def _below(root: Path, isolated: IsolatedParser) -> Iterator[tuple[Path, Source | ArticleError]]:
    """Every article of one file or folder with its file, and what a listing promises in vain."""
    if not root.exists():
        yield root, ArticleError(root, "no such file or folder")
        return
    for path in _article_files(root):
        for article in _read_file(path, root, isolated):
            yield path, article
    for error in _listed_but_missing(root):
        yield error.path, error


def _article_files(root: Path) -> Iterator[Path]:
    """Every candidate file below `root`, sorted; `root` itself when it is a file."""
    if not root.is_dir():
        yield root
        return
    for path in sorted(root.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
        about_the_folder = path.stem.casefold() in NOT_ARTICLES or path.name == "sources.toml"
        is_folder = path.is_dir() and not path.is_symlink()  # a linked folder is not passed over
        if not (is_folder or hidden or about_the_folder):
            yield path


def _read_file(path: Path, root: Path, isolated: IsolatedParser) -> Iterator[Source | ArticleError]:
    """The one article of a file, or the many of a `.jsonl` library."""
    try:
        _refuse_odd_file(path, root)
        if is_jsonl(path):
            yield from read_jsonl(path)
        else:
            document_id = path.relative_to(root).as_posix() if root.is_dir() else path.name
            yield _read_article(path, document_id, isolated)
    except ArticleError as error:
        yield error


def _read_article(path: Path, document_id: str, isolated: IsolatedParser) -> Source:
    """Read one file with the reader of its format and the metadata that stands beside or in it.

    What the `sources.toml` beside it says goes before what the file says of itself.
    """
    if path.suffix.casefold() not in ENDINGS:
        raise ArticleError(path, f"no reader for {path.suffix or 'files without an ending'!r}")
    if not _is_text(document_id):
        raise ArticleError(path, "its name is not UTF-8 or holds control characters; rename it")
    elements, stated = _parsed(_bytes_of(path), path, isolated)
    if not elements:
        raise ArticleError(path, "the article is empty")
    return Source(document_id, elements, metadata_of({**stated, **_listed(path)}, path))


def _parsed(data: bytes, path: Path, isolated: IsolatedParser) -> Parsed:
    if not data.strip():
        raise ArticleError(path, "the article is empty")
    risky = path.suffix.casefold() in ISOLATED or len(data) > ISOLATED_FROM_BYTES
    try:
        return isolated.parse(data, path) if risky else parse(data, path)
    except RecursionError as error:
        raise ArticleError(path, "nested too deep to be an article") from error


def _bytes_of(path: Path) -> bytes:
    """The file's bytes, all of one moment; a pipe or a device that took its place is not read."""
    limit = max_bytes(path)
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
            before = os.fstat(file.fileno())
            if not stat.S_ISREG(before.st_mode):
                raise ArticleError(path, "not a regular file")
            if before.st_size > limit:
                raise ArticleError(path, f"larger than {limit} bytes")
            data = file.read(limit + 1)
            after = os.fstat(file.fileno())
    except OSError as error:
        raise ArticleError(path, f"cannot be opened ({error.strerror})") from error
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or len(
        data
    ) != after.st_size:
        raise ArticleError(path, "changed while it was read; try again")
    return data


def _is_text(name: str) -> bool:
    """Whether a name can be stored and shown: it was valid UTF-8 and has no control characters."""
    return all(ord(c) >= 32 and ord(c) != 127 and not 0xD800 <= ord(c) < 0xE000 for c in name)


def _refuse_odd_file(path: Path, root: Path) -> None:
    """A link that leaves the folder, or what is no plain file, is not opened."""
    inside = root.resolve() if root.is_dir() else path.parent.resolve()
    if path.is_symlink() and not path.resolve().is_relative_to(inside):
        raise ArticleError(path, "a symbolic link that leads out of the folder")
    if not path.is_file():  # a FIFO would block for ever
        raise ArticleError(path, "not a regular file")


def _listed(path: Path) -> dict[str, object]:
    """What `sources.toml` in the same folder says of this file, if it says anything."""
    listing = path.parent / "sources.toml"
    return read_listing(listing).get(path.name, {}) if listing.is_file() else {}


def _listed_but_missing(root: Path) -> Iterator[ArticleError]:
    """Articles that a `sources.toml` promises and the folder does not hold; or a broken listing."""
    listings = sorted(root.rglob("sources.toml")) if root.is_dir() else []
    for listing in listings:
        try:
            names = read_listing(listing)
        except ArticleError as error:
            yield error
            continue
        for name in names:
            if PurePath(name).name != name:
                yield ArticleError(listing, f"lists {name!r}; name files of its own folder only")
            elif not (listing.parent / name).exists():
                yield ArticleError(
                    listing.parent / name, f"listed in {listing.name}, but not there"
                )


__all__ = ["read_articles"]
