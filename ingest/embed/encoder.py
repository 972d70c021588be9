"""What an encoder is: texts in, unit vectors out, and a name that binds an index to it."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from ingest.records import EncoderIdentity

Vectors = np.ndarray[tuple[int, int], np.dtype[np.float32]]


class Encoder(Protocol):
    """Anything that turns texts into vectors and can say which model it is."""

    @property
    def identity(self) -> EncoderIdentity:
        """Which model this is; the manifest binds an index to it."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """float32 (len(texts), dimension), rows L2-normalised. No texts give (0, dimension)."""
