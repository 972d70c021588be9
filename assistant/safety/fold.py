"""Text as the detectors see it: plain lower-case words, whatever was typed (R16).

NFKC, case folding, default-ignorable characters stripped, marks stripped, look-alike letters of
other scripts folded to Latin. Only detectors read this form; quotes and highlights never do.
"""

import unicodedata

from assistant.safety.data import load

_MAX_EXPANSION = 4  # one character becomes at most this many; U+FDFA (18) becomes a space
_FEW = 128  # up to so many distinct characters str.replace is cheaper than str.translate (measured)
_APOSTROPHES = "'`´‘’ʼ′＇‛ʹ"
_SENTENCE_ENDS = ".?;\u2026。؟۔।"
_TYPED_FOR_LETTERS = {"@": "a", "$": "s"}
_KEPT = "*!"  # "k*ll", "k!ll": `words.py` decides what they stand for


def fold(text: str) -> str:
    """The text in a-z, digits, letters of other scripts, "'", "*", "!", "." and spaces.

    Linear: each character is folded on its own, never with its neighbours.
    """
    if text.isascii():
        return text.translate(_ASCII)
    distinct = set(text)
    if len(distinct) > _FEW:
        return text.translate(_TABLE)
    for char in distinct:
        text = text.replace(char, _TABLE[ord(char)])
    return text


class _FoldTable(dict[int, str]):
    """A translation table that works out each character once, when it is first met."""

    def __missing__(self, code: int) -> str:
        folded = _fold_character(chr(code))
        if len(self) < 65_536:  # bounds the memory: a hostile text may hold all of Unicode
            self[code] = folded
        return folded


def _fold_character(char: str) -> str:
    if char in _APOSTROPHES:
        return "'"
    if char in _SENTENCE_ENDS:
        return "."
    if _is_ignorable(char):
        return ""
    if "\u3041" <= char < "\ud7b0":
        return char  # kana, Chinese, Hangul: letters without case or accents
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
    folded = "".join(_fold_piece(piece) for piece in decomposed)
    return folded if len(folded) <= _MAX_EXPANSION else " "


def _fold_piece(char: str) -> str:
    """One decomposed, case-folded character: its Latin look-alike, itself, a space, or nothing."""
    if char in _LOOK_ALIKES:
        return _LOOK_ALIKES[char]
    if char in _SENTENCE_ENDS:
        return "."
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return ""
    return char if char.isalnum() or char in _KEPT else " "


def _is_ignorable(char: str) -> bool:
    """Default-ignorable code points: they print nothing, so they hide words from a matcher."""
    code = ord(char)
    return (
        unicodedata.category(char) == "Cf"
        or code in (0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0)
        or 0x180B <= code <= 0x180F
        or 0xFE00 <= code <= 0xFE0F
        or 0xE0000 <= code <= 0xE0FFF
    )


_LOOK_ALIKES: dict[str, str] = _TYPED_FOR_LETTERS | {
    look_alike: letter
    for letter, look_alikes in load("look_alikes.toml")["letters"].items()
    for look_alike in look_alikes
}
_TABLE = _FoldTable()
# A table that maps ASCII to ASCII one to one keeps str.translate on its fast path.
_ASCII = {code: _fold_character(chr(code)) for code in range(128)}
