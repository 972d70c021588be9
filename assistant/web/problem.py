"""Errors as RFC 9457 problem documents, each with the disclaimer and never with what was sent.

`type` is left out, which RFC 9457 reads as "about:blank": the status alone says what happened.
"""

from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from assistant.safety import disclaimer, sentence
from assistant.web.request import REQUEST_ID

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 1
# The one route that takes a body.
EXPECTED = '{"question": "What is a fasciculation?"} with Content-Type: application/json'
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


def install(app: FastAPI) -> None:
    """Answer every error that a route of `app` can meet with a problem document."""
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http_error)


async def _malformed(_: Request, error: Exception) -> Problem:
    """What was expected, by place. FastAPI's own answer repeats the input: a question."""
    assert isinstance(error, RequestValidationError)
    errors = [{"at": list(map(str, e["loc"])), "expected": e["type"]} for e in error.errors()]
    return Problem(422, errors=errors, expected=EXPECTED)


async def _http_error(_: Request, error: Exception) -> Problem:
    """FastAPI reports a body that is no JSON with 400 or 422; both are "malformed" here."""
    assert isinstance(error, HTTPException)
    if error.status_code in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY):
        return Problem(422, expected=EXPECTED)
    return Problem(error.status_code, headers=dict(error.headers) if error.headers else None)
