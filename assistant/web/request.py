"""What the checks may know of a request, and the id that its response and log lines share."""

import secrets
from contextvars import ContextVar
from dataclasses import dataclass

from starlette.datastructures import Headers

# Ours alone: an id that a client sent could hold anything, a question too.
REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request without its body. `path` is the path inside the application."""

    method: str
    path: str
    headers: Headers
    peer: str | None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request goes no further: a status and headers that say what would help."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()


def new_id() -> str:
    """A fresh request id, set for everything that this request does."""
    fresh = secrets.token_hex(8)
    REQUEST_ID.set(fresh)
    return fresh
