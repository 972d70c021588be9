"""The HTTP routes: ask a question, read a stored document, watch the server.

Questions travel in POST bodies only, so no access log or browser history ever holds one.
"""

import json
from typing import Annotated, Any

from fastapi import FastAPI, Response
from pydantic import BaseModel, Field
from starlette.responses import PlainTextResponse

from assistant.render.document import summary, whole
from assistant.render.json import to_json
from assistant.safety import disclaimer
from assistant.web import metrics, problem
from assistant.web.desk import BusyError, Desk
from assistant.web.problem import Problem


class Question(BaseModel):
    """The body of POST /api/ask."""

    question: Annotated[str, Field(strict=True, examples=["Are muscle twitches a symptom of ALS?"])]


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI entries of the errors that a route can answer with."""
    content = {problem.MEDIA_TYPE: {"schema": {"type": "object"}}}
    return {status: {"description": "problem", "content": content} for status in statuses}


def add_routes(app: FastAPI, desk: Desk) -> None:
    """Every route but the page's, on `app`."""
    assistant = desk.assistant

    @app.post("/api/ask", responses=_problems(413, 422, 429, 500))
    async def ask(body: Question) -> Response:
        """Quotes that answer the question, or why there are none. Never a diagnosis."""
        try:
            reply = await desk.ask(body.question)
        except BusyError:
            return Problem(429)
        return _json(to_json(reply))

    @app.get("/api/documents")
    def documents() -> Response:
        """Every article held, with what is known of its source."""
        listed = [summary(document) for document in assistant.documents]
        return _json({"documents": listed, "generation": assistant.generation})

    @app.get("/api/documents/{document_id:path}", responses=_problems(404))
    def document(document_id: str) -> Response:
        """One stored article: the text that quotes are slices of, its sections, its source."""
        found = assistant.document(document_id)
        if found is None:
            return Problem(404)
        return _json(whole(found))

    @app.get("/healthz", tags=["operations"])
    def healthz() -> Response:
        """200 while the process answers at all."""
        return _json({"status": "ok"})

    @app.get("/readyz", tags=["operations"], responses=_problems(503))
    def readyz() -> Response:
        """200 while there is a usable index. Why there is none is in the log, not here."""
        if assistant.generation is None:
            return Problem(503)
        return _json({"status": "ready", "generation": assistant.generation})

    @app.get("/metrics", tags=["operations"], response_class=PlainTextResponse)
    async def prometheus() -> Response:
        """Counts and latencies for Prometheus; nothing that anyone typed."""
        return PlainTextResponse(desk.exposition(), media_type=metrics.CONTENT_TYPE)


def _json(body: dict[str, object]) -> Response:
    """ASCII JSON: a lone surrogate in an article must not end in an encoding error."""
    return Response(json.dumps({**body, "disclaimer": disclaimer()}), media_type="application/json")
