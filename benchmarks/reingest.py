"""SAFETY F2 and F6: questions while the library changes, and two writers at once."""

import statistics
import threading
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant import Answer, Assistant, Reloading
from benchmarks.hashing import HashingEncoder
from benchmarks.kills import context
from benchmarks.shelf import WORDS, State, arrange, held, ingest
from ingest import IndexBusyError, current_generation, load_index
from ingest.index.generations import writing

# Words as they follow each other in the articles, so that most of the questions are answered.
QUESTIONS = tuple(f"Which speaks of {' '.join((WORDS * 2)[i : i + 6])}?" for i in range(len(WORDS)))
ASKERS = 4


@dataclass
class Asked:
    """What came of the questions, of all askers together."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    n_asked: int = 0
    n_answered: int = 0
    errors: list[str] = field(default_factory=list)
    seen: dict[str, list[tuple[str, str]]] = field(default_factory=dict)


def measure(n: int, *, per_second: float = 20.0) -> dict[str, object]:
    """`n` re-ingests under questions, then a second writer and a dead one."""
    with TemporaryDirectory() as work:
        return {**reingest(Path(work) / "asked", n, per_second), **lock(Path(work) / "lock")}


def reingest(work: Path, n: int, per_second: float) -> dict[str, object]:
    """Errors, and answers with a quote that their own generation does not hold.

    Each re-ingest is a process of its own; the next starts when the reader has seen the last.
    """
    folder, index = work / "articles", work / "index"
    arrange(folder, 0)
    states: dict[str, State] = {ingest(folder, index).generation: held(index)}
    assistant = Reloading(index, lambda at: Assistant(load_index(at), HashingEncoder()))
    asked, stop = Asked(), threading.Event()
    askers = [
        threading.Thread(target=_ask, args=(assistant, asked, stop, ASKERS / per_second))
        for _ in range(ASKERS)
    ]
    for asker in askers:
        asker.start()
    started = time.perf_counter()
    for step in range(1, n + 1):
        arrange(folder, step)
        process = context().Process(target=ingest, args=(folder, index))
        process.start()
        process.join()
        assert process.exitcode == 0
        states[str(current_generation(index))] = held(index)
        time.sleep(3 / per_second)
    stop.set()
    for asker in askers:
        asker.join()
    assert asked.n_answered > asked.n_asked / 2, "most of the questions can be answered"
    mixed = [
        (generation, document_id)
        for generation, quotes in asked.seen.items()
        for document_id, quote in quotes
        if quote not in states[generation].get(document_id, "")
    ]
    return {
        "n_reingests": n,
        "n_generations_answered_from": len(asked.seen),
        "n_asked": asked.n_asked,
        "asked_per_s": round(asked.n_asked / (time.perf_counter() - started), 1),
        "n_answered": asked.n_answered,
        "n_errors": len(asked.errors),
        "n_answers_that_mix_generations": len(mixed),
    }


def _ask(assistant: Reloading, asked: Asked, stop: threading.Event, every_s: float) -> None:
    """Ask in turn, as often as it was said, until told to stop."""
    due = time.perf_counter()
    while not stop.is_set():
        with asked.lock:
            question = QUESTIONS[asked.n_asked % len(QUESTIONS)]
            asked.n_asked += 1
        try:
            reply = assistant.ask(question)
        except Exception as error:  # noqa: BLE001  (what is counted here)
            asked.errors.append(repr(error))
            continue
        if isinstance(reply, Answer):
            with asked.lock:
                asked.n_answered += 1
                quotes = asked.seen.setdefault(str(reply.generation), [])
                quotes.extend((c.document_id, c.quote) for c in reply.citations)
        due += every_s
        time.sleep(max(0.0, due - time.perf_counter()))


def lock(work: Path, *, n: int = 10) -> dict[str, object]:
    """Seconds until a second writer is turned away; whether a killed writer's lock is free."""
    folder, index = work / "articles", work / "index"
    arrange(folder, 0)
    ingest(folder, index)
    arrange(folder, 1)
    waits = []
    for _ in range(n):
        holding, told = context().Pipe(duplex=False)
        holder = context().Process(target=_hold, args=(index, told))
        holder.start()
        holding.recv()
        waits.append(_turned_away(folder, index))
        holder.kill()
        holder.join()
    after = ingest(folder, index)
    assert after.n_changed > 0, "the lock of the killed writers is free"
    return {
        "n_second_writers": n,
        "lock_error_s": round(max(waits), 3),
        "lock_error_median_s": round(statistics.median(waits), 3),
        "stale_lock_recovered": True,
    }


def _turned_away(folder: Path, index: Path) -> float:
    started = time.perf_counter()
    try:
        ingest(folder, index)
    except IndexBusyError:
        return time.perf_counter() - started
    raise AssertionError("two writers at once")


def _hold(index: Path, told: Connection) -> None:
    with writing(index):
        told.send(True)
        threading.Event().wait()
