"""A zip archive (DOCX, EPUB) opened with limits: what it may unpack to is known before it does.

Nothing is ever written to disk, so a member named "../../x" leads nowhere; it is refused all the
same, because no honest writer makes one.
"""

import io
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from lxml import etree

from ingest.errors import ArticleError

MAX_MEMBERS = 5_000
MAX_UNPACKED_BYTES = 200 * 1024 * 1024  # of all members; a DOCX of 3,000 pages is below 20 MB
MAX_TEXT_BYTES = 20 * 1024 * 1024  # of the members that hold words
MAX_RATIO = 200  # unpacked to packed, of a member above 1 MiB; XML is below 50
DAMAGED = (KeyError, zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError)
WORDS = (".xml", ".xhtml", ".html", ".htm", ".opf", ".ncx", ".rels")


def open_archive(data: bytes, path: Path) -> zipfile.ZipFile:
    """The archive, if it is one that an honest writer could have made.

    Raises:
        ArticleError: no zip, too large unpacked, encrypted, or with names that lead elsewhere.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise ArticleError(path, f"not a {path.suffix} file: {error}") from error
    members = archive.infolist()
    unpacked = sum(m.file_size for m in members)
    words = sum(m.file_size for m in members if m.filename.casefold().endswith(WORDS))
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED_BYTES or words > MAX_TEXT_BYTES:
        raise ArticleError(path, f"unpacks to {unpacked} bytes in {len(members)} parts; too many")
    for member in members:
        name = PurePosixPath(member.filename)
        if name.is_absolute() or ".." in name.parts or "\\" in member.filename:
            raise ArticleError(path, "holds a part whose name leads out of it")
        large = member.file_size > 1024 * 1024
        if large and member.file_size > MAX_RATIO * max(member.compress_size, 1):
            raise ArticleError(path, "holds a part that unpacks to far more than it is: a zip bomb")
        if member.flag_bits & 1:
            raise ArticleError(path, "is encrypted; save it without a password")
    return archive


def member_bytes(archive: zipfile.ZipFile, name: str, path: Path) -> bytes:
    """One part of an archive.

    Raises:
        ArticleError: it is not there, or damaged.
    """
    try:
        return archive.read(name)
    except DAMAGED as error:
        raise ArticleError(path, f"its part {name!r} cannot be unpacked: {error}") from error


def parse_xml(data: bytes, name: str, path: Path) -> etree._Element:
    """A part as a tree, with no entity expanded and nothing fetched.

    Raises:
        ArticleError: it is no XML, or declares entities of its own.
    """
    if b"<!ENTITY" in data.upper() or b"<!E\0N\0" in data.upper():
        raise ArticleError(path, f"its part {name!r} declares XML entities; none is needed")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ArticleError(path, f"its part {name!r} is not XML: {error}") from error
