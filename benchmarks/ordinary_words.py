"""Remakes `assistant/safety/real_words.toml` after the pattern files have changed.

    pip install wordfreq && python -m benchmarks.ordinary_words

Words of nine languages that are one letter away from a word of the patterns and are no word of
theirs: "breast" is a word, not a misspelling of "breath". The floor of each language is the Zipf
frequency in wordfreq below which a word is rarer than the misspelling.
"""

import re
import textwrap

import numpy as np
from wordfreq import top_n_list, zipf_frequency

from assistant.safety.data import FOLDER
from assistant.safety.detectors import detectors
from assistant.safety.fold import fold
from assistant.safety.typos import Misspellings

FLOORS = {
    "en": 3.2, "es": 4.0, "fr": 4.0, "de": 4.0, "pt": 4.0,
    "it": 4.4, "nl": 4.4, "pl": 4.4, "tr": 4.4,
}  # fmt: skip
N_WORDS = 40_000  # of each language; the rarest of them lie below the floors
FILE = FOLDER / "real_words.toml"


def ordinary_words(words: list[str]) -> list[str]:
    """The words at distance one from `words`, in the order of the alphabet."""
    common = sorted(
        {
            folded
            for language, floor in FLOORS.items()
            for word in top_n_list(language, N_WORDS)
            if zipf_frequency(word, language) >= floor
            if re.fullmatch("[a-z]{3,}", folded := fold(word).replace("'", ""))
        }
        - set(words)
    )
    index, near = Misspellings(words), []
    for start in range(0, len(common), 2_000):
        part = common[start : start + 2_000]
        places, _ = index.find(part)
        near += [part[place] for place in np.unique(places).tolist()]
    return near


if __name__ == "__main__":
    head = FILE.read_text(encoding="utf-8").split("words = '''")[0]
    lines = textwrap.fill(" ".join(ordinary_words(detectors().vocabulary.words)), 100)
    FILE.write_text(f"{head}words = '''\n{lines}\n'''\n", encoding="utf-8")
