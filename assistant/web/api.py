"""The HTTP routes: ask a question, read a stored document, watch the server.

Questions travel in POST bodies only, so no access log or browser history ever holds one.
"""

import json
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import FastAPI, Response
from pydantic import BaseModel, Field
from starlette.responses import PlainTextResponse

from assistant.render.json import to_json
from assistant.safety import disclaimer
from assistant.web import metrics, problem
from assistant.web.desk import BusyError, Desk
from assistant.web.problem import Problem
from ingest import Document


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
        listed = [_summary(document) for document in assistant.documents]
        return _json({"documents": listed, "generation": assistant.generation})

    @app.get("/api/documents/{document_id:path}", responses=_problems(404))
    def document(document_id: str) -> Response:
        """One stored article: the text that quotes are slices of, its sections, its source."""
        found = assistant.document(document_id)
        if found is None:
            return Problem(404)
        return _json({**_summary(found), "text": found.text, "sections": _sections(found)})

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


def _summary(document: Document) -> dict[str, object]:
    known = document.metadata
    return {
        "id": document.id,
        "sha256": document.sha256,
        "n_chars": len(document.text),
        **asdict(known),
        "is_copy": known.is_copy,
        "is_abstract_only": known.is_abstract_only,
    }


def _sections(document: Document) -> list[dict[str, object]]:
    return [
        {
            "heading_path": list(section.heading_path),
            "question": section.question,
            "start": section.start,
            "end": section.end,
        }
        for section in document.sections
    ]
