"""Command line of the benchmarks; each prints one JSON line."""

import json
import logging
from pathlib import Path
from typing import Annotated

import typer

from assistant import Assistant
from benchmarks.questions import read_questions, score

app = typer.Typer(
    help="Measure Quoth.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def _quiet() -> None:
    """Measure Quoth."""
    logging.getLogger("bm25s").setLevel(logging.WARNING)


@app.command()
def questions(
    file: Annotated[Path, typer.Argument(help="Questions with accepted quotes, JSON lines.")],
    index: Annotated[Path, typer.Option(help="Folder of the index to ask.")] = Path(".index"),
) -> None:
    """Share of questions whose first quote, or one of three, is accepted; share abstained."""
    result = score(read_questions(file), Assistant.load(index).ask)
    print(json.dumps(result.to_json()))


if __name__ == "__main__":
    app(prog_name="python -m benchmarks")
