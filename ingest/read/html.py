"""A saved web page -> elements: its article without the page around it, and what its markup says.

trafilatura decides which blocks are the article (`main_text`); the words, the lists and the tables
are the page's own (`blocks`). So a quote can never be a sentence that an extractor put together.
"""

import re
from pathlib import Path

from lxml.etree import ErrorTypes, LxmlError, ParserError
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from ingest.errors import ArticleError
from ingest.read.blocks import blocks_of
from ingest.read.faq import pair_up
from ingest.read.main_text import main_blocks
from ingest.read.markup import declared_questions, metadata_fields
from ingest.records import Element

MAX_DEPTH = 256  # where libxml2 stops; real pages stay below 100
CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})", re.I)
DECLARATION_BYTES = 4096


def read_html(data: bytes, path: Path) -> tuple[tuple[Element, ...], dict[str, object]]:
    """The page's article and the metadata that its markup states.

    Raises:
        ArticleError: the page is not in the character set that it declares (UTF-8 where it declares
            none), is nested too deep, or holds no article.
    """
    page = parse_html(decoded(data, path), path)
    fields = metadata_fields(page)
    questions = declared_questions(page)
    blocks = main_blocks(page, blocks_of)
    return tuple(b.element for b in pair_up(blocks, questions)), fields


def decoded(data: bytes, path: Path) -> str:
    """The page as text, in the character set that it declares. Never with characters replaced.

    Raises:
        ArticleError: it is in another one, or in one that nobody knows.
    """
    declared = CHARSET.search(data[:DECLARATION_BYTES])
    charset = declared.group(1).decode("ascii") if declared else "utf-8"
    if data.startswith(b"\xef\xbb\xbf"):
        data, charset = data[3:], "utf-8"
    elif charset.casefold() in ("iso-8859-1", "latin1", "latin-1", "us-ascii", "ascii"):
        charset = "cp1252"  # what browsers read under these names
    try:
        text = data.decode(charset)
    except (UnicodeDecodeError, LookupError) as error:
        said = f"declares {charset}" if declared else "declares no character set"
        raise ArticleError(path, f"{said} and is not in it ({error}); save it as UTF-8") from error
    if "\0" in text:
        raise ArticleError(path, "holds NUL characters, so it is no text; save it as UTF-8")
    return text


def parse_html(text: str, path: Path) -> HtmlElement:
    """The page as a tree.

    Raises:
        ArticleError: there is nothing in it, or it is nested too deep to be an article.
        MemoryError: the tree does not fit.
    """
    parser = HTMLParser(remove_comments=True, remove_pis=True, huge_tree=False, encoding="utf-8")
    try:  # as bytes, since lxml refuses a string that declares its own encoding
        page = document_fromstring(text.encode(), parser=parser)
    except (LxmlError, ParserError, ValueError) as error:
        if getattr(error, "code", None) == ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from error
        raise ArticleError(path, f"not readable as HTML: {error}") from error
    # The parser stops at its limit without raising, and the rest of the page would be lost.
    if any(entry.type == ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log):
        raise ArticleError(path, f"nested deeper than {MAX_DEPTH} elements; no article is")
    return page
