"""Command line of the assistant: `python -m assistant ask | verify | mcp | settings`."""

import json
import logging
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from assistant import Assistant, AssistantError, Reloading
from assistant.render.covers import first_titles
from assistant.render.explain import explanation_to_text
from assistant.render.json import to_json
from assistant.render.terminal import to_terminal
from assistant.render.view import View
from assistant.settings import Settings, read_settings, settings_table, store_of
from assistant.verify import verify as verify_replies
from ingest import IngestError, load_index

app = typer.Typer(
    help="Ask Quoth a question, or check the quotes of a reply that it gave.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
IndexDir = Annotated[
    Path | None, typer.Option("--index", help="Folder of the index. Default: QUOTH_INDEX or .index")
]


@app.command()
def ask(
    question: Annotated[
        str | None, typer.Argument(help="The question, in quotation marks.")
    ] = None,
    index: IndexDir = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
    batch: Annotated[
        str | None,
        typer.Option(help='Lines of {"id", "question"} in a file, or - for stdin; JSON lines out.'),
    ] = None,
    show_gated: Annotated[
        bool, typer.Option("--show-gated", help="Also print quotes that are kept folded.")
    ] = False,
    reranker: Annotated[
        str | None,
        typer.Option(help="Cross-encoder: a folder or a hub name. Default: QUOTH_RERANKER"),
    ] = None,
    explain: Annotated[
        bool,
        typer.Option("--explain", help="Print to stderr what was found, with scores, and why."),
    ] = False,
) -> None:
    """Answer one question, or a batch of them with one load of the model."""
    if (question is None) == (batch is None):
        raise typer.BadParameter("give either a question or --batch FILE")
    if explain and batch is not None:
        raise typer.BadParameter("--explain is for one question, not for --batch")
    assistant = _assistant(read_settings(index=index, reranker=reranker))
    if batch is not None:
        for item in _batch_items(batch):
            reply = assistant.ask(_question_of(item))
            typer.echo(_line({"id": item.get("id"), **to_json(reply)}))
    elif question is not None:
        explanation = assistant.explain(question)
        if as_json:
            typer.echo(json.dumps(to_json(explanation.reply), ensure_ascii=False, indent=2))
        else:
            view = _view(assistant)
            typer.echo(to_terminal(explanation.reply, show_gated=show_gated, view=view), nl=False)
        if explain:
            typer.echo(explanation_to_text(explanation), err=True, nl=False)
    if assistant.trouble is not None:
        raise AssistantError(assistant.trouble)


@app.command()
def verify(
    file: Annotated[str, typer.Argument(help="A reply or lines of replies as JSON; - for stdin.")],
    index: IndexDir = None,
) -> None:
    """Re-check every quote of exported replies; exit 1 on the first that does not match."""
    documents = load_index(store_of(read_settings(index=index))).documents
    n_replies, n_quotes = verify_replies(_replies(file), documents)
    typer.echo(f"{n_replies} replies, {n_quotes} quotes: every quote matches its document")


@app.command()
def mcp(index: IndexDir = None) -> None:
    """Serve an agent over stdin and stdout (Model Context Protocol) until it closes them."""
    from assistant.mcp import InProcess, serve_stdio  # the SDK takes a second to import

    chosen = read_settings(index=index)
    load = partial(Assistant.load_or_abstain, region=chosen.region, reranker=chosen.reranker)
    assistant = Reloading(store_of(chosen), load)
    if assistant.trouble is not None:
        typer.echo(f"error: {assistant.trouble}", err=True)
    serve_stdio(InProcess(assistant))


@app.command()
def settings() -> None:
    """Print the run-time settings as a Markdown table: variable, default, what it is."""
    typer.echo(settings_table())


def _assistant(settings: Settings) -> Assistant:
    """The assistant that the server would answer with."""
    return Assistant.load_or_abstain(
        store_of(settings), region=settings.region, reranker=settings.reranker
    )


def _view(assistant: Assistant) -> View:
    """What a reply on a terminal may name beside itself."""
    documents = assistant.documents
    return View(
        titles=first_titles(documents),
        n_documents=len(documents),
        today=datetime.now(tz=UTC).date(),
    )


def _line(said: dict[str, object]) -> str:
    """One line of JSON. Half a character, as an id may hold it, is spelt as its escape again."""
    shown = json.dumps(said, ensure_ascii=False)
    return shown.encode("utf-8", "backslashreplace").decode("utf-8")


def _question_of(item: dict[str, object]) -> str:
    """The question of a batch item; one that is no text is asked as the empty question."""
    question = item.get("question")
    return question if isinstance(question, str) else ""


def _batch_items(name: str) -> Iterator[dict[str, object]]:
    """The objects of a JSONL file, blank lines left out."""
    for number, line in enumerate(_read(name).split("\n"), 1):
        if line.strip():
            item = _parsed(line, f"{name}, line {number}")
            if not isinstance(item, dict):
                raise AssistantError(f'{name}, line {number}: expected {{"id", "question"}}')
            yield item


def _replies(name: str) -> list[dict[str, object]]:
    """One JSON object, a list of them, or one a line."""
    text = _read(name).strip()
    if not text:
        raise AssistantError(f"{name} is empty: give a reply as `ask --json` prints it")
    try:
        whole = json.loads(text)
    except json.JSONDecodeError:
        return list(_batch_items(name) if name != "-" else map(json.loads, text.split("\n")))
    replies = whole if isinstance(whole, list) else [whole]
    if not all(isinstance(reply, dict) for reply in replies):
        raise AssistantError(f"{name}: expected a reply as `ask --json` prints it")
    return replies


def _read(name: str) -> str:
    """A file's text, or stdin's, without the byte order mark that some editors put before it."""
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise AssistantError(f"{name} cannot be read: {error}") from error
    return text.removeprefix("\ufeff")


def _parsed(line: str, where: str) -> object:
    try:
        return json.loads(line)
    except json.JSONDecodeError as error:
        raise AssistantError(f"{where}: not JSON ({error.msg})") from error


def main() -> None:
    """Run, and turn our own errors into a message and exit code 1."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        app(prog_name="python -m assistant")
    except (AssistantError, IngestError) as error:
        typer.echo(f"error: {error}", err=True)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
