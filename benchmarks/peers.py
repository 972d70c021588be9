"""Quoth beside txtai, Haystack, LangChain and LlamaIndex: one machine, one run, taken in turns.

Same model files, same passages, same questions. The others find passages; Quoth also screens the
question, decides whether to answer, and quotes: what is timed is the whole reply.
"""

import json
import os
import statistics
import subprocess
import sys
import venv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.beir import Beir
from benchmarks.metrics import per_query
from benchmarks.questions import Question
from benchmarks.retrieval import documents_of
from benchmarks.speed import resident_mib
from ingest import Index

FOLDER = Path(__file__).parent
ENVIRONMENT = FOLDER.parent / "build" / "peers"  # ignored by git, made by this command
OTHERS = ("txtai", "haystack", "langchain", "llamaindex")


def environment(folder: Path = ENVIRONMENT) -> Path:
    """The Python of the peers' environment, made first where it is missing."""
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        requirements = FOLDER / "peers_requirements.txt"
        install = (str(python), "-m", "pip", "install", "--quiet", "-r", str(requirements))
        subprocess.run(install, check=True, stdout=sys.stderr)
    return python


K = 30  # passages that each library gives: of these, ten documents

Rows = Sequence[int]


@dataclass(frozen=True, slots=True)
class Served:
    """What one library took, and the rows of the passages that it found for each question."""

    ready_s: float
    seconds: tuple[float, ...]
    rows: tuple[Rows, ...]
    resident_mib: float

    @property
    def p50_ms(self) -> float:
        """The median of a question."""
        return 1000 * statistics.median(self.seconds)

    def to_json(self, n_passages: int) -> dict[str, object]:
        """Times and memory. For all but Quoth, whose index is there, `ready_s` is a build."""
        return {
            "p50_ms": round(self.p50_ms, 2),
            "p95_ms": round(1000 * statistics.quantiles(self.seconds, n=20)[-1], 2),
            "ready_s": round(self.ready_s, 1),
            "passages_per_s": round(n_passages / self.ready_s, 1),
            "resident_mib": round(self.resident_mib, 1),
        }


class _Worker:
    """One library in a process of its own, built and warm."""

    def __init__(self, command: Sequence[str], passages: Sequence[str]) -> None:
        quiet = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "DO_NOT_TRACK": "1"}
        quiet |= {"HAYSTACK_TELEMETRY_ENABLED": "False", "PYTHONPATH": str(FOLDER.parent)}
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, **quiet},
        )
        self._ready_s, _rows = self._exchange(list(passages))
        self._seconds: list[float] = []
        self._rows: list[Rows] = []

    def ask(self, question: str) -> None:
        """Keep how long it took, and the passages."""
        seconds, rows = self._exchange(question)
        self._seconds.append(seconds)
        self._rows.append(rows)

    def served(self) -> Served:
        """What it took so far."""
        resident = resident_mib(self._process.pid)
        return Served(self._ready_s, tuple(self._seconds), tuple(self._rows), resident)

    def end(self) -> None:
        """Standard input ends, and so does the process."""
        self._process.communicate(timeout=60)

    def _exchange(self, message: object) -> tuple[float, list[int]]:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(message) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._process.args!r} ended with {self._process.wait()}")
        seconds, rows = json.loads(line)
        return seconds, rows


def serve(
    questions: Sequence[str],
    index: Index,
    index_dir: Path,
    model: Path,
    *,
    python: Path,
    quoth: str = "quoth",
) -> Mapping[str, Served]:
    """Every library on every question, one library after the other for each question.

    `quoth` is the worker's function for Quoth: `quoth` gives the rows of its quotes,
    `quoth_ranking` those of its ranking, which a set of judged documents is about.
    """
    passages = [passage.text for passage in index.passages]
    script = str(FOLDER / "peer_worker.py")
    commands = {"quoth": (sys.executable, script, quoth, str(index_dir), str(K))}
    commands |= {name: (str(python), script, name, str(model), str(K)) for name in OTHERS}
    workers: dict[str, _Worker] = {}
    try:
        for name, command in commands.items():
            workers[name] = _Worker(command, passages)
        for question in questions:
            for worker in workers.values():
                worker.ask(question)
        return {name: worker.served() for name, worker in workers.items()}
    finally:
        for worker in workers.values():
            worker.end()


def first_right(questions: Sequence[Question], rows: Sequence[Rows], index: Index) -> float:
    """The share of answerable questions whose first passage is an accepted one."""
    asked = [(q, found) for q, found in zip(questions, rows, strict=True) if q.is_answerable]
    right = sum(bool(found) and _is_right(found[0], q, index) for q, found in asked)
    return right / max(1, len(asked))


def ndcg_at_10(beir: Beir, rows: Sequence[Rows], index: Index) -> float:
    """Mean nDCG@10 of the documents whose passages were found, queries in the order of `beir`."""
    found = {q: documents_of(of, index) for q, of in zip(beir.queries, rows, strict=True)}
    return statistics.fmean(per_query(found, beir.qrels)["nDCG@10"].values())


def _is_right(row: int, question: Question, index: Index) -> bool:
    """Whether the passage is, or has been copied from, an accepted place."""
    passage = index.passages[row]
    words = " ".join(passage.text.split())
    names = {place.document_id for place in (passage.place, *passage.also)}
    return any(
        any(accepted.source in name for name in names) and " ".join(accepted.quote.split()) in words
        for accepted in question.accept
    )
