"""Command line of the library: `python -m ingest build | add | remove | list | check`."""

import json
import logging
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import (
    AbstractContextManager,
    contextmanager,
    nullcontext,
    redirect_stdout,
    suppress,
)
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ingest import (
    BuildOptions,
    IndexBusyError,
    IngestError,
    NothingToIndexError,
    Store,
    Where,
    add_articles,
    build_index,
    is_up_to_date,
    load_index,
    remove_documents,
    store_at,
    store_from,
)
from ingest.distributed import on_ray
from ingest.options import DEFAULT_MODEL
from ingest.progress import showing
from ingest.records import ArticleReport, BuildReport, Outcome, Search
from ingest.runner import HERE, Runner
from ingest.web.commands import located, register

app = typer.Typer(
    help="Quoth's library: build it from articles, add, remove, list, check.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
err = Console(stderr=True, highlight=False, soft_wrap=True)
IndexDir = Annotated[
    Path, typer.Option("--index", help="Folder of the index.", envvar="QUOTH_INDEX")
]
Server = Annotated[
    str | None,
    typer.Option(
        "--store",
        help="Milvus server that holds the index, such as milvus+http://host:19530; the folder is"
        " a working copy then.",
        envvar="QUOTH_STORE",
    ),
]
Model = Annotated[
    str,
    typer.Option(
        help="Embedding model: a folder, a hub name, or the installed one.", envvar="QUOTH_MODEL"
    ),
]
ReportFile = Annotated[Path | None, typer.Option(help="Also write the report here, as JSON.")]
DEFAULT_INDEX = Path(".index")
register(app)


class RunnerName(StrEnum):
    """Where a build cleans, cuts and embeds."""

    LOCAL = "local"
    RAY = "ray"


@app.command()
def build(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Article files or folders. Default: corpus")
    ] = None,
    index: IndexDir = DEFAULT_INDEX,
    model: Model = DEFAULT_MODEL,
    search: Annotated[
        Search, typer.Option(help="Passages: exactly, by lists of neighbours, or by their number.")
    ] = Search.AUTO,
    report: ReportFile = None,
    store: Server = None,
    runner: Annotated[
        RunnerName, typer.Option(help="Clean, cut and embed in this process, or on Ray.")
    ] = RunnerName.LOCAL,
    address: Annotated[
        str | None, typer.Option(help="HOST:PORT of a Ray cluster. Default: this machine alone.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Encoders at once on Ray. Default: one a CPU.")
    ] = None,
) -> None:
    """Make the library what these articles are; the old index answers until the new is complete.

    Only what changed is made again. Documents that came by `add` stay.
    """
    options = BuildOptions(model=model, search=search)
    ray_says = redirect_stdout(sys.stderr)  # of lost nodes and the like; stdout is for the report
    with _reported_when_empty(report), ray_says, _chosen(runner, address, workers) as chosen:
        where = _where(index, store)
        built = build_with_progress(paths or [Path("corpus")], where, options, chosen)
    _tell(built, report)


@app.command()
def add(
    paths: Annotated[list[str], typer.Argument(help="Files, folders or https:// addresses.")],
    index: IndexDir = DEFAULT_INDEX,
    report: ReportFile = None,
    store: Server = None,
) -> None:
    """Put articles into the library, in place of those with the same id; the others stay."""
    articles = [located(path) for path in paths]
    with showing(err) as on_progress, _reported_when_empty(report):
        added = add_articles(articles, _where(index, store), on_progress=on_progress)
    _tell(added, report)


@app.command()
def remove(
    ids: Annotated[list[str], typer.Argument(help="Ids of documents, as `list` shows them.")],
    index: IndexDir = DEFAULT_INDEX,
    report: ReportFile = None,
    store: Server = None,
) -> None:
    """Take documents out of the library: no answer quotes them any more."""
    _tell(remove_documents(ids, _where(index, store)), report)


@app.command("list")
def list_documents(index: IndexDir = DEFAULT_INDEX, store: Server = None) -> None:
    """List the documents of the library: id, publisher, title."""
    for document in load_index(_where(index, store)).documents.values():
        about = document.metadata
        publisher, title = about.publisher or "not stated", about.title or "not stated"
        typer.echo(f"{document.id}\t{publisher}\t{title}")


@app.command()
def check(index: IndexDir = DEFAULT_INDEX, store: Server = None) -> None:
    """Verify every checksum, and that every passage is a slice of its document."""
    loaded = load_index(_where(index, store))
    n_places = sum(1 + len(passage.also) for passage in loaded.passages)
    manifest = loaded.manifest
    typer.echo(
        f"{manifest.generation}: {len(manifest.artefacts)} files, {manifest.n_documents} documents,"
        f" {manifest.n_passages} passages at {n_places} places: every checksum matches"
    )
    for segment, how in manifest.inverted:
        typer.echo(
            f"{segment} is searched by {how.n_probe} of {how.n_lists} lists, which find"
            f" {how.recall:.1%} of the nearest passages of {how.n_queries} texts"
        )


def _where(index: Path, server: str | None) -> Store:
    """The library that a command is about. A token is never on a command line."""
    token, database = (os.environ.get(f"QUOTH_STORE_{name}", "") for name in ("TOKEN", "DATABASE"))
    return store_at(store_from(server, index, token=token, database=database))


def bring_up_to_date(corpus: Path | None, index: Path) -> None:
    """Build when there is no index, or when the articles named are not the ones in it."""
    articles = [corpus or Path("corpus")]
    there = (index / "CURRENT").exists()
    if there and (corpus is None or is_up_to_date(articles, index)):
        return
    try:
        report = build_with_progress(articles, index, BuildOptions())
        err.print("\n".join(report_lines(report)), markup=False)
    # An index that was there still answers; one that another process builds is picked up later.
    except (NothingToIndexError, IndexBusyError) as error:
        err.print(f"error: {error}", markup=False)


def build_with_progress(
    paths: list[Path], index: Where, options: BuildOptions, runner: Runner = HERE
) -> BuildReport:
    """`build_index` with its progress on stderr."""
    with showing(err) as on_progress:
        return build_index(paths, index, options=options, on_progress=on_progress, runner=runner)


def _chosen(
    name: RunnerName, address: str | None, workers: int | None
) -> AbstractContextManager[Runner]:
    if name is RunnerName.RAY:
        return on_ray(address, workers=workers)
    if address is not None or workers is not None:
        raise typer.BadParameter("--address and --workers need --runner ray")
    return nullcontext(HERE)


def _tell(report: BuildReport, file: Path | None) -> None:
    """The report on stdout; and as JSON in a file, where one is named."""
    if file is not None:
        try:
            _write(file, report.generation, report.articles, report.n_passages, report.seconds)
        except OSError as error:
            what = f"The index is complete, but {file} could not be written: {error.strerror}."
            raise IngestError(f"{what} Name another file with --report.") from error
    for line in report_lines(report):
        typer.echo(line)


@contextmanager
def _reported_when_empty(file: Path | None) -> Iterator[None]:
    """Where nothing could be read, the report says so too: no generation, each article's reason."""
    try:
        yield
    except NothingToIndexError as error:
        if file is not None:
            with suppress(OSError):  # the reasons are on stderr in any case
                _write(file, None, error.articles, 0, 0.0)
        raise


def _write(
    file: Path,
    generation: str | None,
    articles: Sequence[ArticleReport],
    n_passages: int,
    seconds: float,
) -> None:
    """The report for machines; no generation where nothing could be read."""
    said = {
        "generation": generation,
        "n_passages": n_passages,
        "seconds": round(seconds, 3),
        "articles": [_article_json(article) for article in articles],
    }
    file.write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")


def report_lines(report: BuildReport) -> list[str]:
    """What became of each article, for people; what did not change is only counted."""
    lines = [
        _article_line(article)
        for article in report.articles
        if article.outcome is not Outcome.UNCHANGED
    ]
    counts = Counter(article.outcome for article in report.articles)
    unchanged, removed = counts[Outcome.UNCHANGED], counts[Outcome.REMOVED]
    told = [f"{counts[Outcome.READ]} articles read", f"{counts[Outcome.SKIPPED]} skipped"]
    told += [f"{unchanged} unchanged"] if unchanged else []
    told += [f"{removed} removed"] if removed else []
    lines.append(
        f"{report.generation}: {', '.join(told)},"
        f" {report.n_passages} passages, {report.seconds:.1f} s"
    )
    return lines


def _article_line(article: ArticleReport) -> str:
    """One article that was read, skipped or removed."""
    if article.outcome is Outcome.SKIPPED:
        return f"skipped  {article.path}: {article.reason}"
    if article.outcome is Outcome.REMOVED:
        return f"removed  {article.path}"
    dropped = "; ".join(f"{d.n_elements} x {d.reason}" for d in article.dropped)
    left_out = f" (left out: {dropped})" if dropped else ""
    twin = f" (word for word the same as {article.same_as})" if article.same_as else ""
    return f"read     {article.path}: {article.n_passages} passages{twin}{left_out}"


def _article_json(article: ArticleReport) -> dict[str, object]:
    return {
        "path": article.path,
        "outcome": article.outcome,
        "document_id": article.document_id,
        "reason": article.reason,
        "n_passages": article.n_passages,
        "same_as": article.same_as,
        "dropped": [
            {"reason": d.reason, "elements": d.n_elements, "chars": d.n_chars}
            for d in article.dropped
        ],
    }


def main() -> None:
    """Run, and turn our own errors into a message and exit code 1."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        app(prog_name="python -m ingest")
    except IngestError as error:
        err.print(f"error: {error}", markup=False)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
