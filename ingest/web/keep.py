"""A fetched article as a file in a folder, and a line about it in the `sources.toml` beside it.

From there on it is an article like any other. The listing keeps the address, the day of reading and
the host's validators; what a person wrote into it stays as it is.
"""

import hashlib
import os
import re
from pathlib import Path
from urllib.parse import urlsplit

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Table

from ingest.errors import WebError
from ingest.web.fetch import Fetched, Fetcher, NotModified

ENDINGS = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/pdf": ".pdf",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "application/epub+zip": ".epub",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}
LISTING = "sources.toml"
MAX_NAME_CHARS = 80


def keep(page: Fetched, folder: Path, *, name: str | None = None) -> Path:
    """Write the article into `folder` and list it there; the same address is the same file.

    Raises:
        WebError: it is no article in a format that can be read, or the listing is broken.
    """
    ending, body = _readable(page)
    if name is not None:
        _refuse_other_name(page, name, ending)
    folder.mkdir(parents=True, exist_ok=True)
    listing, entries = _listing(folder / LISTING, page.asked)
    path = folder / (name or _name(page.asked, ending))
    _write(path, body)
    entry = _entry(entries, path.name)
    _update(
        entry,
        url=page.asked if "url" not in entry else None,
        read_on=page.read_on,
        etag=page.etag,
        last_modified=page.last_modified,
    )
    _write(folder / LISTING, tomlkit.dumps(listing).encode())
    return path


def refresh(listing: Path, fetcher: Fetcher) -> dict[str, str]:
    """Ask for every address that a `sources.toml` names; each address with what became of it.

    What the host says has not changed is not sent again; one failure does not stop the others.
    """
    _, entries = _listing(listing, str(listing))
    asked = [
        (str(e["url"]), str(e["file"]) if "file" in e else None, e) for e in entries if "url" in e
    ]
    outcome: dict[str, str] = {}
    for url, name, entry in asked:
        is_there = name is not None and (listing.parent / name).is_file()
        validators = {
            k: str(entry[k]) for k in ("etag", "last_modified") if k in entry and is_there
        }
        try:
            found = fetcher.fetch(url, **validators)
            if isinstance(found, NotModified):
                outcome[url] = "not modified"
                _mark_read(listing, url, found.read_on)
            else:
                outcome[url] = f"kept as {keep(found, listing.parent, name=name).name}"
        except WebError as error:
            outcome[url] = error.reason
    return outcome


def _mark_read(listing: Path, url: str, read_on: str) -> None:
    document, entries = _listing(listing, url)
    for entry in entries:
        if entry.get("url") == url:
            _update(entry, read_on=read_on)
    _write(listing, tomlkit.dumps(document).encode())


def _readable(page: Fetched) -> tuple[str, bytes]:
    """The file's ending and its bytes; text goes to UTF-8 where the host names another charset."""
    kind, _, parameters = page.content_type.partition(";")
    ending = ENDINGS.get(kind.strip().casefold())
    if ending is None:
        said = kind.strip() or "no content type"
        raise WebError(page.asked, f"is {said}; only {', '.join(sorted(set(ENDINGS.values())))}")
    charset = re.search(r"charset=[\"']?([\w.:-]+)", parameters, re.IGNORECASE)
    if ending in (".pdf", ".epub", ".docx") or charset is None:
        return ending, page.body
    try:
        text = page.body.decode(charset[1])
    except (LookupError, UnicodeDecodeError) as error:
        raise WebError(page.asked, f"is not in {charset[1]}, as its host says: {error}") from error
    return ending, text.removeprefix("\ufeff").encode("utf-8-sig")


def _refuse_other_name(page: Fetched, name: str, ending: str) -> None:
    """The name that a listing gives has to be of the folder, and of the format that came."""
    if Path(name).name != name:
        raise WebError(page.asked, f"{name!r} is no plain file name; mend the listing")
    suffix = Path(name).suffix.casefold()
    if suffix != ending and (suffix, ending) not in ((".htm", ".html"), (".md", ".txt")):
        raise WebError(page.asked, f"is {ending}, but its listing calls it {name!r}")


def _name(url: str, ending: str) -> str:
    """A readable name that the same address always gets, and no other address."""
    parts = urlsplit(url)
    words = re.sub(r"[^a-z0-9]+", "-", f"{parts.hostname}{parts.path}".casefold()).strip("-")
    digest = hashlib.sha256(url.partition("#")[0].encode()).hexdigest()[:8]
    return f"{words[:MAX_NAME_CHARS].strip('-')}-{digest}{ending}"


def _listing(path: Path, url: str) -> tuple[tomlkit.TOMLDocument, AoT]:
    """The listing as it stands, comments and all, and its entries."""
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        document = tomlkit.parse(text)
    except (OSError, UnicodeDecodeError, TOMLKitError) as error:
        raise WebError(url, f"{path} is not readable as TOML ({error}); mend it first") from error
    entries = document.setdefault("source", tomlkit.aot())
    if not isinstance(entries, AoT):
        raise WebError(url, f"{path} needs [[source]] tables")
    return document, entries


def _entry(entries: AoT, name: str) -> Table:
    """The article's own table, at the end of the listing where there is none yet."""
    for entry in entries.body:
        if entry.get("file") == name:
            return entry
    entries.append(tomlkit.table().add("file", name))
    return entries.body[-1]


def _update(entry: Table, **values: str | None) -> None:
    for key, value in values.items():
        if value is not None:
            entry[key] = value


def _write(path: Path, data: bytes) -> None:
    """All of it or nothing."""
    partial = path.with_name(f".{path.name}.partial")
    with partial.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
