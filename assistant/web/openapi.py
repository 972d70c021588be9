"""What the OpenAPI description says of each route: its answer, and every problem it can end in."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel

from assistant.web import problem
from assistant.web.schemas import ProblemDocument, example_reply

Responses = dict[int | str, dict[str, Any]]

EVERYWHERE = (401, 403, 408, 413, 421, 500)  # the guard's, on every route
REF = "#/components/schemas/"
FASTAPIS_OWN = ("HTTPValidationError", "ValidationError")  # it describes them even where unused


def answers(model: type[BaseModel]) -> Responses:
    """The entry of a 200."""
    return {200: {"model": model}}


def problems(*statuses: int) -> Responses:
    """The entries of the errors that a route can answer with, each with its example."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
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
    """Add what FastAPI leaves out: the shape of a problem, and examples with their nulls."""
    made = app.openapi

    def openapi() -> dict[str, Any]:
        said = made()
        shapes = said["components"]["schemas"]
        nested = ProblemDocument.model_json_schema(ref_template=f"{REF}{{model}}")
        shapes.update(nested.pop("$defs", {}))
        shapes[ProblemDocument.__name__] = nested
        for name in FASTAPIS_OWN:
            shapes.pop(name, None)
        reply = said["paths"]["/api/ask"]["post"]["responses"]["200"]["content"]
        reply["application/json"]["examples"] = {
            "answer": {"value": example_reply(answered=True)},
            "abstention": {"value": example_reply(answered=False)},
        }
        return said

    app.openapi = openapi  # type: ignore[method-assign]
