"""Run-time settings, read once, at the edge, from QUOTH_* environment variables."""

import ipaddress
import json
import os
import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from assistant.errors import SettingsError
from assistant.safety import REGIONS
from ingest import Store, store_at, store_from

PREFIX = "QUOTH_"
LISTS = {"allowed_hosts": '["quoth.example.org"]', "trusted_proxies": '["127.0.0.1"]'}
STEPS = re.compile(r"[\w.~-]+(/[\w.~-]+)*")  # of a path, between its first and last slash
# Read elsewhere, when a model is chosen, fetched, kept or run: default, and what it is.
ELSEWHERE = {
    "QUOTH_MODEL": (
        "`all-MiniLM-L6-v2`",
        "Model for building: the installed one, a folder, or a hub name.",
    ),
    "QUOTH_ALLOW_WEB": (
        "unset",
        "`1` lets a library command read the web addresses that it names.",
    ),
    "QUOTH_CACHE_DIR": (
        "`quoth/` in the user's cache folder",
        "Where encoders exported as graphs are kept.",
    ),
    "QUOTH_ENCODER_THREADS": (
        "1 for a question, all cores for a batch",
        "Threads that the encoder uses.",
    ),
    "QUOTH_ALLOW_DOWNLOAD": ("unset", "`1` lets a build fetch a hub model that was named."),
}
# Read from JSON below: pydantic-settings answers what is no JSON with a traceback.
Listed = Annotated[tuple[str, ...], NoDecode]


class LogFormat(StrEnum):
    """How a line of the log is written."""

    TEXT = "text"
    JSON = "json"


class Settings(BaseSettings):
    """How Quoth serves. Every field has a bound and says its unit."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    index: Path = Field(Path(".index"), description="Folder of the index.")
    store: str | None = Field(
        None,
        description="Milvus server that holds the index, such as milvus+http://host:19530; else"
        " the folder.",
    )
    store_token: SecretStr | None = Field(None, description="Token for that server.")
    store_database: str = Field("", description="Database on that server.")
    host: str = Field(
        "127.0.0.1", description="Address to listen on; loopback unless told otherwise."
    )
    port: int = Field(7860, ge=1, le=65535, description="TCP port to listen on.")
    root_path: str = Field("", description="Path under which a proxy serves Quoth, such as /quoth.")
    allowed_hosts: Listed = Field(
        (), description="Host names to answer to besides the loopback's, as a JSON list."
    )
    trusted_proxies: Listed = Field(
        (),
        description="Addresses or networks whose X-Forwarded-For is believed, as a JSON list.",
    )
    basic_auth: SecretStr | None = Field(
        None, description="USER:PASSWORD that every visitor must give; probes of health need none."
    )
    access_token: SecretStr | None = Field(
        None, min_length=16, description="Bearer token that programs may give instead."
    )
    rate_per_minute: int = Field(
        120,
        ge=0,
        le=100_000,
        description="Questions a minute from one address, more get 429; 0 for no limit."
        " The loopback has none.",
    )
    region: str | None = Field(
        None, description="Country whose helplines the crisis card shows, such as gb; else neutral."
    )
    reranker: str | None = Field(
        None,
        description="Cross-encoder that puts what may be quoted in order: a folder or a hub name.",
    )
    feedback: Path | None = Field(
        None, description="File that takes passage ids with a verdict; else the page asks for none."
    )
    max_concurrent: int = Field(
        2,
        ge=1,
        le=256,
        description="Questions answered at once; 64 times as many wait, more get 429.",
    )
    cached_replies: int = Field(
        1000,
        ge=0,
        le=100_000,
        description="Replies kept in memory for the same question, never on disk; 0 for none.",
    )
    reload_s: float = Field(
        2.0,
        ge=0,
        le=3600,
        description="Seconds between looks for a newer generation of the index; 0 for never.",
    )
    mcp: bool = Field(
        False, description="Also serve agents at /mcp (Model Context Protocol over HTTP)."
    )
    log_format: LogFormat = Field(
        LogFormat.TEXT, description="Log lines as text or json; no line holds a question."
    )
    access_log: bool = Field(
        False, description="A line for each request: route, status, milliseconds; no address."
    )

    @field_validator("region")
    @classmethod
    def _has_helplines(cls, region: str | None) -> str | None:
        if region is not None and region not in REGIONS:
            raise ValueError(f"no helplines for {region!r}; there are {', '.join(sorted(REGIONS))}")
        return region

    @field_validator("root_path")
    @classmethod
    def _is_a_path(cls, given: str) -> str:
        """One slash in front and none behind, however it was written."""
        steps = given.strip("/")
        if steps and not STEPS.fullmatch(steps):
            raise ValueError("expected a path such as /quoth")
        return f"/{steps}" if steps else ""

    @field_validator(*LISTS, mode="before")
    @classmethod
    def _is_a_list(cls, given: object, about: ValidationInfo) -> object:
        if not isinstance(given, str):
            return given
        try:
            return json.loads(given)
        except json.JSONDecodeError:
            example = LISTS[str(about.field_name)]
            raise ValueError(f"expected a JSON list such as {example}") from None

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, proxies: tuple[str, ...]) -> tuple[str, ...]:
        for proxy in proxies:
            ipaddress.ip_network(proxy)
        return proxies

    @field_validator("basic_auth")
    @classmethod
    def _has_both(cls, pair: SecretStr | None) -> SecretStr | None:
        if pair is not None and not all(pair.get_secret_value().partition(":")):
            raise ValueError("expected USER:PASSWORD")
        return pair


def read_settings(**overrides: object) -> Settings:
    """Settings from the environment, with what the command line said on top.

    Raises:
        SettingsError: a QUOTH_* variable is unknown (pydantic ignores those) or out of bounds.
    """
    known = {PREFIX + name.upper() for name in Settings.model_fields} | ELSEWHERE.keys()
    unknown = sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known)
    if unknown:
        raise SettingsError(tuple(f"unknown variable {name}" for name in unknown))
    try:
        return Settings(**{k: v for k, v in overrides.items() if v is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        raise SettingsError(
            tuple(
                f"{PREFIX}{'.'.join(map(str, e['loc'])).upper()}: {e['msg']}"
                for e in error.errors(include_input=False)
            )
        ) from None


def store_of(settings: Settings) -> Store:
    """Where the index is: on the server that was set, or in the folder."""
    token = settings.store_token.get_secret_value() if settings.store_token else ""
    return store_at(
        store_from(settings.store, settings.index, token=token, database=settings.store_database)
    )


def settings_table() -> str:
    """The settings as the Markdown table of the README: variable, default, what it is."""
    rows = ["| variable | default | what |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        rows.append(f"| `{PREFIX}{name.upper()}` | {_shown(field.default)} | {field.description} |")
    rows += [f"| `{name}` | {default} | {what} |" for name, (default, what) in ELSEWHERE.items()]
    return "\n".join(rows)


def _shown(default: object) -> str:
    """A default as it stands in the table."""
    if default is None or default == ():
        return "none"
    return "empty" if default == "" else f"`{str(default).lower()}`"
