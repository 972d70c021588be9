"""Start Quoth: settings, an assistant, a server. Builds the index first when there is none."""

import os
from concurrent.futures import ThreadPoolExecutor
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

from assistant import Assistant, AssistantError, Reloading  # noqa: E402
from assistant.settings import LogFormat, Settings, read_settings, store_of  # noqa: E402
from assistant.web.logs import set_up_logging  # noqa: E402
from ingest import IngestError, Store  # noqa: E402
from ingest.__main__ import bring_up_to_date  # noqa: E402


def main(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="TCP port to listen on.")] = None,
    index: Annotated[Path | None, typer.Option(help="Folder of the index.")] = None,
    corpus: Annotated[
        Path | None,
        typer.Option(help="Articles to serve; the index is built again when they changed."),
    ] = None,
) -> None:
    """Serve Quoth on one address, with the page, the API and the standing disclaimer."""
    settings = read_settings(host=host, port=port, index=index)
    set_up_logging(as_json=settings.log_format is LogFormat.JSON)
    if settings.store is None:  # what a server holds is built by one, and served by many
        bring_up_to_date(corpus, settings.index)
    with ThreadPoolExecutor(1) as beside:
        loading = beside.submit(_load, settings)
        # FastAPI takes a third of a second to import, the encoder two thirds to be ready.
        from assistant.web.serve import serve
    serve(loading.result(), settings)


def _load(settings: Settings) -> Reloading:
    """An assistant that is ready to answer, or knows why it is not."""

    def load(at: Store) -> Assistant:
        return Assistant.load_or_abstain(at, region=settings.region, reranker=settings.reranker)

    assistant = Reloading(store_of(settings), load, follows=settings.reload_s > 0)
    assistant.warm_up()
    return assistant


if __name__ == "__main__":
    try:
        typer.run(main)
    except (AssistantError, IngestError) as error:
        typer.echo(f"error: {error}", err=True)
        raise SystemExit(1) from None
