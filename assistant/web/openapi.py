"""What the OpenAPI description says of each route: its answer, and every problem it can end in."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel

from assistant.web import examples, problem
from assistant.web.checks import PROBES
from assistant.web.schemas import ProblemDocument

Responses = dict[int | str, dict[str, Any]]

EVERYWHERE = (401, 403, 408, 413, 421, 500)  # the guard's, on every route
REF = "#/components/schemas/"
FASTAPIS_OWN = ("HTTPValidationError", "ValidationError")  # it describes them even where unused
SCHEMES = {
    "password": {
        "type": "http",
        "scheme": "basic",
        "description": "Where QUOTH_BASIC_AUTH is set.",
    },
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "Where QUOTH_ACCESS_TOKEN is set.",
    },
}
EVERY_HEADER = {"X-Request-Id": "The server's log calls the request so; nobody can choose it."}
HEADERS = {
    304: {"ETag": "Of the document that was named.", "Cache-Control": "Ask again each time."},
    401: {"WWW-Authenticate": "Whether a password or a token is asked for."},
    429: {"Retry-After": "Seconds to wait."},
}


def headers(status: int, **more: str) -> dict[str, dict[str, Any]]:
    """The headers that an answer of that status has, besides those that every website may send."""
    said = {**EVERY_HEADER, **HEADERS.get(status, {}), **more}
    return {
        name: {"description": what, "schema": {"type": "string"}} for name, what in said.items()
    }


def answers(model: type[BaseModel] | None, **more: str) -> Responses:
    """The entry of a 200, of plain text without a model; `more` says its own headers."""
    entry: dict[str, Any] = {"headers": headers(200, **more)}
    return {200: entry if model is None else {**entry, "model": model}}


def problems(*statuses: int) -> Responses:
    """The entries of the errors that a route can answer with, each with its example."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "headers": headers(status),
            "content": {
                problem.MEDIA_TYPE: {
                    "schema": {"$ref": f"{REF}{ProblemDocument.__name__}"},
                    "example": problem.body(status, request_id="0123456789abcdef"),
                }
            },
        }
        for status in sorted({*statuses, *EVERYWHERE})
    }


def complete(app: FastAPI) -> None:
    """Add what FastAPI leaves out: the shape of a problem, keys, and examples with their nulls."""
    made = app.openapi

    def openapi() -> dict[str, Any]:
        said = made()
        shapes = said["components"]["schemas"]
        nested = ProblemDocument.model_json_schema(ref_template=f"{REF}{{model}}")
        shapes.update(nested.pop("$defs", {}))
        shapes[ProblemDocument.__name__] = nested
        for name in FASTAPIS_OWN:
            shapes.pop(name, None)
        _add_keys(said)
        _add_examples(said)
        return said

    app.openapi = openapi  # type: ignore[method-assign]


def _add_keys(said: dict[str, Any]) -> None:
    """Which keys a site may ask for. An open site needs none, a probe of health never does."""
    said["components"]["securitySchemes"] = SCHEMES
    said["security"] = [{}, *({name: []} for name in SCHEMES)]
    for path in PROBES:
        said["paths"][path]["get"]["security"] = []
        said["paths"][path]["get"]["responses"].pop("401", None)


def _add_examples(said: dict[str, Any]) -> None:
    for path, named in _examples().items():
        (operation,) = said["paths"][path].values()
        (content,) = operation["responses"]["200"]["content"].values()
        content["examples"] = {name: {"value": value} for name, value in named.items()}


def _examples() -> dict[str, dict[str, object]]:
    """The examples of each path's 200, by name."""
    answer, abstention = examples.reply(answered=True), examples.reply(answered=False)
    return {
        "/api/ask": {"answer": answer, "abstention": abstention},
        "/api/documents": {"library": examples.documents()},
        "/api/documents/{document_id}": {"article": examples.document()},
        "/healthz": {"up": examples.status("ok")},
        "/readyz": {"ready": examples.status("ready", generation=examples.GENERATION)},
        "/metrics": {"start": "quoth_ready 1.0\n"},
    }
