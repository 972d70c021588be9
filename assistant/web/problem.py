"""Errors as RFC 9457 problem documents, each with the disclaimer and never with what was sent.

`type` is left out, which RFC 9457 reads as "about:blank": the status alone says what happened.
"""

from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from assistant.safety import disclaimer, sentence

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 1
DETAILS = {
    404: "not_found",
    413: "too_large",
    429: "busy",
    500: "internal_error",
    503: "abstain_index_unavailable",
}


class Problem(JSONResponse):
    """A problem document for `status`.

    `says` names another sentence than the status does; `extra` adds members such as a request id.
    """

    media_type = MEDIA_TYPE

    def __init__(
        self,
        status: int,
        *,
        says: str | None = None,
        headers: dict[str, str] | None = None,
        **extra: object,
    ) -> None:
        body = {
            "title": HTTPStatus(status).phrase,
            "status": status,
            "detail": sentence(says or DETAILS.get(status, "malformed")),
            **{name: value for name, value in extra.items() if value is not None},
            "disclaimer": disclaimer(),
        }
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            headers = {"Retry-After": str(RETRY_AFTER_S), **(headers or {})}
        super().__init__(body, status_code=status, headers=headers)


def install(app: FastAPI) -> None:
    """Answer every error that a route of `app` can meet with a problem document."""
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http_error)


async def _malformed(_: Request, error: Exception) -> Problem:
    """What was expected, by place. FastAPI's own answer repeats the input: a question."""
    assert isinstance(error, RequestValidationError)
    errors = [{"at": list(map(str, e["loc"])), "expected": e["type"]} for e in error.errors()]
    return Problem(422, errors=errors)


async def _http_error(_: Request, error: Exception) -> Problem:
    """FastAPI reports a body that is no JSON with 400 or 422; both are "malformed" here."""
    assert isinstance(error, HTTPException)
    status = 422 if error.status_code == HTTPStatus.BAD_REQUEST else error.status_code
    return Problem(status, headers=dict(error.headers) if error.headers else None)
