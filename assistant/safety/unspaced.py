"""Phrases without word boundaries: Chinese writing, and phrases typed with no spaces (R16)."""

import re
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from assistant.safety.data import load

_CHINESE = re.compile("[\u4e00-\u9fff]")
_LONG = 7  # letters; no phrase of the list is shorter
_PHRASES = load("patterns/unspaced.toml")
_GRAM = 4
_HASH = np.array([1, 31, 961, 29_791], dtype=np.uint16)  # wraps around at the table's size
_TABLE_SIZE = 1 << 16


def find_unspaced(words: Sequence[str], folded: str) -> set[str]:
    """The names of the detectors whose phrases stand unspaced in the text.

    Latin letters are sought only inside long words: across spaces "want to diet" holds "wanttodie".
    """
    found = _find_latin(" ".join([word for word in words if len(word) >= _LONG]))
    if not folded.isascii() and _CHINESE.search(folded):
        close = folded.replace(" ", "").replace(".", "")
        found |= _find_chinese(close)
    return found


def _find_chinese(text: str) -> set[str]:
    """As the English guard: a question about emergencies with nobody in it asks for information."""
    phrases = _PHRASES["chinese"]
    found = {"crisis"} if _holds(text, phrases["crisis"]) else set()
    asks = _holds(text, phrases["information"]) and not _holds(text, phrases["somebody"])
    if not asks and _holds(text, phrases["emergency"]):
        found.add("emergency")
    return found


def _find_latin(text: str) -> set[str]:
    """One pass marks where any phrase may begin; only there are phrases compared."""
    codes = np.frombuffer(text.encode("ascii", "replace"), dtype=np.uint8).astype(np.uint16)
    if len(codes) < _GRAM:
        return set()
    grams = _hashes(codes)
    found: set[str] = set()
    for place in np.flatnonzero(_BEGINS[grams]).tolist():
        for name, phrase in _BY_GRAM[text[place : place + _GRAM]]:
            if name not in found and text.startswith(phrase, place):
                found.add(name)
    return found


def _holds(text: str, phrases: Sequence[str]) -> bool:
    written = set(text)
    return any(phrase in text for phrase in phrases if written.issuperset(phrase))


def _hashes(codes: npt.NDArray[np.uint16]) -> npt.NDArray[np.uint16]:
    """(n,) letters to (n - 3,) hashes, one of each four neighbours."""
    hashes = np.zeros(len(codes) - _GRAM + 1, dtype=np.uint16)
    for offset in range(_GRAM):
        hashes += codes[offset : len(hashes) + offset] * _HASH[offset]
    return hashes


def _hash(gram: str) -> int:
    return int(_hashes(np.frombuffer(gram.encode(), dtype=np.uint8).astype(np.uint16))[0])


_BY_GRAM: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
_BEGINS = np.zeros(_TABLE_SIZE, dtype=bool)
for _name, _list in _PHRASES["latin"].items():
    for _phrase in _list:
        _BY_GRAM[_phrase[:_GRAM]].append((_name, _phrase))
        _BEGINS[_hash(_phrase[:_GRAM])] = True
