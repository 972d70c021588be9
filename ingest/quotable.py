"""The smallest stretches of a passage that may be quoted, and what each of them says.

A whole sentence; or a lead-in together with its whole list, because an item means something only
under its lead-in. For search, each item is read with its lead-in: "Other causes of clonus include:
Stroke" can be found, "Stroke" alone would be found for the wrong question.
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from ingest.read.text import LIST_MARK
from ingest.sentences import split_sentences

LINE = re.compile(r"[^\n]+")


@dataclass(frozen=True, slots=True)
class Quotable:
    """A stretch [start, end) of a passage's text, and the statements that it makes, for search."""

    start: int
    end: int
    statements: tuple[str, ...]


# A question splits the passages that it considers, and the next question the same ones again.
@lru_cache(maxsize=2048)
def split_quotable(text: str) -> tuple[Quotable, ...]:
    """The quotable stretches of a passage, in order; only white space lies between them."""
    out: list[Quotable] = []
    lead_in: str | None = None  # of the list that is being read; None outside a list
    for line in LINE.finditer(text):
        if LIST_MARK.match(line.group()) and out:
            lead_in = lead_in if lead_in is not None else text[out[-1].start : out[-1].end]
            out[-1] = _with_item(out[-1], line, lead_in)
            continue
        lead_in = "" if LIST_MARK.match(line.group()) else None
        if lead_in is not None:  # a passage that begins with its list stands under its heading
            out.append(Quotable(line.start(), line.end(), (_item_text(line),)))
            continue
        for start, end in split_sentences(line.group()):
            span = (line.start() + start, line.start() + end)
            out.append(Quotable(*span, (text[slice(*span)],)))
    return tuple(out)


def _with_item(so_far: Quotable, line: re.Match[str], lead_in: str) -> Quotable:
    """The list with one more item; the lead-in alone states nothing once it has an item."""
    statements = () if so_far.statements == (lead_in,) else so_far.statements
    said = f"{lead_in} {_item_text(line)}".strip()
    return replace(so_far, end=line.end(), statements=(*statements, said))


def _item_text(line: re.Match[str]) -> str:
    """A list item without its mark."""
    return LIST_MARK.sub("", line.group(), count=1)
