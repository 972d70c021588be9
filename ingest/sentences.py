"""Where sentences begin and end, as offsets. Quotes are whole sentences, so this has to be right.

Rules rather than a model: deterministic, no tokeniser that rewrites text, and every boundary can
be explained. When in doubt it does not split: a quote that is a sentence too long is whole; one
that is cut inside "e.g. low phosphate" is not.
"""

import re

# A stop, the quotes and brackets that close on it, white space, and what can open a sentence.
BOUNDARY = re.compile(r"[.!?]+[\"'”’)\]]*(\s+)(?=[\"'“‘(\[]*[A-Z0-9À-ÖØ-Þ])|(\n+)")
LAST_WORD = re.compile(r"([A-Za-z.]+)[.!?]+[\"'”’)\]]*$")
LIST_NUMBER = re.compile(r"\s*\d{1,3}[.)]")
ABBREVIATIONS = frozenset(
    "e.g i.e vs cf al fig nos vol approx ca dr mr mrs prof st sr jr dept inc ltd u.s u.k".split()
)


def split_sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Offsets [start, end) of the sentences of `text`, in order, white space between them left out.

    A line break always ends a sentence. Every other character belongs to exactly one sentence.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for match in BOUNDARY.finditer(text):
        gap_start, gap_end = match.span(1) if match.group(1) else match.span(2)
        if match.group(1) and "\n" not in match.group(1) and _is_abbreviated(text[start:gap_start]):
            continue
        spans.append((start, gap_start))
        start = gap_end
    spans.append((start, len(text)))
    return tuple(_trimmed(text, a, b) for a, b in spans if text[a:b].strip())


def _is_abbreviated(head: str) -> bool:
    """Whether the stop that ends `head` belongs to an abbreviation, an initial or a list number."""
    if LIST_NUMBER.fullmatch(head):
        return True
    found = LAST_WORD.search(head[-24:])
    if found is None or head.endswith(("!", "?")):
        return False
    word = found.group(1).casefold().rstrip(".")
    return word in ABBREVIATIONS or (len(word) == 1 and found.group(1).isupper())


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space at its ends."""
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())
