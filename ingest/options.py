"""Build-time choices. They are written into the manifest, so a changed choice is a new index."""

import hashlib
from dataclasses import asdict, dataclass

DEFAULT_MODEL = "all-MiniLM-L6-v2"
FORMAT = 2  # raise when the same articles and options would give other passages or files


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """How articles become passages and vectors.

    `model` is "all-MiniLM-L6-v2" (the weights that are installed with Quoth), a folder with a
    sentence-transformers model, or a hub name. `max_chars` bounds a paragraph passage, in code
    points: 900 is about 200 of the model's 256 word pieces and leaves room for title and heading.
    """

    model: str = DEFAULT_MODEL
    max_chars: int = 900
    batch_size: int = 32

    def __post_init__(self) -> None:
        if not 200 <= self.max_chars <= 4000:
            raise ValueError(f"max_chars must lie in 200..4000, found {self.max_chars}")
        if self.batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, found {self.batch_size}")

    @property
    def sha256(self) -> str:
        """Of every choice that changes the index; the batch size does not."""
        chosen = {k: v for k, v in asdict(self).items() if k != "batch_size"}
        return hashlib.sha256(repr((FORMAT, sorted(chosen.items()))).encode()).hexdigest()
