"""A link to the publisher's page that scrolls to the quote: a URL text fragment.

Source: WICG Scroll to Text Fragment, `#:~:text=prefix-,start,end,-suffix`. A browser goes to the
first place that matches, so words before and after are named where the text is not the first of
its kind. Every character that is not a letter or digit is percent-encoded, "-" and "," too, since
they separate the parts of the directive.
"""

from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import quote as percent_encode
from urllib.parse import urlsplit

WORDS_AT_EACH_END = 6
MAX_WORDS_AROUND = 8  # of prefix and suffix; a text that is still not unique keeps the longest
NEVER_ENCODED = str.maketrans({sign: f"%{ord(sign):02X}" for sign in "-_.~"})  # by urllib
ITEM_MARKS = "•‣▪◦*-"  # a list's marks are no text on the publisher's page


def deep_link(url: str | None, text: str, start: int, end: int) -> str | None:
    """`url` with a text fragment for `text[start:end]`; None unless the address is http(s)."""
    if url is None or urlsplit(url).scheme not in ("http", "https"):
        return None
    return f"{url.split('#', 1)[0]}#:~:text={_fragment(text, start, end)}"


@lru_cache(maxsize=4096)
def _fragment(text: str, start: int, end: int) -> str:
    """The parts of a text directive. Kept, for the next reader gets the same quotes: .2 ms each."""
    before, quote = list(_lines(text[:start])), list(_lines(text[start:end]))
    head, tail = _ends(quote)
    after = [] if tail else next(_lines(text[end:]), [])
    parts = [_encode(head)]
    if tail:
        parts.append(_encode(_unique_end(quote, tail)))
    n_before, n_after = _needed(before, quote, head, after)
    if n_before:
        parts.insert(0, f"{_encode(before[-1][-n_before:])}-")
    if n_after:
        parts.append(f"-{_encode(after[:n_after])}")
    return ",".join(parts)


def _lines(text: str) -> Iterator[list[str]]:
    """The words of each line as a page shows them, list marks and empty lines left out.

    No part of a link crosses a line: a browser looks for each within one block of the page.
    """
    for line in text.split("\n"):
        if words := line.strip().lstrip(ITEM_MARKS).split():
            yield words


def _flat(lines: list[list[str]]) -> list[str]:
    return [word for line in lines for word in line]


def _ends(lines: list[list[str]]) -> tuple[list[str], list[str]]:
    """The words that begin and end a quote; no end when the beginning is all of it."""
    if len(lines) == 1 and len(lines[0]) <= 2 * WORDS_AT_EACH_END:
        return lines[0], []
    return lines[0][:WORDS_AT_EACH_END], lines[-1][-WORDS_AT_EACH_END:]


def _unique_end(lines: list[list[str]], tail: list[str]) -> list[str]:
    """`tail`, made longer while its words also stand earlier, where a browser would stop."""
    words, length = _flat(lines), len(tail)
    while length < len(lines[-1]) and not _is_first(words[:-length], words[-length:], []):
        length += 1
    return words[-length:]


def _needed(
    lines: list[list[str]], quote: list[list[str]], head: list[str], after: list[str]
) -> tuple[int, int]:
    """How many words before and after single a quote out; (0, 0) when it is the first of its kind.

    Words after it help only where the link names the whole quote.
    """
    before, rest = _flat(lines), _flat(quote)[len(head) :]
    most = min(MAX_WORDS_AROUND, len(lines[-1])) if lines else 0
    for n in range(most + 1):
        if _is_first(before[: len(before) - n], before[len(before) - n :] + head, rest):
            return n, 0
    at = len(before) - most
    longest = min(MAX_WORDS_AROUND, len(after))
    for n in range(1, longest):
        if _is_first(before[:at], before[at:] + head + after[:n], []):
            return most, n
    return most, longest


def _is_first(before: list[str], words: list[str], after: list[str]) -> bool:
    """Whether `words`, which follow `before`, stand nowhere earlier; letter case aside."""
    page, wanted = (f" {' '.join(w)} ".casefold() for w in (before + words + after, words))
    return page.find(wanted) == len(" ".join(["", *before]).casefold())


def _encode(words: list[str]) -> str:
    """Percent-encoding of everything but ASCII letters and digits."""
    encoded = percent_encode(" ".join(words), safe="", errors="replace")
    return encoded.translate(NEVER_ENCODED)
