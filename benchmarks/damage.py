"""SAFETY F3 and F4: a flipped bit is found before anyone is served; a full disk harms nothing."""

import errno
import os
import random
import resource
import shutil
import signal
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.kills import context, expect, fresh, is_tidy, replaced_os
from benchmarks.shelf import add, arrange, held, ingest
from ingest import IndexUnusableError, IndexWriteError, load_index


def measure(n_flips: int, n_sizes: int, *, seed: int = 5) -> dict[str, object]:
    """Flips found, of how many; sizes of a full disk survived, of how many."""
    with TemporaryDirectory() as work:
        return {
            **flip_bits(Path(work) / "flips", n_flips, seed=seed),
            **fill_disk(Path(work) / "full", n_sizes),
            **limit_files(Path(work) / "limit", n_sizes),
        }


def flip_bits(work: Path, n: int, *, seed: int) -> dict[str, object]:
    """One bit of one file at a time, every file in turn, of an index of two segments.

    Raises:
        AssertionError: a flip was not found, or its file or the remedy not named.
    """
    rng = random.Random(seed)
    folder, index = work / "articles", work / "index"
    arrange(folder, 0)
    ingest(folder, index)
    (work / "more.txt").write_text("One more article speaks of rivers.", encoding="utf-8")
    add(work / "more.txt", index)
    here = index / "generations" / (index / "CURRENT").read_text().split()[0]
    files = [*sorted(p for p in here.rglob("*") if p.is_file()), index / "CURRENT"]
    for number in range(n):
        path = files[number % len(files)]
        bit = rng.randrange(8 * path.stat().st_size)
        found = message_after_flip(index, path, bit)
        named = (path.name in found) or (path.name == "CURRENT")
        assert named, f"{path.name}: {found}"
        assert "python -m ingest build" in found
    load_index(index)
    return {"n_flips": n, "n_flips_found": n, "n_files": len(files)}


def message_after_flip(index: Path, path: Path, bit: int) -> str:
    """What loading says with one bit the other way round. The bit is put right again.

    Raises:
        AssertionError: the flip was not found.
    """
    with path.open("r+b") as file:
        file.seek(bit // 8)
        byte = file.read(1)[0]
        for value in (byte ^ (1 << bit % 8), byte):
            file.seek(bit // 8)
            file.write(bytes([value]))
            file.flush()
            if value != byte:
                message = _message(index, f"bit {bit} of {path.name}")
    return message


def _message(index: Path, what: str) -> str:
    try:
        load_index(index)
    except IndexUnusableError as error:
        return str(error)
    raise AssertionError(f"{what} was flipped, and nobody saw")


class FullDisk:
    """`os` on a disk with room for `n_bytes` more."""

    def __init__(self, n_bytes: int) -> None:
        self.n_left = n_bytes

    def __getattr__(self, name: str) -> object:
        return self._write if name == "write" else getattr(os, name)

    def _write(self, handle: int, data: memoryview) -> int:
        if self.n_left <= 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written = os.write(handle, data[: self.n_left])
        self.n_left -= written
        return written


def fill_disk(work: Path, n: int) -> dict[str, object]:
    """A disk that is full after 1/n, 2/n, ... of what an ingest writes."""
    folder, index, before, _ = fresh(work / "whole")
    size = sum(path.stat().st_size for path in _written(folder, index))
    for part in range(n):
        folder, index, before, after = fresh(work / str(part))
        try:
            with replaced_os(FullDisk(size * part // n)):
                ingest(folder, index)
        except IndexWriteError as error:
            assert os.strerror(errno.ENOSPC) in str(error)
            assert "still answers" in str(error)
        else:
            raise AssertionError(f"{size * part // n} bytes cannot have been enough")
        assert held(index) == before
        assert is_tidy(index)
        ingest(folder, index)
        assert held(index) == after
        shutil.rmtree(work / str(part))
    return {"n_full_disks": n, "largest_full_disk_bytes": size * (n - 1) // n}


def _written(folder: Path, index: Path) -> Sequence[Path]:
    """The files that one more ingest writes."""
    report = ingest(folder, index)
    return [p for p in (index / "generations" / report.generation).rglob("*") if p.is_file()]


def limit_files(work: Path, n: int) -> dict[str, object]:
    """The same with the operating system's own limit on the size of a file, in a child."""
    refused = 0
    for part in range(n):
        folder, index, before, after = fresh(work / str(part))
        child = context().Process(target=_ingest_limited, args=(folder, index, 64 * part))
        child.start()
        child.join()
        assert child.exitcode in (0, 3), child.exitcode
        refused += child.exitcode == 3
        assert expect(index, before, after) == (before if child.exitcode == 3 else after)
        assert is_tidy(index)
        shutil.rmtree(work / str(part))
    return {"n_file_limits": n, "n_file_limits_refused": refused}


def _ingest_limited(folder: Path, index: Path, n_bytes: int) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, n_bytes))
    try:
        ingest(folder, index)
    except IndexWriteError:
        raise SystemExit(3) from None
