"""What is known of an article, from front matter or from the `sources.toml` beside it.

Nothing is inferred: a key that is missing, empty or says "not stated" is None.
"""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path

from ingest.errors import ArticleError
from ingest.records import AskedAs, Metadata, WrittenFrom

MAX_LISTING_BYTES = 20 * 1024 * 1024
NOT_STATED = frozenset({"", "not stated", "unknown", "n/a"})


def metadata_of(fields: Mapping[str, object], path: Path) -> Metadata:
    """Metadata from one table of keys; keys that Quoth has no use for are ignored.

    Raises:
        ArticleError: a key holds something other than text, a date or a list of names.
    """
    return Metadata(
        title=_text(fields, "title", path),
        publisher=_text(fields, "publisher", path),
        url=_text(fields, "url", path),
        published=_text(fields, "published", path),
        updated=_text(fields, "updated", path),
        read_on=_text(fields, "read_on", path),
        authors=_names(fields, path),
        kind=_text(fields, "kind", path),
        licence=_text(fields, "licence", path),
        doi=_text(fields, "doi", path),
        copy_of=_text(fields, "copy_of", path),
        statement=_text(fields, "statement", path),
        written_from=_written_from(fields, path),
        asked_as=_asked_as(fields, path),
    )


def read_listing(listing: Path) -> dict[str, dict[str, object]]:
    """File name -> its keys, from a `sources.toml` with one `[[source]]` table an article.

    Raises:
        ArticleError: the listing is not TOML, or an entry names no file or holds what is no text.
    """
    return _read_listing(listing, listing.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _read_listing(listing: Path, _changed_ns: int) -> dict[str, dict[str, object]]:
    """Parse once for all files of a folder; the time of change is part of the key."""
    try:
        if listing.stat().st_size > MAX_LISTING_BYTES:
            raise ArticleError(listing, f"larger than {MAX_LISTING_BYTES} bytes")
        entries = tomllib.loads(listing.read_text(encoding="utf-8")).get("source", [])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise ArticleError(listing, f"not readable as TOML: {error}") from error
    if not all(isinstance(e, dict) and isinstance(e.get("file"), str) for e in entries):
        raise ArticleError(listing, 'every [[source]] needs file = "name of the article file"')
    for entry in entries:
        metadata_of(entry, listing)  # a mistake is the listing's, not the article's
    return {entry["file"]: entry for entry in entries}


def _text(fields: Mapping[str, object], key: str, path: Path) -> str | None:
    """One field as text; YAML and TOML turn bare dates into dates, which go back to ISO form."""
    value = fields.get(key)
    if isinstance(value, date):
        return value.isoformat()
    if value is None or (isinstance(value, str) and value.strip().casefold() in NOT_STATED):
        return None
    if not isinstance(value, str):
        raise ArticleError(path, f"metadata key {key!r} must be text, found {value!r}")
    return " ".join(value.split())


def _names(fields: Mapping[str, object], path: Path) -> tuple[str, ...]:
    """The authors: a list of names, one name, or nobody stated."""
    key = "author" if "authors" not in fields and "author" in fields else "authors"
    return tuple(name for name in _list(fields, key, path) if name.casefold() not in NOT_STATED)


def _list(fields: Mapping[str, object], key: str, path: Path) -> tuple[str, ...]:
    """One field as a list of text; a single text is a list of one."""
    value = fields.get(key) or []
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise ArticleError(path, f"metadata key {key!r} must be a list of names, found {value!r}")
    return tuple(text.strip() for text in texts)


def _written_from(fields: Mapping[str, object], path: Path) -> tuple[WrittenFrom, ...]:
    """The published sources of an article that was written for this project: one, or a list."""
    value = fields.get("sources", fields.get("source")) or []
    sources = [value] if isinstance(value, dict) else value
    if not isinstance(sources, list) or not all(isinstance(source, dict) for source in sources):
        raise ArticleError(
            path, "metadata key 'sources' must list title, publisher and url of each"
        )
    return tuple(
        WrittenFrom(
            title=_text(source, "title", path),
            publisher=_text(source, "publisher", path),
            url=_text(source, "url", path),
            sections=_list(source, "sections", path),
            published=_text(source, "published", path),
        )
        for source in sources
    )


def _asked_as(fields: Mapping[str, object], path: Path) -> tuple[AskedAs, ...]:
    """Under each heading or FAQ question of an article, other ways in which people ask for it."""
    value = fields.get("asked_as") or {}
    if not isinstance(value, dict) or not all(isinstance(section, str) for section in value):
        raise ArticleError(
            path, "metadata key 'asked_as' must list wordings under headings or FAQ questions"
        )
    return tuple(AskedAs(" ".join(s.split()), _list(value, s, path)) for s in value)
