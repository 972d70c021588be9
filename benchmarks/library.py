"""What a large library costs: building it, building it again, adding and removing one document.

Each step is a process of its own, as on the command line, so seconds hold start-up and model, and
the peak of resident memory is that step's.
"""

import json
import os
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.hashing import HashingEncoder
from ingest import Encoder, OnProgress, add_articles, build_index, load_index, remove_documents

ONE = "one-more.md"
TEXT = """---
title: A page that was not there
---
Zyxwitis is a word that nobody else uses.

It stands here so that one document can be added to a large library, and found in it.
"""


def measure(corpus: Path, *, hashing: bool, index_dir: Path | None = None) -> dict[str, object]:
    """Seconds and peak memory in MB of each step; the size of the index."""
    with TemporaryDirectory() as work:
        index = index_dir or Path(work) / "index"
        one = Path(work) / ONE
        one.write_text(TEXT, encoding="utf-8")
        steps = {
            "build": ("build", corpus),
            "no_change": ("build", corpus),
            "add_one": ("add", one),
            "load": ("load", one),
            "remove_one": ("remove", one),
        }
        found = {n: run_step(verb, p, index, hashing=hashing) for n, (verb, p) in steps.items()}
        loaded = load_index(index)
        result: dict[str, object] = {
            "corpus": corpus.name,
            "encoder": loaded.manifest.encoder.name,
            "documents": loaded.manifest.n_documents,
            "passages": loaded.manifest.n_passages,
            "index_mb": sum(a.n_bytes for a in loaded.manifest.artefacts) // 2**20,
        }
    for name, (seconds, peak_mb) in found.items():
        result |= {f"{name}_s": round(seconds, 2), f"{name}_peak_mb": peak_mb}
    share = found["no_change"][0] / found["build"][0]
    return {**result, "no_change_share": round(share, 4)}


def run_step(verb: str, path: Path, index: Path, *, hashing: bool) -> tuple[float, int]:
    """Seconds and peak memory in MB of one step in a fresh process.

    Raises:
        RuntimeError: the step failed; what it said stands on stderr.
    """
    command = [sys.executable, "-m", "benchmarks.library", verb, str(path), str(index)]
    command.append("hashing" if hashing else "model")
    started = time.perf_counter()
    process = os.posix_spawn(sys.executable, command, os.environ)
    _, status, usage = os.wait4(process, 0)
    seconds = time.perf_counter() - started
    if status != 0:
        raise RuntimeError(f"the step {verb} {path} failed with status {status}")
    print(json.dumps({"step": verb, "s": round(seconds, 2)}), file=sys.stderr)
    return seconds, usage.ru_maxrss // 1024


def _step(verb: str, path: Path, index: Path, encoder: Encoder | None) -> None:
    """One step, in this process."""
    match verb:
        case "build":
            build_index([path], index, encoder=encoder, on_progress=_progress())
        case "add":
            add_articles([path], index, encoder=encoder)
        case "remove":
            remove_documents([path.name], index, encoder=encoder)
        case "load":
            (row, _), *_ = load_index(index).bm25.search("zyxwitis", 1)
            assert row >= 0, "the document that was added is found"
        case _:
            raise ValueError(f"no step {verb!r}")


def _progress() -> OnProgress:
    from ingest.progress import PlainLines

    return PlainLines(lambda line: print(line, file=sys.stderr))


if __name__ == "__main__":
    _verb, _path, _index, _kind = sys.argv[1:]
    _step(_verb, Path(_path), Path(_index), HashingEncoder() if _kind == "hashing" else None)
