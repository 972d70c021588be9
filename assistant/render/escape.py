"""Text -> HTML: escaped, and with everything invisible made visible (Q8, Q9). Pure."""

import unicodedata
from html import escape
from urllib.parse import urlsplit

# Invisible although Unicode files them under letters and marks, not under format characters.
INVISIBLE_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
NOT_IN_HTML = "\ufffd"


def text(value: str) -> str:
    """`value` for an element's content: escaped, what is invisible made visible (Q8).

    A line break is written `&#10;`, so that the fragment can be put on one line. Each marked
    character stands in a `<bdi>` of its own: a bidi override ends where its mark ends.
    """
    return "".join(_mark(c) if _is_invisible(c) else _escape(c) for c in value)


def attribute(value: str) -> str:
    """`value` for a double-quoted attribute: escaped, without what HTML cannot carry."""
    return "".join(_escape(c) if _is_in_html(c) else NOT_IN_HTML for c in value)


def join(*parts: str, by: str = "\n") -> str:
    """The parts that are not empty."""
    return by.join(part for part in parts if part)


def web_address(url: str | None) -> str | None:
    """`url` when it is an absolute http(s) address, else None (Q9): then it is text, not a link."""
    if url is None or any(c.isspace() or _is_invisible(c) for c in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.hostname else None


def _mark(character: str) -> str:
    """A reference where HTML has one (it has none for controls), so that no editor obeys it."""
    has_reference = unicodedata.category(character) in {"Cf", "Zl", "Zp"}
    shown = f"&#{ord(character)};" if has_reference else attribute(character)
    return f'<bdi class="mark" title="U+{ord(character):04X}">{shown}</bdi>'


def _escape(character: str) -> str:
    """A carriage return typed raw would reach the DOM as a line feed, so both are references."""
    if character in "\n\r\t":
        return f"&#{ord(character)};"
    return escape(character, quote=True)


def _is_invisible(character: str) -> bool:
    if character in "\n\t" or (character.isascii() and character.isprintable()):
        return False
    category = unicodedata.category(character)
    return category in {"Cc", "Cf", "Cs", "Zl", "Zp"} or character in INVISIBLE_LETTERS


def _is_in_html(character: str) -> bool:
    return character != "\0" and unicodedata.category(character) != "Cs"
