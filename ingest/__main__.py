"""Command line of the library: `python -m ingest build | list | check`."""

import json
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ingest import (
    BuildOptions,
    IngestError,
    NothingToIndexError,
    build_index,
    check_index,
    is_up_to_date,
    load_index,
)
from ingest.options import DEFAULT_MODEL
from ingest.records import BuildReport

app = typer.Typer(
    help="Quoth's library: build it from articles, list it, check it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
err = Console(stderr=True, highlight=False, soft_wrap=True)
IndexDir = Annotated[
    Path, typer.Option("--index", help="Folder of the index.", envvar="QUOTH_INDEX")
]
DEFAULT_INDEX = Path(".index")


@app.command()
def build(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Article files or folders. Default: corpus")
    ] = None,
    index: IndexDir = DEFAULT_INDEX,
    model: Annotated[
        str, typer.Option(help="Embedding model: a folder, a hub name, or the installed one.")
    ] = os.environ.get("QUOTH_MODEL", DEFAULT_MODEL),
    report: Annotated[
        Path | None, typer.Option(help="Also write the report here, as JSON.")
    ] = None,
) -> None:
    """Build a new index generation from articles; the old one answers until it is complete."""
    built = build_with_progress(paths or [Path("corpus")], index, BuildOptions(model=model))
    if report is not None:
        report.write_text(json.dumps(_report_json(built), indent=2) + "\n", encoding="utf-8")
    for line in report_lines(built):
        typer.echo(line)


@app.command("list")
def list_documents(index: IndexDir = DEFAULT_INDEX) -> None:
    """List the documents of the library: id, publisher, title."""
    loaded = load_index(index)
    for document in loaded.documents.values():
        about = document.metadata
        publisher, title = about.publisher or "not stated", about.title or "not stated"
        typer.echo(f"{document.id}\t{publisher}\t{title}")


@app.command()
def check(index: IndexDir = DEFAULT_INDEX) -> None:
    """Verify every checksum, and that every passage is a slice of its document."""
    manifest, _folder = check_index(index)
    n_slices = sum(
        loaded.documents[place.document_id].text[place.start : place.end] != ""
        for loaded in [load_index(index)]
        for passage in loaded.passages
        for place in (passage.place, *passage.also)
    )
    typer.echo(
        f"{manifest.generation}: {len(manifest.artefacts)} files, {manifest.n_documents} documents,"
        f" {manifest.n_passages} passages at {n_slices} places: every checksum matches"
    )


def bring_up_to_date(corpus: Path | None, index: Path) -> None:
    """Build when there is no index, or when the articles named are not the ones in it."""
    articles = [corpus or Path("corpus")]
    there = (index / "CURRENT").exists()
    if there and (corpus is None or is_up_to_date(articles, index)):
        return
    try:
        report = build_with_progress(articles, index, BuildOptions())
        err.print("\n".join(report_lines(report)), markup=False)
    except NothingToIndexError as error:  # an index that was there still answers
        err.print(f"error: {error}", markup=False)


def build_with_progress(paths: list[Path], index: Path, options: BuildOptions) -> BuildReport:
    """`build_index` with a progress bar on stderr; a plain line where stderr is no terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=err, transient=True) as bar:
        task = bar.add_task("reading articles, loading the model", total=None)
        return build_index(paths, index, options=options, on_progress=_advance(bar, task))


def _advance(bar: Progress, task: object) -> Callable[[str, int, int], None]:
    """A callback that moves the bar by what was just done."""

    def advance(stage: str, done: int, total: int) -> None:
        bar.update(task, description=stage, total=total, advance=done)  # type: ignore[arg-type]

    return advance


def report_lines(report: BuildReport) -> list[str]:
    """What became of each article, for people."""
    lines = []
    for article in report.articles:
        if article.reason is not None:
            lines.append(f"skipped  {article.path}: {article.reason}")
            continue
        dropped = "; ".join(f"{d.n_elements} x {d.reason}" for d in article.dropped)
        left_out = f" (left out: {dropped})" if dropped else ""
        lines.append(f"read     {article.path}: {article.n_passages} passages{left_out}")
    lines.append(
        f"{report.generation}: {len(report.read)} articles read, {len(report.skipped)} skipped,"
        f" {report.n_passages} passages, {report.seconds:.1f} s"
    )
    return lines


def _report_json(report: BuildReport) -> dict[str, object]:
    """The same for machines."""
    return {
        "generation": report.generation,
        "n_passages": report.n_passages,
        "seconds": round(report.seconds, 3),
        "articles": [
            {
                "path": a.path,
                "outcome": a.outcome,
                "document_id": a.document_id,
                "reason": a.reason,
                "n_passages": a.n_passages,
                "dropped": [
                    {"reason": d.reason, "elements": d.n_elements, "chars": d.n_chars}
                    for d in a.dropped
                ],
            }
            for a in report.articles
        ],
    }


def main() -> None:
    """Run, and turn our own errors into a message and exit code 1."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("bm25s").setLevel(logging.WARNING)  # it sets itself to DEBUG
    try:
        app(prog_name="python -m ingest")
    except IngestError as error:
        err.print(f"error: {error}", markup=False)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
