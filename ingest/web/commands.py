"""Command line of the web: `python -m ingest fetch LISTING`; and how `add` gets an address."""

import os
from pathlib import Path
from typing import Annotated

import typer

from ingest.errors import WebError

ALLOW_WEB = "QUOTH_ALLOW_WEB"
WEB_FOLDER = Path("corpus/web")


def located(argument: str) -> Path:
    """The file or folder that an argument of `add` names; a web address is fetched first.

    Raises:
        WebError: fetching is not allowed, or did not succeed.
    """
    is_address = argument.startswith(("https://", "http://"))
    return fetch_article(argument) if is_address else Path(argument)


def fetch_article(url: str, folder: Path = WEB_FOLDER) -> Path:
    """The file that an address was kept as, for `add` to read like any other.

    Raises:
        WebError: fetching is not allowed, or did not succeed.
    """
    refuse_unless_allowed(url)
    from ingest.web import Fetched, Fetcher, keep

    page = Fetcher().fetch(url)
    assert isinstance(page, Fetched)  # nothing was asked under a condition
    return keep(page, folder)


def refuse_unless_allowed(url: str) -> None:
    """The web is asked only where the operator has said so.

    Raises:
        WebError: it has not been said.
    """
    if os.environ.get(ALLOW_WEB) != "1":
        raise WebError(url, f"reading from the web is off; set {ALLOW_WEB}=1 for this one command")


def register(app: typer.Typer) -> None:
    """Put `fetch` among the library's commands."""

    @app.command()
    def fetch(
        listing: Annotated[Path, typer.Argument(help="A sources.toml with addresses (url = ...).")],
    ) -> None:
        """Fetch what the addresses of a listing give, into its folder; build or add it after."""
        refuse_unless_allowed(str(listing))
        from ingest.web import Fetcher, refresh

        if not listing.is_file():
            raise WebError(str(listing), "no such file; name a sources.toml")
        outcome = refresh(listing, Fetcher())
        for url, what in outcome.items():
            typer.echo(f"{url}\t{what}")
        if outcome and not any(w.startswith(("kept", "not mod")) for w in outcome.values()):
            raise WebError(str(listing), "nothing could be fetched; the reasons stand above")
