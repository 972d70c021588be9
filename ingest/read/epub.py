"""An EPUB -> elements: its chapters in reading order, walked like web pages.

A zip of XHTML with one list of chapters needs no library of its own: EbookLib is AGPL and has had
one release in two years. Dublin Core in the package file is what the publisher states.
"""

import posixpath
import zipfile
from pathlib import Path
from urllib.parse import unquote

from lxml import etree

from ingest.errors import ArticleError
from ingest.read.archive import member_bytes, open_archive, parse_xml
from ingest.read.blocks import PageBlock, blocks_of
from ingest.read.html import decoded, parse_html
from ingest.read.markup import date_of
from ingest.records import Element

CONTAINER = "META-INF/container.xml"
CONTAINER_NS = "{urn:oasis:names:tc:opendocument:xmlns:container}"
OPF = "{http://www.idpf.org/2007/opf}"
DC = "{http://purl.org/dc/elements/1.1/}"
CHAPTER_TYPES = frozenset({"application/xhtml+xml", "text/html"})


def read_epub(data: bytes, path: Path) -> tuple[tuple[Element, ...], dict[str, object]]:
    """The chapters' elements in the order of the spine, and the package's Dublin Core.

    Raises:
        ArticleError: it is no EPUB, damaged, hostile, encrypted, or holds no text.
    """
    with open_archive(data, path) as archive:
        if "META-INF/encryption.xml" in archive.namelist():
            raise ArticleError(path, "is encrypted (DRM); only open files can be read")
        name = _package_name(archive, path)
        package = parse_xml(member_bytes(archive, name, path), name, path)
        elements = [
            block.element
            for chapter in _chapters(package, posixpath.dirname(name), path)
            for block in _blocks(archive, chapter, path)
        ]
    if not elements:
        raise ArticleError(path, "holds no text; pictures of text are not read")
    return tuple(elements), _fields(package)


def _package_name(archive: zipfile.ZipFile, path: Path) -> str:
    """Where the package file is, as META-INF/container.xml says."""
    container = parse_xml(member_bytes(archive, CONTAINER, path), CONTAINER, path)
    root = container.find(f".//{CONTAINER_NS}rootfile")
    name = None if root is None else root.get("full-path")
    if not name:
        raise ArticleError(path, f"{CONTAINER} names no package file")
    return str(name)


def _chapters(package: etree._Element, folder: str, path: Path) -> list[str]:
    """The names of the chapters in the archive; notes and navigation outside the flow are left."""
    manifest = {
        item.get("id"): item
        for item in package.iter(f"{OPF}item")
        if item.get("media-type") in CHAPTER_TYPES and "nav" not in (item.get("properties") or "")
    }
    order = [ref.get("idref") for ref in package.iter(f"{OPF}itemref") if ref.get("linear") != "no"]
    hrefs = [manifest[name].get("href") or "" for name in order if name in manifest]
    if not hrefs:
        raise ArticleError(path, "its package file names no chapters")
    return [posixpath.normpath(posixpath.join(folder, unquote(href))) for href in hrefs]


def _blocks(archive: zipfile.ZipFile, name: str, path: Path) -> list[PageBlock]:
    """The blocks of one chapter."""
    data = member_bytes(archive, name, path)
    if b"<!ENTITY" in data.upper():
        raise ArticleError(path, f"its part {name!r} declares XML entities; none is needed")
    page = parse_html(decoded(data, path), path)
    body = page.find("body")
    return blocks_of(page if body is None else body)


def _fields(package: etree._Element) -> dict[str, object]:
    """What the publisher states of the book."""
    meta = package.find(f"{OPF}metadata")
    if meta is None:
        return {}
    modified = next(
        (m.text for m in meta.iter(f"{OPF}meta") if m.get("property") == "dcterms:modified"), None
    )
    stated: dict[str, object] = {
        "title": _texts(meta, "title")[:1],
        "publisher": _texts(meta, "publisher")[:1],
        "published": [date_of(text) for text in _texts(meta, "date")[:1]],
        "updated": [date_of(modified)],
        "licence": _texts(meta, "rights")[:1],
    }
    fields: dict[str, object] = {
        k: v[0] for k, v in stated.items() if isinstance(v, list) and v and v[0]
    }
    authors = _texts(meta, "creator")
    return {**fields, "authors": authors} if authors else fields


def _texts(meta: etree._Element, name: str) -> list[str]:
    found = (" ".join((node.text or "").split()) for node in meta.iter(f"{DC}{name}"))
    return [text for text in found if text]
