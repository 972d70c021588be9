"""Run-time settings, read once, at the edge, from QUOTH_* environment variables."""

import os
from pathlib import Path

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from assistant.errors import SettingsError
from assistant.safety import REGIONS

PREFIX = "QUOTH_"
# Read elsewhere: by the library, when a model is chosen, fetched, kept or run.
ELSEWHERE = frozenset(
    {
        "QUOTH_MODEL",
        "QUOTH_ALLOW_DOWNLOAD",
        "QUOTH_ALLOW_WEB",
        "QUOTH_CACHE_DIR",
        "QUOTH_ENCODER_THREADS",
    }
)


class Settings(BaseSettings):
    """How Quoth serves. Every field has a bound and says its unit."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    index: Path = Field(Path(".index"), description="Folder of the index.")
    host: str = Field(
        "127.0.0.1", description="Address to listen on; loopback unless told otherwise."
    )
    port: int = Field(7860, ge=1, le=65535, description="TCP port to listen on.")
    root_path: str = Field("", description="Path under which a proxy serves Quoth, such as /quoth.")
    allowed_hosts: tuple[str, ...] = Field(
        (), description="Host names to answer to besides the loopback's, as a JSON list."
    )
    region: str | None = Field(
        None, description="Country whose helplines the crisis card shows, such as gb; else neutral."
    )
    feedback: Path | None = Field(
        None, description="File that takes passage ids with a verdict; else the page asks for none."
    )
    max_concurrent: int = Field(
        8,
        ge=1,
        le=256,
        description="Questions answered at once; 16 times as many wait, more get 429.",
    )

    @field_validator("region")
    @classmethod
    def _has_helplines(cls, region: str | None) -> str | None:
        if region is not None and region not in REGIONS:
            raise ValueError(f"no helplines for {region!r}; there are {', '.join(sorted(REGIONS))}")
        return region


def read_settings(**overrides: object) -> Settings:
    """Settings from the environment, with what the command line said on top.

    Raises:
        SettingsError: a QUOTH_* variable is unknown (pydantic ignores those) or out of bounds.
    """
    known = {PREFIX + name.upper() for name in Settings.model_fields} | ELSEWHERE
    unknown = sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known)
    if unknown:
        raise SettingsError(tuple(f"unknown variable {name}" for name in unknown))
    try:
        return Settings(**{k: v for k, v in overrides.items() if v is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        raise SettingsError(
            tuple(
                f"{PREFIX}{'.'.join(map(str, e['loc'])).upper()}: {e['msg']}"
                for e in error.errors()
            )
        ) from error
