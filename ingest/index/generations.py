"""Generations on disk: a new index is written whole beside the old one, then one rename switches.

    <index>/CURRENT                               "<generation> <sha256 of its manifest>"
    <index>/generations/<generation>/<segment>/   artefacts
    <index>/generations/<generation>/manifest.json   written last
    <index>/.lock                                 held by the one writer

Whatever happens before the rename, the old generation answers, and the writer sweeps what it left;
where it was killed, the next writer does. A segment that did not change is the same file under a
second name.
"""

import contextlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from ingest.errors import IndexBusyError, IndexWriteError
from ingest.index import disk

LOCK_TIMEOUT_S = 0.5
POINTER, MANIFEST = "CURRENT", "manifest.json"
POINTED = re.compile(r"(\w[\w-]*) ([0-9a-f]{64})\n")
FRESH_POINTER = f"{POINTER}.new"


@contextlib.contextmanager
def writing(index_dir: Path) -> Iterator[None]:
    """Be the one writer of `index_dir`. The operating system frees the lock of a dead process.

    Raises:
        IndexBusyError: another process is writing.
        IndexWriteError: the folder cannot be made, or not written to.
    """
    lock = FileLock(index_dir / ".lock", timeout=LOCK_TIMEOUT_S)
    try:
        index_dir.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise IndexBusyError(index_dir) from error
    except OSError as error:
        raise IndexWriteError(index_dir, error.strerror or str(error)) from error
    try:
        sweep(index_dir)
        yield
    finally:
        try:
            sweep(index_dir)
        finally:
            lock.release()


def folder_of(index_dir: Path, generation: str) -> Path:
    """Where a generation's files lie."""
    return index_dir / "generations" / generation


def current(index_dir: Path) -> tuple[str, str] | None:
    """The generation that answers and its manifest's sha256; None where nothing was ever built."""
    try:
        text = (index_dir / POINTER).read_bytes().decode("ascii")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        return "", ""
    found = POINTED.fullmatch(text)
    return (found[1], found[2]) if found else ("", "")


def current_generation(index_dir: Path) -> str | None:
    """The name of the generation that answers, from one small file; None where it cannot be told.

    What is loaded under another name is out of date.
    """
    pointer = current(index_dir)
    return pointer[0] or None if pointer else None


def begin(index_dir: Path, generation: str) -> Path:
    """An empty folder for a new generation."""
    if not (index_dir / "generations").is_dir():
        disk.make_folder(index_dir / "generations")
    folder = folder_of(index_dir, generation)
    disk.make_folder(folder)
    return folder


def publish(index_dir: Path, generation: str, manifest: bytes) -> None:
    """Complete a generation with its manifest, and make it the one that answers, in one rename."""
    folder = folder_of(index_dir, generation)
    written = disk.write_file(folder / MANIFEST, [manifest])
    disk.sync_folder(folder)
    pointer = f"{generation} {written.sha256}\n".encode("ascii")
    disk.write_file(index_dir / FRESH_POINTER, [pointer])
    disk.replace_file(index_dir / FRESH_POINTER, index_dir / POINTER)


def sweep(index_dir: Path) -> None:
    """Remove every generation but the one that answers and the one before it.

    Readers may still be loading the one before. Where the pointer or its manifest is damaged
    nothing is removed: nobody can tell what they should have said.
    """
    pointer = current(index_dir)
    kept: set[str] = set()
    if pointer is not None:
        try:
            manifest = json.loads((folder_of(index_dir, pointer[0]) / MANIFEST).read_bytes())
            kept = {pointer[0], str(manifest.get("previous"))}
        except (OSError, ValueError, AttributeError):
            return
    (index_dir / FRESH_POINTER).unlink(missing_ok=True)
    for folder in (index_dir / "generations").glob("*"):
        if folder.name not in kept:
            disk.remove_tree(folder)
