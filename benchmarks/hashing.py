"""An encoder without a model: deterministic, instant, of the real one's dimension.

For benchmarks of what happens to an index, where what the vectors mean does not matter.
"""

import hashlib
from collections.abc import Sequence

import numpy as np

from ingest import EncoderIdentity, Vectors

DIMENSION = 384


class HashingEncoder:
    """A random direction for each text, the same one every time."""

    identity = EncoderIdentity("hashing", "0" * 64, DIMENSION, 256)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """float32 (n, 384), rows L2-normalised."""
        rows = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            seed = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
            generator = np.random.default_rng(int.from_bytes(seed, "big"))
            row[:] = generator.standard_normal(DIMENSION, dtype=np.float32)
            row /= np.linalg.norm(row)
        return rows
