"""How much faster two workers on Ray embed than one, each an encoder with one thread.

In turns on this machine, over the same texts, shuffled so that every batch costs about as much.
Other work on the machine takes from two workers what it leaves to one, so processor time is
measured beside: where two workers take no more of it a text than one, what the ratio lacks of 2 is
the machine's and not Ray's.
"""

import os
import random
import statistics
import time
from collections.abc import Sequence
from contextlib import suppress
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.hashing import HashingEncoder
from benchmarks.speed import texts_of
from ingest import Encoder, build_index, load_encoder, load_index
from ingest.distributed import on_ray
from ingest.options import DEFAULT_MODEL

Arrivals = Sequence[tuple[float, float, int]]  # of a batch: seconds, processor seconds, its texts
Figures = dict[str, float]


def measure(folder: Path, *, n_texts: int, turns: int) -> dict[str, object]:
    """Medians over the turns, and the load of the machine (1 minute) before and after."""
    texts, encoder = shuffled(folder, n_texts), load_encoder(DEFAULT_MODEL)
    load = [os.getloadavg()[0]]
    found: dict[int, list[Figures]] = {1: [], 2: []}
    for _ in range(turns):
        for workers, rates in found.items():
            rates.append(rate(_embed(texts, encoder, workers), workers=workers))
    load.append(os.getloadavg()[0])
    one, two = (_medians(rates) for rates in found.values())
    return {
        "corpus": folder.name,
        "texts": n_texts,
        "turns": turns,
        "one": one,
        "two": two,
        "two_over_one": two["texts_per_s"] / one["texts_per_s"],
        "two_over_one_per_cpu_s": two["texts_per_cpu_s"] / one["texts_per_cpu_s"],
        "cpus": os.cpu_count(),
        "load": load,
    }


def shuffled(folder: Path, n: int) -> list[str]:
    """`n` passages and sentences of the articles in `folder`, from the first again if need be."""
    with TemporaryDirectory() as work:
        build_index([folder], Path(work), encoder=HashingEncoder())
        passages, sentences = texts_of(load_index(Path(work)))
    texts = [*passages, *sentences]
    random.Random(1).shuffle(texts)
    return list(islice(cycle(texts), n))


def rate(arrivals: Arrivals, *, workers: int) -> Figures:
    """Texts a second and a second of processor time, and how many cores that were.

    From when each worker has given its first batch: the start of Ray and of its actors takes the
    same for any library.
    """
    (began, cpu_began, _), *others = arrivals[workers - 1 :]
    ended, cpu_ended, _ = others[-1]
    n = sum(texts for _, _, texts in others)
    seconds, cpu_s = ended - began, cpu_ended - cpu_began
    return {"texts_per_s": n / seconds, "texts_per_cpu_s": n / cpu_s, "cores": cpu_s / seconds}


def processes() -> dict[int, float]:
    """This process and all that it started, by id, with their processor time in seconds (Linux)."""
    tick = os.sysconf("SC_CLK_TCK")
    parents: dict[int, int] = {}
    spent: dict[int, float] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):  # it has ended
            fields = stat.read_text().rpartition(")")[2].split()
            pid = int(stat.parent.name)
            parents[pid], spent[pid] = int(fields[1]), (int(fields[11]) + int(fields[12])) / tick
    own, size = {os.getpid()}, 0
    while len(own) > size:
        size = len(own)
        own |= {pid for pid, parent in parents.items() if parent in own}
    return {pid: spent[pid] for pid in own}


def _embed(texts: Sequence[str], encoder: Encoder, workers: int) -> Arrivals:
    """When the vectors came."""
    arrivals: list[tuple[float, float, int]] = []

    def note(done: int, _total: int) -> None:
        arrivals.append((time.perf_counter(), sum(processes().values()), done))

    with on_ray(workers=workers) as runner:
        for _ in runner.embed(texts, lambda: encoder, batch_size=32, on_progress=note):
            pass
    return arrivals


def _medians(rates: Sequence[Figures]) -> Figures:
    return {name: statistics.median(found[name] for found in rates) for name in rates[0]}
