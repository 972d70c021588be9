"""Phrases without word boundaries: Chinese writing, and phrases typed with no spaces (R16)."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from assistant.safety.data import load

_CHINESE = re.compile("[\u4e00-\u9fff]")


def find_unspaced(words: Sequence[str], folded: str) -> set[str]:
    """The names of the detectors whose phrases stand unspaced in the text.

    Latin letters are sought only inside words: across spaces "want to diet" holds "wanttodie".
    """
    found = _phrases("latin").in_text(" ".join(words))
    if not folded.isascii() and _CHINESE.search(folded):
        found |= _find_chinese(folded.replace(" ", "").replace(".", ""))
    return found


def _find_chinese(text: str) -> set[str]:
    """As the English guard: a question about emergencies with nobody in it asks for information."""
    found = _phrases("chinese").in_text(text)
    if "information" in found and "somebody" not in found:
        found.discard("emergency")
    return found & {"crisis", "emergency"}


@cache
def _phrases(script: str) -> "_Phrases":
    return _Phrases(load("patterns/unspaced.toml")[script])


class _Phrases:
    """Lists of phrases by name, sought all at once: only those whose beginning occurs."""

    def __init__(self, lists: Mapping[str, Sequence[str]]) -> None:
        self._gram = min(len(phrase) for phrases in lists.values() for phrase in phrases)
        self._begins = np.zeros(1 << 16, dtype=bool)
        self._by_gram: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
        for name, phrases in lists.items():
            for phrase in phrases:
                gram = int(self._hashes(phrase)[0])
                self._begins[gram] = True
                self._by_gram[gram].append((name, phrase))

    def in_text(self, text: str) -> set[str]:
        """The names of the lists that have a phrase in the text."""
        grams = self._hashes(text)
        begun = np.zeros(len(self._begins), dtype=bool)
        begun[grams[self._begins[grams]]] = True
        found: set[str] = set()
        for gram in np.flatnonzero(begun).tolist():
            for name, phrase in self._by_gram[gram]:
                if name not in found and phrase in text:
                    found.add(name)
        return found

    def _hashes(self, text: str) -> npt.NDArray[np.uint16]:
        """One hash of each row of neighbouring letters; none of a text that is shorter."""
        codes = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype=np.uint16)
        hashes = np.zeros(max(0, len(codes) - self._gram + 1), dtype=np.uint16)
        for offset in range(self._gram):
            hashes = hashes * np.uint16(31) + codes[offset : len(hashes) + offset]
        return hashes
