"""A copy of a text to search in, with the place of each of its characters in the text itself.

People copy quotes through programs that change spaces, quotation marks, dashes, ligatures and case.
The copy takes these differences off; what is found in it is told in offsets of the original.
"""

import unicodedata
from dataclasses import dataclass

import numpy as np

SIGNS = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u201b", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")
)
IGNORABLE = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")  # shown as nothing at all


@dataclass(frozen=True, slots=True, eq=False)
class PlainCopy:
    """`text[i]` comes from the character at `offsets[i]` of the original."""

    text: str
    offsets: np.ndarray  # int32 (len(text),), ascending; several of one character where it unfolds

    def find(self, wanted: str) -> tuple[int, int] | None:
        """[start, end) in the original of the first place that says `wanted`, a plain copy."""
        at = self.text.find(wanted) if wanted else -1
        if at < 0:
            return None
        return int(self.offsets[at]), int(self.offsets[at + len(wanted) - 1]) + 1


def plain_copy(text: str) -> PlainCopy:
    """NFKC and casefold, one plain space for every run of white space, plain quotes and dashes."""
    said: list[str] = []
    offsets: list[int] = []
    for offset, char in enumerate(text):
        if char in IGNORABLE:
            continue
        for plain in unicodedata.normalize("NFKC", char.translate(SIGNS)).casefold():
            is_space = plain.isspace()
            if is_space and (not said or said[-1] == " "):
                continue
            said.append(" " if is_space else plain)
            offsets.append(offset)
    if said and said[-1] == " ":
        del said[-1], offsets[-1]
    return PlainCopy("".join(said), np.asarray(offsets, dtype=np.int32))
