"""Stage 1, read: files and folders -> Sources, one small reader a format.

Every file that could be an article comes out as a `Source` or as an `ArticleError`; none is
passed over in silence. Files that are about the folder (`README`, `sources.toml`, hidden files)
are not articles.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from ingest.errors import ArticleError
from ingest.read.jsonl import is_jsonl, read_jsonl
from ingest.read.markdown import read_markdown
from ingest.read.metadata import metadata_of, read_sources_toml
from ingest.read.text import read_text
from ingest.records import Element, Metadata, Source

MAX_BYTES = 20 * 1024 * 1024  # a 20 MiB text is ten books; more is not an article

Reader = Callable[[str, Path], tuple[tuple[Element, ...], dict[str, object]]]
READERS: dict[str, Reader] = {".txt": read_text, ".md": read_markdown}
NOT_ARTICLES = frozenset({"readme", "licence", "license", "notice", "changelog", "contributing"})


def read_articles(paths: Sequence[Path]) -> Iterator[Source | ArticleError]:
    """Each article below `paths` in a stable order: as a Source, or as the error that stopped it.

    A document's id is its path below the folder that was named, so it stays the same as long as
    the folder does; a record of a `.jsonl` library brings its own. Two articles that would share
    an id: the second is an error.
    """
    seen: set[str] = set()
    for root in paths:
        if not root.exists():
            yield ArticleError(root, "no such file or folder")
            continue
        for path in _article_files(root):
            for article in _read_file(path, root):
                if isinstance(article, Source):
                    if article.id in seen:
                        taken = f"another article has the id {article.id!r}; rename one"
                        article = ArticleError(path, taken)
                    else:
                        seen.add(article.id)
                yield article
        yield from _listed_but_missing(root)


def _article_files(root: Path) -> Iterator[Path]:
    """Every candidate file below `root`, sorted; `root` itself when it is a file."""
    if not root.is_dir():
        yield root
        return
    for path in sorted(root.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
        about_the_folder = path.stem.casefold() in NOT_ARTICLES or path.name == "sources.toml"
        if not (path.is_dir() or hidden or about_the_folder):
            yield path


def _read_file(path: Path, root: Path) -> Iterator[Source | ArticleError]:
    """The one article of a file, or the many of a `.jsonl` library."""
    try:
        if is_jsonl(path):
            _refuse_odd_file(path, root)
            yield from read_jsonl(path)
        else:
            document_id = path.relative_to(root).as_posix() if root.is_dir() else path.name
            yield _read_article(path, document_id, root)
    except ArticleError as error:
        yield error


def _read_article(path: Path, document_id: str, root: Path) -> Source:
    """Read one file with the reader of its format and the metadata that stands beside or in it."""
    reader = READERS.get(path.suffix.casefold())
    if reader is None:
        raise ArticleError(path, f"no reader for {path.suffix or 'files without an ending'!r}")
    elements, front_matter = reader(_read_utf8(path, root), path)
    if not elements:
        raise ArticleError(path, "the article is empty")
    beside = _metadata_beside(path)
    return Source(document_id, elements, beside or metadata_of(front_matter, path))


def _read_utf8(path: Path, root: Path) -> str:
    """The file's text."""
    _refuse_odd_file(path, root)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ArticleError(path, f"larger than {MAX_BYTES} bytes")
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ArticleError(path, f"not UTF-8 (byte {error.start}); save it as UTF-8") from error
    except OSError as error:
        raise ArticleError(path, f"cannot be opened ({error.strerror})") from error


def _refuse_odd_file(path: Path, root: Path) -> None:
    """A link that leaves the folder, or what is no plain file, is not opened."""
    inside = root.resolve() if root.is_dir() else path.parent.resolve()
    if path.is_symlink() and not path.resolve().is_relative_to(inside):
        raise ArticleError(path, "a symbolic link that leads out of the folder")
    if not path.is_file():  # a FIFO would block for ever
        raise ArticleError(path, "not a regular file")


def _metadata_beside(path: Path) -> Metadata | None:
    """What `sources.toml` in the same folder says of this file, if it says anything."""
    listing = path.parent / "sources.toml"
    return read_sources_toml(listing).get(path.name) if listing.is_file() else None


def _listed_but_missing(root: Path) -> Iterator[ArticleError]:
    """Articles that a `sources.toml` promises and the folder does not hold; or a broken listing."""
    listings = sorted(root.rglob("sources.toml")) if root.is_dir() else []
    for listing in listings:
        try:
            names = read_sources_toml(listing)
        except ArticleError as error:
            yield error
            continue
        for name in names:
            if not (listing.parent / name).exists():
                yield ArticleError(
                    listing.parent / name, f"listed in {listing.name}, but not there"
                )


__all__ = ["READERS", "read_articles"]
