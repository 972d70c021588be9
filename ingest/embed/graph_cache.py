"""A model's graph, made once, judged against torch, and kept under the sha256 of its weights."""

import hashlib
import json
import logging
import os
import shutil
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from ingest.embed.encoder import Encoder
from ingest.embed.graph import GRAPH, TOKENIZER, WEIGHTS, GraphEncoder, GraphError
from ingest.embed.reference import SentenceTransformerEncoder
from ingest.records import EncoderIdentity

CACHE = "QUOTH_CACHE_DIR"
FORMAT = 1  # raise when the same weights would give other files
FILES = (GRAPH, WEIGHTS, TOKENIZER)
RECORD = "graph.json"
MIN_COSINE = 0.9999  # OpenVINO fp32 gives 1.0000 against torch; dynamic int8 .956

logger = logging.getLogger(__name__)


def cached_graph(
    reference: SentenceTransformerEncoder, *, threads: int | None = None
) -> GraphEncoder:
    """The graph of these weights from the cache, made first where it is missing or damaged.

    Raises:
        GraphError: it cannot be made or kept, or does not say what torch says.
    """
    folder = cache_dir() / _key(reference)
    try:
        identity = _checked(folder, reference)
        if identity is None:
            _make(folder, reference)
            identity = _checked(folder, reference)
    except OSError as error:
        raise GraphError(f"no graph in {folder}: {error}. Set {CACHE} to a folder") from error
    if identity is None:
        raise GraphError(f"{folder} was damaged while it was written")
    return GraphEncoder(folder, identity, threads=threads)


def cache_dir() -> Path:
    """Where graphs are kept: QUOTH_CACHE_DIR, or quoth/ in the user's cache folder."""
    chosen = os.environ.get(CACHE)
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return (Path(chosen) if chosen else Path(base) / "quoth").expanduser()


def _key(reference: SentenceTransformerEncoder) -> str:
    """Of all that decides a vector: the weights, the model's small files, and the runtime."""
    try:
        runtime = version("openvino")
    except PackageNotFoundError as error:
        raise GraphError("openvino is not installed; run: make venv") from error
    digest = hashlib.sha256(f"{FORMAT} {runtime} {reference.weights_sha256}".encode())
    for path in sorted(p for e in ("json", "txt") for p in reference.folder.rglob(f"*.{e}")):
        digest.update(path.name.encode() + path.read_bytes())
    return f"{reference.weights_sha256[:16]}-{digest.hexdigest()[:16]}"


def _checked(folder: Path, reference: SentenceTransformerEncoder) -> EncoderIdentity | None:
    """Which model the graph in `folder` is, if every file is as it was written; else None."""
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        for name in FILES:
            if _sha256(folder / name) != record["sha256"][name]:
                raise ValueError(f"{name} is not as it was written")
        return EncoderIdentity(
            reference.name, reference.weights_sha256, record["dimension"], record["max_tokens"]
        )
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        logger.warning("The graph in %s is damaged and is made again: %s", folder, error)
        return None


def _make(folder: Path, reference: SentenceTransformerEncoder) -> None:
    """Export beside `folder`, judge, then take its place in one step."""
    logger.info("Exporting the encoder once into %s", folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="export-", dir=folder.parent) as scratch:
        new = Path(scratch) / "graph"
        new.mkdir()
        try:
            reference.export(new)
        except Exception as error:
            raise GraphError(f"{reference.name} cannot be exported: {error}") from error
        identity = reference.identity
        cosine = parity(GraphEncoder(new, identity), reference, probes())
        if not cosine >= MIN_COSINE:
            raise GraphError(f"the graph strays from torch: cosine {cosine:.6f} < {MIN_COSINE}")
        record = {
            "dimension": identity.dimension,
            "max_tokens": identity.max_tokens,
            "parity_cosine": cosine,
            "sha256": {name: _sha256(new / name) for name in FILES},
        }
        (new / RECORD).write_text(json.dumps(record, indent=1), encoding="utf-8")
        if folder.exists():
            shutil.move(folder, Path(scratch) / "damaged")
        new.rename(folder)


def parity(graph: Encoder, reference: Encoder, texts: tuple[str, ...]) -> float:
    """The lowest cosine between what the two say of a text: alone, and in batches of 16."""
    lowest = 1.0
    for size in (1, 16):
        for at in range(0, len(texts), size):
            batch = texts[at : at + size]
            cosines = np.sum(graph.encode(batch) * reference.encode(batch), axis=1)
            lowest = min(lowest, float(cosines.min()))
    return lowest


def probes() -> tuple[str, ...]:
    """48 texts of our own: empty, short, accented, in other scripts, and beyond any window."""
    words = (
        "why does my left eyelid twitch when I am tired, and how much water should a grown-up "
        "drink on a hot day? Dose: 2.5 mg/kg (max. 10 mL); fièvre, Müdigkeit, café – naïve… "
        "\u75b2\u308c \u0431\u043e\u043b\u044c \U0001f600 e\u0301 ANKLE-SPRAIN x_y 'quoted' 37.5°C"
    ).split()
    turned = (words[i:] + words[:i] for i in range(len(words)))
    lengths = [0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 144, 600]
    return tuple(
        " ".join((rotation * 20)[: lengths[i % len(lengths)]])
        for i, rotation in zip(range(48), [*turned] * 2, strict=False)
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
