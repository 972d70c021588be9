"""The HTTP routes: ask a question, read a stored document, watch the server.

Questions travel in POST bodies only, so no access log or browser history ever holds one.
"""

import hashlib
import json
from typing import Annotated

from fastapi import FastAPI, Header, Response
from starlette.responses import PlainTextResponse

from assistant.render.document import summary, whole
from assistant.render.json import to_json
from assistant.safety import disclaimer
from assistant.web import metrics, schemas
from assistant.web.desk import BusyError, Desk
from assistant.web.openapi import answers, headers, problems
from assistant.web.problem import Problem

SUMMARY = "Answers health questions by quoting articles word for word. Never a diagnosis."
# A browser or a proxy may keep an article, and asks each time whether it is still the same.
REVALIDATE = "private, no-cache"


def add_routes(app: FastAPI, desk: Desk) -> None:
    """The routes that ask and read, on `app`."""
    assistant = desk.assistant

    @app.post(
        "/api/ask",
        responses=answers(schemas.Reply) | problems(422, 429),
    )
    async def ask(body: schemas.Question) -> Response:
        """Quotes that answer the question, or why there are none. Never a diagnosis."""
        try:
            reply = await desk.ask(body.question, previous=body.previous)
        except BusyError:
            return Problem(429)
        return _json(to_json(reply))

    @app.get("/api/documents", responses=answers(schemas.Documents) | problems())
    async def documents() -> Response:
        """Every article held, with what is known of its source."""
        held = assistant.held()
        listed = [summary(document) for document in held.documents]
        return _json({"documents": listed, "generation": held.generation})

    @app.get(
        "/api/documents/{document_id:path}",
        responses=answers(schemas.StoredDocument, ETag="Of the document as it is now.")
        | {
            304: {
                "description": "Still the document whose ETag was named.",
                "headers": headers(304),
            }
        }
        | problems(404, 422),
    )
    async def document(
        document_id: str, if_none_match: Annotated[str | None, Header()] = None
    ) -> Response:
        """One stored article: the text that quotes are slices of, its sections, its source."""
        found = assistant.document(document_id)
        if found is None:
            return Problem(404)
        body = _json(whole(found), {"cache-control": REVALIDATE})
        # Of the whole body: a title or a date may change while the text stays the same.
        etag = f'"{hashlib.sha256(bytes(body.body)).hexdigest()}"'
        if _names(if_none_match, etag):
            return Response(status_code=304, headers={"etag": etag, "cache-control": REVALIDATE})
        body.headers["etag"] = etag
        return body


def add_operations(app: FastAPI, desk: Desk) -> None:
    """The routes that watch the server, on `app`."""
    assistant = desk.assistant

    @app.get("/healthz", tags=["operations"], responses=answers(schemas.Status) | problems())
    async def healthz() -> Response:
        """200 while the process answers at all."""
        return _json({"status": "ok"})

    @app.get("/readyz", tags=["operations"], responses=answers(schemas.Status) | problems(503))
    def readyz() -> (
        Response
    ):  # in a thread: a server that holds the index is asked, and may be slow
        """200 while there is a usable index. Why there is none is in the log, not here."""
        generation = assistant.generation
        if generation is None or assistant.trouble is not None:
            return Problem(503)
        return _json({"status": "ready", "generation": generation})

    @app.get(
        "/metrics",
        tags=["operations"],
        response_class=PlainTextResponse,
        responses=answers(None) | problems(),
    )
    def prometheus() -> Response:  # in a thread, as readyz is
        """Counts and latencies for Prometheus; nothing that anyone typed."""
        return Response(desk.metrics.exposition(), media_type=metrics.CONTENT_TYPE)


def _json(body: dict[str, object], headers: dict[str, str] | None = None) -> Response:
    """ASCII JSON: a lone surrogate in an article must not end in an encoding error."""
    said = json.dumps({**body, "disclaimer": disclaimer()})
    return Response(said, media_type="application/json", headers=headers)


def _names(if_none_match: str | None, etag: str) -> bool:
    """Whether an If-None-Match header names this ETag: a list of them, weak ones too, or "*"."""
    given = [tag.strip().removeprefix("W/") for tag in (if_none_match or "").split(",")]
    return etag in given or "*" in given
