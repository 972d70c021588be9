"""How far a build is: a bar with rate and time left on a terminal, plain lines anywhere else."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from ingest.change import OnProgress

LINE_EVERY_S = 10.0
STAGES = {"read": "reading articles", "embed": "embedding texts"}


@contextmanager
def showing(console: Console) -> Iterator[OnProgress]:
    """A callback for `build_index` that shows on `console` what it is told."""
    if not console.is_terminal:
        yield PlainLines(lambda line: console.print(line, markup=False))
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate())
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as bar:
        tasks = {stage: bar.add_task(name, total=None) for stage, name in STAGES.items()}

        def advance(stage: str, done: int, total: int) -> None:
            bar.update(tasks[stage], advance=done, total=total or None)

        yield advance


class _Rate(ProgressColumn):
    """Items a second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:,.0f}/s" if task.speed else "")


class PlainLines:
    """A line for a log every ten seconds, and one when a stage is complete."""

    def __init__(
        self, write: Callable[[str], None], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._write = write
        self._clock = clock
        self._done: dict[str, int] = {}
        self._began: dict[str, float] = {}
        self._said = clock()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """`done` more of `total`; a total of 0 is not known."""
        now = self._clock()
        self._began.setdefault(stage, now)
        self._done[stage] = self._done.get(stage, 0) + done
        if now - self._said >= LINE_EVERY_S or self._done[stage] == total:
            self._said = now
            self._write(self._line(stage, total, now - self._began[stage]))

    def _line(self, stage: str, total: int, seconds: float) -> str:
        done = self._done[stage]
        rate = done / seconds if seconds > 0 else 0.0
        parts = [f"{STAGES[stage]}: {done:,}" + (f" of {total:,}" if total else "")]
        if rate:
            parts.append(f"{rate:,.0f} a second")
        if rate and total > done:
            parts.append(f"about {(total - done) / rate / 60:.1f} minutes left")
        return ", ".join(parts)
