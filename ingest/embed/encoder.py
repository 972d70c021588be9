"""What an encoder is: texts in, unit vectors out, and a name that binds an index to it."""

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

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


@runtime_checkable
class EarlyEncoder(Protocol):
    """An encoder that works on threads of its own, while the caller does something else."""

    def begin(self, text: str) -> Callable[[], Vectors]:
        """Begin to encode one text; the call waits for its vector, float32 (1, dimension)."""


def begin(text: str, encoder: Encoder) -> Callable[[], Vectors]:
    """The vector of one text, float32 (1, d), when it is called for; begun now where that can be.

    What never calls for it leaves nothing behind.
    """
    if isinstance(encoder, EarlyEncoder):
        return encoder.begin(text)
    return lambda: encoder.encode([text])
