"""Generations on disk: a new index is written whole beside the old one, then one rename switches.

    <index>/CURRENT                     "<generation> <sha256 of its manifest>"
    <index>/generations/<generation>/   artefacts, and manifest.json written last
    <index>/.lock                       held by the one writer

Whatever happens before the rename, the old generation answers; the next writer sweeps leftovers.
"""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from ingest.errors import IndexBusyError

KEEP = 2  # the current generation and the one before, which a reader may still hold open
LOCK_TIMEOUT_S = 0.5
POINTER = "CURRENT"


@contextlib.contextmanager
def writing(index_dir: Path) -> Iterator[None]:
    """Be the one writer of `index_dir`. The operating system frees the lock of a dead process.

    Raises:
        IndexBusyError: another process is writing.
    """
    index_dir.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(index_dir / ".lock", timeout=LOCK_TIMEOUT_S):
            _sweep(index_dir, keep=0)
            yield
    except Timeout as error:
        raise IndexBusyError(index_dir) from error


def folder_of(index_dir: Path, generation: str) -> Path:
    """Where a generation's files lie."""
    return index_dir / "generations" / generation


def current(index_dir: Path) -> tuple[str, str] | None:
    """The generation that answers and its manifest's sha256; None where nothing was ever built."""
    try:
        words = (index_dir / POINTER).read_text(encoding="ascii").split()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        return "", ""
    return (words[0], words[1]) if len(words) == 2 and "/" not in words[0] else ("", "")


def publish(index_dir: Path, generation: str, manifest_sha256: str) -> None:
    """Make a finished generation the one that answers, in one atomic rename."""
    for path in sorted(folder_of(index_dir, generation).rglob("*")):
        _fsync(path)
    _fsync(folder_of(index_dir, generation))
    _fsync(index_dir / "generations")
    fresh = index_dir / f"{POINTER}.new"
    fresh.write_text(f"{generation} {manifest_sha256}\n", encoding="ascii")
    _fsync(fresh)
    fresh.replace(index_dir / POINTER)
    _fsync(index_dir)
    _sweep(index_dir, keep=KEEP - 1)


def _sweep(index_dir: Path, *, keep: int) -> None:
    """Remove generations that nobody points at, but for the `keep` newest finished ones.

    With `keep=0` (before a write) only unfinished ones go: they have no manifest.
    """
    live = current(index_dir)
    folders = sorted((index_dir / "generations").glob("*"), reverse=True)
    others = [f for f in folders if live is None or f.name != live[0]]
    whole = [f for f in others if (f / "manifest.json").exists()]
    doomed = [f for f in others if f not in whole] + (whole[keep:] if keep else [])
    for folder in doomed:
        shutil.rmtree(folder)


def _fsync(path: Path) -> None:
    """Force a file, or a folder's list of names, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
