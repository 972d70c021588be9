"""Search by number of passages: exact against lists, in time, recall and memory.

Vectors are those of a library's own texts, its passages and then its statements. Where there are
too few, each further one is a mean of two neighbours in a document, of random weights: it lies
where texts lie, but no text says it; `texts` in the result says how many are real. Questions are
those that the library answers. Each size is searched in a process of its own.
"""

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.speed import REPOSITORY
from ingest import Index, Vectors
from ingest.index.dense import DenseIndex
from ingest.index.inverted import EQUAL, EXACT_UP_TO, N_NEAREST, N_QUERIES, InvertedFile, tenth_best

NEIGHBOURS = 5  # rows within which two texts are taken for neighbours
N_CANDIDATES = 200  # hits that the app asks for (assistant/retrieve.py)
N_WARM = 50  # searches before any is timed
PIECE = 65_536


def measure(index: Index, sizes: Sequence[int], *, n_questions: int = 1000) -> dict[str, object]:
    """For each size: exact search, search by lists, and the growth of what the app would use.

    Raises:
        ValueError: the library answers no question.
    """
    real = _texts(index)
    asked = index.question_vectors.vectors()
    if not len(asked):
        raise ValueError("the library answers no question; measure one that does, such as corpus")
    drawn = np.random.default_rng(7).permutation(len(asked))
    half = min(n_questions, len(asked) // 2)
    ask, learn = asked[drawn[:half]], asked[drawn[half:]]
    found: dict[str, object] = {"texts": len(real), "questions": len(ask)}
    used: dict[int, float] = {}
    with TemporaryDirectory() as folder:
        for size in sizes:
            figures = _at(size, real, learn[:N_QUERIES], ask, Path(folder))
            found[str(size)] = figures
            name = "exact" if size <= EXACT_UP_TO or "lists" not in figures else "lists"
            used[size] = figures[name]["p50_ms"]
            print(json.dumps({str(size): figures}), file=sys.stderr)
    return {**found, "growth": round(used[max(sizes)] / used[min(sizes)], 2)}


def grown(real: Vectors, n: int) -> Vectors:
    """float32 (n, d): the first n rows of `real`, and means of neighbours where there are fewer."""
    rng = np.random.default_rng(1)
    parts, missing = [real[:n]], n - len(real)
    while missing > 0:
        one = rng.integers(len(real), size=min(missing, PIECE))
        other = (one + rng.integers(1, NEIGHBOURS + 1, size=len(one))) % len(real)
        weight = rng.uniform(0.2, 0.8, size=(len(one), 1)).astype(np.float32)
        mixed = weight * real[one] + (1 - weight) * real[other]
        parts.append(mixed / np.linalg.norm(mixed, axis=1, keepdims=True))
        missing -= len(one)
    return np.concatenate(parts).astype(np.float32)


def _texts(index: Index) -> Vectors:
    """The vectors of all passages, then of all statements, of length 1."""
    rows = np.concatenate([index.passage_vectors.vectors(), *index.statements.blocks()])
    rows = rows.astype(np.float32)
    unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


def _at(
    size: int, real: Vectors, learn: Vectors, ask: Vectors, folder: Path
) -> dict[str, dict[str, float]]:
    """Figures of one size; the vectors lie on the disk, as those of a library do."""
    vectors = grown(real, size)
    np.save(folder / "vectors.npy", vectors)
    np.save(folder / "ask.npy", ask)
    np.save(folder / "bars.npy", tenth_best(vectors, ask))
    figures = {"exact": _searched("exact", folder, size)}
    started = time.perf_counter()
    built = InvertedFile.build(vectors, learn)
    seconds = time.perf_counter() - started
    if built is not None:
        lists, how = built
        (folder / "lists").write_bytes(lists.to_bytes())
        del vectors, lists, built
        figures["lists"] = {
            "build_s": round(seconds, 1),
            "n_lists": how.n_lists,
            "n_probe": how.n_probe,
            "bytes_a_vector": round((folder / "lists").stat().st_size / size, 1),
            **_searched(f"lists{how.n_probe}", folder, size),
        }
    return figures


def _searched(how: str, folder: Path, size: int) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.scale", how, str(folder)]
    ran = subprocess.run(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True, check=True)
    found = json.loads(ran.stdout)
    kib = {name: found.pop(name) for name in ("own_kib", "mapped_kib")}
    return {**found, **{f"{n[:-4]}_bytes_a_vector": round(k * 1024 / size) for n, k in kib.items()}}


def _search_here(how: str, folder: Path) -> dict[str, float]:
    """Open what is in `folder`, search it, and say what that took."""
    ask, bars = np.load(folder / "ask.npy"), np.load(folder / "bars.npy")
    before = _resident_kib()
    vectors = np.load(folder / "vectors.npy", mmap_mode="r")
    if how == "exact":
        found: DenseIndex | InvertedFile = DenseIndex.build(vectors)
        vectors = vectors[:0]
    else:
        n_probe = int(how.removeprefix("lists"))
        found = InvertedFile.read(folder / "lists", vectors, n_probe=n_probe)
    for query in ask[:N_WARM]:
        found.search(query, N_CANDIDATES)
    opened = _resident_kib()
    ms: list[float] = []
    hits = 0
    for query, bar in zip(ask, bars.tolist(), strict=True):
        started = time.perf_counter()
        found_now = found.search(query, N_CANDIDATES)
        ms.append(1000 * (time.perf_counter() - started))
        hits += sum(cosine >= bar - EQUAL for _, cosine in found_now[:N_NEAREST])
    return {
        "recall_at_10": round(hits / (N_NEAREST * len(ask)), 4),
        "p50_ms": round(float(np.median(ms)), 3),
        "p95_ms": round(float(np.quantile(ms, 0.95)), 3),
        "own_kib": opened["RssAnon"] - before["RssAnon"],
        "mapped_kib": _resident_kib()["RssFile"] - before["RssFile"],
    }


def _resident_kib() -> dict[str, int]:
    """Memory of this process: its own, and pages of files, which the system takes back at need."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return {line.split(":")[0]: int(line.split()[1]) for line in lines if line.startswith("Rss")}


if __name__ == "__main__":
    print(json.dumps(_search_here(sys.argv[1], Path(sys.argv[2]))))
