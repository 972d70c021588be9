"""Errors as RFC 9457 problem documents, each with the disclaimer and never with what was sent.

`type` is left out, which RFC 9457 reads as "about:blank": the status alone says what happened.
"""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from assistant.safety import disclaimer, sentence
from assistant.web import fence
from assistant.web.request import REQUEST_ID

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 1
# A request that would do, for each path whose requests can be malformed.
AS_JSON = "with Content-Type: application/json"
QUESTION = '{"question": "What is a fasciculation?"}'
VERDICT = '{"document_id": "articles/a.md", "start": 0, "end": 42, "verdict": "answers"}'
EXPECTED = {
    "/api/ask": f'{QUESTION} {AS_JSON}; besides, at most "previous", the question before',
    "/api/map": f"{QUESTION} {AS_JSON}",
    "/api/feedback": f'{VERDICT} {AS_JSON}; the other verdict is "does_not"',
    fence.LIBRARY: f"a whole number as the page, {fence.LIBRARY}?page=2",
    fence.MCP: (
        "one JSON-RPC message of the Model Context Protocol (streamable HTTP) with Content-Type:"
        " application/json and Accept: application/json, text/event-stream; an MCP-Protocol-Version"
        " that is sent must be one that initialize agreed on"
    ),
}
MALFORMED = frozenset({400, 406, 415, 422})
DETAILS = {
    401: "needs_key",
    403: "other_site",
    404: "not_found",
    405: "wrong_method",
    408: "slow_body",
    413: "too_large",
    421: "wrong_host",
    429: "busy",
    500: "internal_error",
    503: "abstain_index_unavailable",
}


def body(status: int, *, says: str | None = None, request_id: str | None) -> dict[str, object]:
    """The members that every problem has; `says` names another sentence than the status does."""
    return {
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": sentence(says or DETAILS.get(status, "malformed")),
        "request_id": request_id,
        "disclaimer": disclaimer(),
    }


class Problem(JSONResponse):
    """A problem document for `status`; `extra` adds members."""

    media_type = MEDIA_TYPE

    def __init__(
        self,
        status: int,
        *,
        says: str | None = None,
        headers: dict[str, str] | None = None,
        **extra: object,
    ) -> None:
        said = {**body(status, says=says, request_id=REQUEST_ID.get()), **extra}
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            headers = {"retry-after": str(RETRY_AFTER_S), **(headers or {})}
        super().__init__(said, status_code=status, headers=headers)


def expected(path: str, status: int) -> dict[str, Any]:
    """The member that says what would have done; none where the request was not malformed."""
    said = EXPECTED.get(path) if status in MALFORMED else None
    return {"expected": said} if said else {}


def install(app: FastAPI) -> None:
    """Answer every error that a route of `app` can meet with a problem document."""
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http_error)


async def _malformed(request: Request, error: Exception) -> Problem:
    """What was expected, by place. FastAPI's own answer repeats the input: a question."""
    assert isinstance(error, RequestValidationError)
    errors = [{"at": _place(e), "expected": e["type"]} for e in error.errors()]
    return Problem(422, errors=errors, **expected(_path(request), 422))


def _place(error: dict[str, Any]) -> list[str]:
    """Where it is; a member that has no place here is not named, for its name was sent."""
    at = [str(step) for step in error["loc"]]
    return at[:-1] if error["type"] == "extra_forbidden" else at


async def _http_error(request: Request, error: Exception) -> Problem:
    """FastAPI reports a body that is no JSON with 400 or 422; both are "malformed" here."""
    assert isinstance(error, HTTPException)
    if error.status_code in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY):
        return Problem(422, **expected(_path(request), 422))
    return Problem(error.status_code, headers=dict(error.headers) if error.headers else None)


def _path(request: Request) -> str:
    """The path inside the application."""
    return str(request.scope["path"]).removeprefix(request.scope.get("root_path", ""))
