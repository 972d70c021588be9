"""SAFETY F1: ingest is killed anywhere, and fails at every single change of the disk.

What is there after is what was there before, or what the ingest was to make; never anything else,
never less, and always whole. A reader looks on all the while.
"""

import errno
import itertools
import multiprocessing as mp
import os
import random
import shutil
import signal
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.shelf import State, arrange, held, ingest
from ingest import IndexWriteError
from ingest.index import disk

CALLS = ("write", "fsync", "replace", "link", "mkdir", "open")


class Faulty:
    """`os`, whose call number `at` among those that change the disk does not go as it should."""

    def __init__(self, at: int, *, kill: bool = False) -> None:
        self.n_calls = 0
        self._at = at
        self._kill = kill

    def __getattr__(self, name: str) -> object:
        if name not in CALLS:
            return getattr(os, name)

        def call(*args: object) -> object:
            self.n_calls += 1
            if self.n_calls == self._at:
                if self._kill:
                    os.kill(os.getpid(), signal.SIGKILL)
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            return getattr(os, name)(*args)

        return call


def measure(n: int, *, seed: int = 5) -> dict[str, object]:
    """`n` kills at random times, one at every change of the disk, and one fault at each."""
    with TemporaryDirectory() as work:
        return {
            "data": "six small articles, one changed, one gone, one new in each ingest",
            **kill_at_random(Path(work) / "random", n, seed=seed),
            **kill_at_every_call(Path(work) / "calls"),
            **fail_at_every_call(Path(work) / "faults"),
        }


def kill_at_random(work: Path, n: int, *, seed: int) -> dict[str, object]:
    """Kill `n` ingests after a random part of the time that one takes.

    Raises:
        AssertionError: the index was not what it was before, nor what it was to become.
    """
    rng = random.Random(seed)
    folder, index = work / "articles", work / "index"
    before = arrange(folder, 0)
    ingest(folder, index)
    took = statistics.median(_timed(folder, index, step) for step in range(1, 6))
    before = held(index)
    killed = survived = n_looks = step = 0
    while killed < n:
        step += 1
        after = arrange(folder, step)
        with Onlooker(index, (before, after)) as onlooker:
            process = _started(folder, index)
            time.sleep(rng.uniform(0, 1.1 * took))
            process.kill()
            process.join()
        killed += process.exitcode == -signal.SIGKILL
        survived += process.exitcode == 0
        n_looks += onlooker.n_looks
        before = expect(index, before, after)
    return {
        "n_killed": killed,
        "n_ended_before_the_kill": survived,
        "n_looks_meanwhile": n_looks,
        "n_documents_lost": 0,  # else `expect` or the onlooker raised
        "median_ingest_ms": round(1000 * took),
    }


def kill_at_every_call(work: Path, *, every: int = 1) -> dict[str, object]:
    """Kill an ingest before its first, second, ... change of the disk, until it has no more."""
    for at in itertools.count(1, every):
        folder, index, before, after = fresh(work / str(at))
        process = context().Process(target=_ingest_killed_at, args=(folder, index, at))
        process.start()
        process.join()
        state = expect(index, before, after)
        if process.exitcode == 0:
            assert state == after
            return {"n_killed_before_a_call": (at - 1) // every}
        assert process.exitcode == -signal.SIGKILL
        ingest(folder, index)
        assert held(index) == after
        assert is_tidy(index), "the next ingest sweeps what the killed one left"
        shutil.rmtree(work / str(at))
    raise AssertionError("unreachable")


def fail_at_every_call(work: Path, *, every: int = 1) -> dict[str, object]:
    """Let the first, second, ... change of the disk fail, until an ingest has no more of them."""
    for at in itertools.count(1, every):
        folder, index, before, after = fresh(work / str(at))
        faulty = Faulty(at)
        try:
            with replaced_os(faulty):
                ingest(folder, index)
        except IndexWriteError as error:
            assert "still answers" in str(error)
        else:
            assert held(index) == after
            assert faulty.n_calls < at
            return {"n_faults": (at - 1) // every}
        expect(index, before, after)
        assert is_tidy(index), "what was half written is gone at once"
        ingest(folder, index)
        assert held(index) == after
        shutil.rmtree(work / str(at))
    raise AssertionError("unreachable")


@contextmanager
def replaced_os(fake: object) -> Iterator[None]:
    """While it lasts, the index's disk calls go through another `os`."""
    vars(disk)["os"] = fake
    try:
        yield
    finally:
        vars(disk)["os"] = os


class Onlooker:
    """A thread that loads the index over and over, and knows what it may hold."""

    def __init__(self, index: Path, allowed: tuple[State, ...]) -> None:
        self.n_looks = 0
        self._index = index
        self._allowed = allowed
        self._stop = threading.Event()
        self._trouble: Exception | None = None
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> "Onlooker":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        if self._trouble is not None:
            raise AssertionError("the index did not answer meanwhile") from self._trouble

    def _look(self) -> None:
        try:
            while not self._stop.is_set():
                assert held(self._index) in self._allowed
                self.n_looks += 1
        except Exception as error:  # noqa: BLE001  (raised again where the thread is joined)
            self._trouble = error


def fresh(work: Path) -> tuple[Path, Path, State, State]:
    """An index of step 1, and the articles of step 2 ready to go in."""
    folder, index = work / "articles", work / "index"
    before = arrange(folder, 1)
    ingest(folder, index)
    return folder, index, before, arrange(folder, 2)


def expect(index: Path, before: State, after: State) -> State:
    """What the index holds: one of the two."""
    found = held(index)
    assert found in (before, after), f"lost: {sorted(set(before) & set(after) - set(found))}"
    return found


def is_tidy(index: Path) -> bool:
    """Whether nothing but two whole generations and the pointer is left."""
    folders = list((index / "generations").iterdir())
    whole = all((folder / "manifest.json").exists() for folder in folders)
    return whole and len(folders) <= 2 and not (index / "CURRENT.new").exists()


def context() -> ForkServerContext:
    """Processes that start in milliseconds: everything is imported once, nothing is running."""
    made = mp.get_context("forkserver")
    made.set_forkserver_preload(["benchmarks.kills", "benchmarks.reingest"])
    return made


def _started(folder: Path, index: Path) -> BaseProcess:
    """An ingest that has just begun."""
    ready, told = context().Pipe(duplex=False)
    process = context().Process(target=_ingest_and_tell, args=(folder, index, told))
    process.start()
    ready.recv()
    return process


def _timed(folder: Path, index: Path, step: int) -> float:
    """Seconds of one whole ingest."""
    arrange(folder, step)
    process = _started(folder, index)
    started = time.perf_counter()
    process.join()
    assert process.exitcode == 0
    return time.perf_counter() - started


def _ingest_and_tell(folder: Path, index: Path, told: Connection) -> None:
    told.send(True)
    ingest(folder, index)


def _ingest_killed_at(folder: Path, index: Path, at: int) -> None:
    with replaced_os(Faulty(at, kill=True)):
        ingest(folder, index)
