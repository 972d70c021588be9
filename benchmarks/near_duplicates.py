"""How many passages nearly say what another says, and in which words the two differ.

MinHash over runs of three words finds the pairs, exact Jaccard similarity judges them. What tells
a pair apart is counted by kind: a wrong merge would quote one disease's text for another.
"""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from pathlib import Path

import numpy as np

from ingest import Passage, load_index
from ingest.index.lexical import STOP_WORDS

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
NEGATIONS = frozenset("no not never without none cannot neither nor only except unless".split())
BANDS, ROWS = 24, 4  # a pair of Jaccard .8 is a candidate with probability .999
MAX_BUCKET = 50  # a boilerplate line in hundreds of passages: its pairs say nothing new


def measure(index_dir: Path, *, at_least: float = 0.8) -> dict[str, object]:
    """Pairs of passages with Jaccard >= `at_least`, by what tells them apart."""
    index = load_index(index_dir)
    words = [_words(passage) for passage in index.passages]
    long = [row for row, found in enumerate(words) if len(found) >= 8]
    shingles = {row: _shingles(words[row]) for row in long}
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    for a, b in sorted(_candidates(shingles)):
        both = shingles[a] & shingles[b]
        jaccard = len(both) / (len(shingles[a]) + len(shingles[b]) - len(both))
        if jaccard >= at_least:
            titles = {
                index.documents[index.passages[r].place.document_id].title_in_front for r in (a, b)
            }
            where = "same title" if len(titles) == 1 else "other title"
            kinds[f"{where}, {'>= .9' if jaccard >= 0.9 else '.8 to .9'}"][
                difference(words[a], words[b])
            ] += 1
    return {
        "n_passages": len(index.passages),
        "n_of_8_words_or_more": len(long),
        "pairs": {k: dict(sorted(v.items())) for k, v in sorted(kinds.items())},
    }


def difference(a: Sequence[str], b: Sequence[str]) -> str:
    """What tells two texts apart, the gravest first."""
    apart = set((Counter(a) - Counter(b)) + (Counter(b) - Counter(a)))
    if not apart:
        return "order of words"
    if any(any(c.isdigit() for c in word) for word in apart):
        return "a number"
    if apart & NEGATIONS:
        return "a negation"
    return "function words" if apart <= STOP_WORDS else "a word of content"


def _words(passage: Passage) -> list[str]:
    return WORD.findall(passage.text.casefold())


def _shingles(words: Sequence[str]) -> frozenset[int]:
    runs = (" ".join(words[i : i + 3]) for i in range(len(words) - 2))
    return frozenset(
        int.from_bytes(hashlib.blake2b(run.encode(), digest_size=4).digest(), "big") for run in runs
    )


def _candidates(shingles: dict[int, frozenset[int]]) -> Iterable[tuple[int, int]]:
    """Pairs that share a band of their MinHash signatures."""
    rng = np.random.default_rng(3)
    factors = rng.integers(1, 2**31, size=(BANDS * ROWS, 1), dtype=np.uint64) * 2 + 1
    terms = rng.integers(0, 2**31, size=(BANDS * ROWS, 1), dtype=np.uint64)
    buckets: dict[tuple[int, bytes], list[int]] = defaultdict(list)
    for row, found in shingles.items():
        values = np.fromiter(found, dtype=np.uint64)
        signature = ((factors * values + terms) % np.uint64(2**61 - 1)).min(axis=1)
        for band, part in enumerate(signature.reshape(BANDS, ROWS)):
            buckets[band, part.tobytes()].append(row)
    return set(_pairs(buckets.values()))


def _pairs(buckets: Iterable[list[int]]) -> Iterator[tuple[int, int]]:
    for rows in buckets:
        if 1 < len(rows) <= MAX_BUCKET:
            yield from combinations(rows, 2)
