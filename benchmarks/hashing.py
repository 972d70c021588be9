"""An encoder without a model: deterministic, instant, of the real one's dimension.

For benchmarks of what happens to an index, where words in common are meaning enough.
"""

import hashlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from ingest import EncoderIdentity, Vectors, analyse

DIMENSION = 384


class HashingEncoder:
    """A bag of hashed words as a unit vector: near for texts that share words."""

    identity = EncoderIdentity("hashing", "0" * 64, DIMENSION, 256)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """float32 (n, 384), rows L2-normalised."""
        rows = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            np.add.at(row, [_column(term) for term in analyse(text) or ["nothing"]], 1)
            row /= np.linalg.norm(row)
        return rows


@lru_cache(maxsize=65536)
def _column(term: str) -> int:
    digest = hashlib.blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") % DIMENSION
