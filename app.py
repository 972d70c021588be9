"""Start Quoth: settings, an assistant, a server. Builds the index first when there is none."""

import logging
import os
from pathlib import Path
from typing import Annotated

# Before anything imports gradio or a model hub's client: no request leaves this machine.
for _name, _value in (
    ("GRADIO_ANALYTICS_ENABLED", "False"),
    ("HF_HUB_DISABLE_TELEMETRY", "1"),
    ("DO_NOT_TRACK", "1"),
):
    os.environ[_name] = _value

import typer  # noqa: E402

from assistant import Assistant, AssistantError  # noqa: E402
from assistant.settings import read_settings  # noqa: E402
from ingest import BuildOptions, IngestError, NothingToIndexError  # noqa: E402
from ingest.__main__ import build_with_progress, report_lines  # noqa: E402


def main(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="TCP port to listen on.")] = None,
    index: Annotated[Path | None, typer.Option(help="Folder of the index.")] = None,
    corpus: Annotated[
        Path, typer.Option(help="Articles to build the index from when there is none.")
    ] = Path("corpus"),
) -> None:
    """Serve Quoth on one address, with the page, the API and the standing disclaimer."""
    settings = read_settings(host=host, port=port, index=index)
    if not (settings.index / "CURRENT").exists():
        try:
            report = build_with_progress([corpus], settings.index, BuildOptions())
            typer.echo("\n".join(report_lines(report)), err=True)
        except NothingToIndexError as error:
            typer.echo(f"error: {error}", err=True)
    assistant = Assistant.load_or_abstain(settings.index)
    if assistant.trouble is not None:
        typer.echo(f"error: {assistant.trouble}", err=True)
    assistant.warm_up()

    from assistant.web import serve  # gradio takes seconds to import

    serve(assistant, settings)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    for noisy in ("bm25s", "httpx", "sentence_transformers"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    try:
        typer.run(main)
    except (AssistantError, IngestError) as error:
        typer.echo(f"error: {error}", err=True)
        raise SystemExit(1) from None
