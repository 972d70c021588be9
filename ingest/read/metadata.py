"""What is known of an article, from front matter or from the `sources.toml` beside it.

Nothing is inferred: a key that is missing, empty or says "not stated" is None.
"""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path

from ingest.errors import ArticleError
from ingest.records import Metadata, WrittenFrom

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
    value = fields.get("authors", fields.get("author")) or []
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ArticleError(path, f"metadata key 'authors' must be a list of names, found {value!r}")
    return tuple(name.strip() for name in names if name.strip().casefold() not in NOT_STATED)


def _written_from(fields: Mapping[str, object], path: Path) -> WrittenFrom | None:
    """The published source of an article that was written for this project."""
    source = fields.get("source")
    if source is None:
        return None
    if not isinstance(source, dict):
        raise ArticleError(path, "metadata key 'source' must hold title, publisher and url")
    return WrittenFrom(*(_text(source, key, path) for key in ("title", "publisher", "url")))
