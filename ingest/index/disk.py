"""The only file that changes an index's folder. What it has made is on the disk when it returns.

Every change is one call on `os`, so that a test can let any one of them fail.
"""

import errno
import hashlib
import io
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from ingest.records import Artefact

PIECE = 1 << 20  # bytes handed to the operating system at once
# What a file system answers that cannot give a file a second name, or not one more.
NO_LINKS = frozenset({errno.EPERM, errno.EXDEV, errno.EMLINK, errno.ENOSYS, errno.EOPNOTSUPP})


def write_file(path: Path, parts: Iterable[bytes | memoryview]) -> Artefact:
    """Write one file whole, force it to the disk, and say what was written."""
    digest, n_bytes = hashlib.sha256(), 0
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    try:
        for part in parts:
            for at in range(0, len(part), PIECE):
                piece = memoryview(part)[at : at + PIECE]
                digest.update(piece)
                n_bytes += len(piece)
                while piece:
                    piece = piece[os.write(handle, piece) :]
        os.fsync(handle)
    finally:
        os.close(handle)
    return Artefact(path.name, n_bytes, digest.hexdigest())


def write_array(path: Path, array: np.ndarray) -> Artefact:
    """Write one array in numpy's own format; no pickles."""
    header = io.BytesIO()
    whole = np.ascontiguousarray(array)
    np.lib.format.write_array_header_1_0(header, np.lib.format.header_data_from_array_1_0(whole))
    body = whole.reshape(-1).view(np.uint8).data if whole.size else memoryview(b"")
    return write_file(path, [header.getvalue(), body])


def link_file(source: Path, target: Path) -> None:
    """Give a finished file a second name; a copy where the file system knows no second names."""
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        write_file(target, [source.read_bytes()])


def make_folder(path: Path) -> None:
    """Make one folder, and force its name to the disk."""
    os.mkdir(path, 0o755)  # noqa: PTH102  (see the module's docstring)
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Force a folder's list of names to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replace_file(source: Path, target: Path) -> None:
    """Rename over `target` in one step, and force the rename to the disk."""
    os.replace(source, target)  # noqa: PTH105  (see the module's docstring)
    sync_folder(target.parent)


def remove_tree(path: Path) -> None:
    """Remove a folder and all that is in it; what is gone already is no fault."""
    shutil.rmtree(path, ignore_errors=True)
