"""A link to the publisher's page that scrolls to the quote: a URL text fragment.

Source: WICG Scroll to Text Fragment, `#:~:text=start,end`. Every character that is not a letter
or digit is percent-encoded, "-" and "," too, since they separate the parts of the directive.
"""

from urllib.parse import urlsplit

WORDS_AT_EACH_END = 6


def deep_link(url: str | None, quote: str) -> str | None:
    """`url` with a text fragment for `quote`; None unless the address is plain http(s)."""
    if url is None or urlsplit(url).scheme not in ("http", "https"):
        return None
    lines = [line.lstrip("•‣▪◦*- ") for line in quote.split("\n") if line.strip()]
    first, last = lines[0].split(), lines[-1].split()
    if len(lines) == 1 and len(first) <= 2 * WORDS_AT_EACH_END:
        directive = _encode(" ".join(first))
    else:
        start, end = first[:WORDS_AT_EACH_END], last[-WORDS_AT_EACH_END:]
        directive = f"{_encode(' '.join(start))},{_encode(' '.join(end))}"
    return f"{url.split('#', 1)[0]}#:~:text={directive}"


def _encode(text: str) -> str:
    """Percent-encoding of everything but ASCII letters and digits."""
    return "".join(
        chr(byte) if chr(byte).isascii() and chr(byte).isalnum() else f"%{byte:02X}"
        for byte in text.encode()
    )
