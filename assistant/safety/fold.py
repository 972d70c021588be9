"""Text as the detectors see it: plain lower-case words, whatever was typed (R16).

NFKC, case folding, default-ignorable characters stripped, marks stripped, look-alike letters of
other scripts folded to Latin. Only detectors read this form; quotes and highlights never do.
"""

import unicodedata
from functools import cache

import numpy as np
import numpy.typing as npt

from assistant.safety.data import load

_MAX_EXPANSION = 4  # one character becomes at most this many; U+FDFA (18) becomes a space
_APOSTROPHES = "'`´‘’ʼ′＇‛ʹ"
_SENTENCE_ENDS = ".?;\u2026。؟۔।"
_TYPED_FOR_LETTERS = {"@": "a", "$": "s"}
_KEPT = "*!"  # "k*ll", "k!ll": `words.py` decides what they stand for
_BLOCK = 256
_TABLE_SIZE = 0x20000  # what lies beyond prints rare signs only, and tags that print nothing
_TAGS = (0xE0000, 0xE0FFF)


def fold(text: str) -> str:
    """The text in a-z, digits, letters of other scripts, "'", "*", "!", "." and spaces.

    Linear: each character is folded on its own, never with its neighbours.
    """
    if text.isascii():
        return text.translate(_ascii())
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    beyond = codes >= _TABLE_SIZE
    if beyond.any():
        codes = codes[~beyond | (codes < _TAGS[0]) | (codes > _TAGS[1])]
        codes = np.where(codes < _TABLE_SIZE, codes, np.uint32(ord(" ")))
    return _table().fold(codes)


@cache
def _ascii() -> dict[int, str]:
    """One ASCII character for each: str.translate is fastest so."""
    return {code: _fold_character(chr(code)) for code in range(128)}


@cache
def _table() -> "_FoldTable":
    return _FoldTable()


class _FoldTable:
    """What each character becomes, worked out by blocks of 256 when one is first met."""

    def __init__(self) -> None:
        self._lengths = np.zeros(_TABLE_SIZE, dtype=np.uint8)
        self._folded = np.zeros((_TABLE_SIZE, _MAX_EXPANSION), dtype=np.uint32)
        self._known = np.zeros(_TABLE_SIZE // _BLOCK, dtype=bool)

    def fold(self, codes: npt.NDArray[np.uint32]) -> str:
        blocks = np.zeros(len(self._known), dtype=bool)
        blocks[codes // _BLOCK] = True
        for block in np.flatnonzero(blocks & ~self._known).tolist():
            self._learn(block)
        lengths = self._lengths[codes]
        if lengths.max(initial=1) <= 1:
            return _decode(self._folded[codes[lengths == 1], 0])
        before = np.cumsum(lengths, dtype=np.int64) - lengths
        steps = np.arange(lengths.sum(dtype=np.int64)) - np.repeat(before, lengths)
        return _decode(self._folded[np.repeat(codes, lengths), steps])

    def _learn(self, block: int) -> None:
        for code in range(block * _BLOCK, (block + 1) * _BLOCK):
            folded = _fold_character(chr(code))
            self._lengths[code] = len(folded)
            self._folded[code, : len(folded)] = [ord(char) for char in folded]
        self._known[block] = True


def _decode(codes: npt.NDArray[np.uint32]) -> str:
    return codes.tobytes().decode("utf-32-le")


def _fold_character(char: str) -> str:
    if char in _APOSTROPHES:
        return "'"
    if char in _SENTENCE_ENDS:
        return "."
    if _is_ignorable(char):
        return ""
    if "\u3041" <= char < "\ue000":  # kana, Chinese, Hangul: letters without case or accents
        return char if char < "\ud7b0" else " "
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
    folded = "".join(_fold_piece(piece) for piece in decomposed)
    return folded if len(folded) <= _MAX_EXPANSION else " "


def _fold_piece(char: str) -> str:
    """One decomposed, case-folded character: its Latin look-alike, itself, a space, or nothing."""
    look_alikes = _look_alikes()
    if char in look_alikes:
        return look_alikes[char]
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
    )


@cache
def _look_alikes() -> dict[str, str]:
    return _TYPED_FOR_LETTERS | {
        look_alike: letter
        for letter, look_alikes in load("look_alikes.toml")["letters"].items()
        for look_alike in look_alikes
    }
