"""Quoth beside txtai, Haystack, LangChain and LlamaIndex: one machine, one run, taken in turns.

Same model files, same passages, same questions. The others find passages; Quoth also screens the
question, decides whether to answer, and quotes.
"""

import json
import os
import statistics
import subprocess
import sys
import venv
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.questions import Question
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
        self.ready_s, _rows = self._exchange(list(passages))
        self.seconds: list[float] = []
        self.first: list[int | None] = []

    def ask(self, question: str) -> None:
        """Keep how long it took, and the first passage."""
        seconds, rows = self._exchange(question)
        self.seconds.append(seconds)
        self.first.append(rows[0] if rows else None)

    def figures(self, questions: Sequence[Question], index: Index) -> dict[str, object]:
        """Latency, memory, and the share of answerable questions whose first passage is right."""
        asked = [(q, row) for q, row in zip(questions, self.first, strict=True) if q.is_answerable]
        right = sum(row is not None and _is_right(row, q, index) for q, row in asked)
        return {
            "p50_ms": 1000 * statistics.median(self.seconds),
            "p95_ms": 1000 * statistics.quantiles(self.seconds, n=20)[-1],
            "ready_s": self.ready_s,
            "resident_mib": resident_mib(self._process.pid),
            "first_passage_right": right / max(1, len(asked)),
        }

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


def compare(
    questions: Sequence[Question], index: Index, index_dir: Path, model: Path, *, python: Path
) -> Mapping[str, Mapping[str, object]]:
    """Every library on every question, one library after the other for each question."""
    passages = [passage.text for passage in index.passages]
    script = str(FOLDER / "peer_worker.py")
    commands = {"quoth": (sys.executable, script, "quoth", str(index_dir))}
    commands |= {name: (str(python), script, name, str(model)) for name in OTHERS}
    workers: dict[str, _Worker] = {}
    try:
        for name, command in commands.items():
            workers[name] = _Worker(command, passages)
        for question in questions:
            for worker in workers.values():
                worker.ask(question.question)
        return {name: worker.figures(questions, index) for name, worker in workers.items()}
    finally:
        for worker in workers.values():
            worker.end()


def _is_right(row: int, question: Question, index: Index) -> bool:
    """Whether the passage is, or has been copied from, an accepted place."""
    passage = index.passages[row]
    words = " ".join(passage.text.split())
    names = {place.document_id for place in (passage.place, *passage.also)}
    return any(
        any(accepted.source in name for name in names) and " ".join(accepted.quote.split()) in words
        for accepted in question.accept
    )
