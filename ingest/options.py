"""Build-time choices. They are written into the manifest, so a changed choice is a new index."""

import hashlib
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from ingest.records import Search

DEFAULT_MODEL = "all-MiniLM-L6-v2"
RULES = 4  # raise when passages or files are made so differently that older ones are of no use


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """How articles become passages and vectors.

    `model` is "all-MiniLM-L6-v2" (the weights that are installed with Quoth), a folder with a
    sentence-transformers model, or a hub name. `max_chars` bounds a paragraph passage, in code
    points: 900 is about 200 of the model's 256 word pieces and leaves room for title and heading.
    `search` is how passages are found: exactly, by lists of neighbours, or by lists where there are
    too many to look at (ingest/index/inverted.py).
    """

    model: str = DEFAULT_MODEL
    max_chars: int = 900
    batch_size: int = 32
    search: Search = Search.AUTO

    def __post_init__(self) -> None:
        if not 200 <= self.max_chars <= 4000:
            raise ValueError(f"max_chars must lie in 200..4000, found {self.max_chars}")
        if self.batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, found {self.batch_size}")

    @property
    def sha256(self) -> str:
        """Of every choice that changes the index, and of the code that follows it.

        The batch size changes nothing. A changed line of code makes everything again, but for
        the vectors: those hang on the encoder and on the texts alone.
        """
        chosen = {k: v for k, v in asdict(self).items() if k != "batch_size"}
        found = (RULES, _code_sha256(), sorted(chosen.items()))
        return hashlib.sha256(repr(found).encode()).hexdigest()


@cache
def _code_sha256() -> str:
    """Of this package's own code, without its command line."""
    here = Path(__file__).parent
    files = sorted(path for path in here.rglob("*.py") if path.name != "__main__.py")
    parts = (path.relative_to(here).as_posix().encode() + path.read_bytes() for path in files)
    return hashlib.sha256(b"\0".join(parts)).hexdigest()
