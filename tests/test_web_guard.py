"""The guard's signature on every response, with a bare application behind it."""

import base64
import hashlib
import logging

import anyio
import pytest
from starlette.types import Message, Receive, Scope, Send

from assistant.web.guard import Guard
from assistant.web.headers import page_policy
from assistant.web.request import Asked, Refusal
from tests.web import Inner, assert_problem, guarded, send

CANARY = "canary-51c0"


@pytest.mark.parametrize("status", [200, 404])
def test_every_response_is_signed(status: int) -> None:
    foreign = {"access-control-allow-origin": "*", "cache-control": "public"}

    headers = send(guarded(Inner(status, foreign)), "GET", "/api/x").headers

    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert "geolocation=()" in headers["permissions-policy"]
    assert "access-control-allow-origin" not in headers


def test_only_the_page_brings_a_policy_of_its_own() -> None:
    own = Inner(headers={"content-security-policy": "script-src *"})

    assert "script-src" in send(guarded(own), "GET", "/").headers["content-security-policy"]
    assert (
        "script-src" not in send(guarded(own), "GET", "/api/x").headers["content-security-policy"]
    )


def test_the_pages_policy_names_its_one_inline_script_and_nothing_looser() -> None:
    digest = base64.b64encode(hashlib.sha256(b"let x = 1").digest()).decode()

    policy = dict(part.split(" ", 1) for part in page_policy("let x = 1").split("; "))

    assert policy["script-src"] == f"'self' 'sha256-{digest}'"
    assert policy["default-src"] == policy["object-src"] == policy["base-uri"] == "'none'"
    assert policy["form-action"] == policy["frame-ancestors"] == "'none'"
    assert policy["connect-src"] == policy["style-src"] == policy["img-src"] == "'self'"


def test_a_foreign_error_becomes_a_problem() -> None:
    response = send(guarded(Inner(503)), "GET", "/page/theme.css")

    assert_problem(response, 503)
    assert "inner" not in response.text


@pytest.mark.parametrize("status", [400, 406, 415])
def test_what_an_agent_sends_amiss_is_a_problem_that_says_what_was_expected(status: int) -> None:
    response = send(guarded(Inner(status)), "POST", "/mcp")

    assert_problem(response, status)
    assert "Accept: application/json, text/event-stream" in response.json()["expected"]


def test_an_exception_is_a_500_whose_log_line_names_type_and_place_only(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise KeyError(CANARY)

    caplog.set_level(logging.DEBUG)
    response = send(guarded(broken), "POST", "/api/ask", content=CANARY.encode())

    assert_problem(response, 500)
    assert response.json()["request_id"] in caplog.text
    assert "KeyError at " in caplog.text
    assert CANARY not in caplog.text + response.text


def test_a_check_that_fails_is_a_problem_too(caplog: pytest.LogCaptureFixture) -> None:
    def broken(asked: Asked) -> Refusal | None:
        raise ValueError(CANARY)

    inner = Inner()
    response = send(Guard(inner, checks=(broken,)), "GET", "/healthz")

    assert_problem(response, 500)
    assert "ValueError at " in caplog.text
    assert CANARY not in caplog.text + response.text
    assert inner.scopes == []


def test_a_websocket_is_refused() -> None:
    sent: list[Message] = []

    async def collect(message: Message) -> None:
        sent.append(message)

    inner = Inner()
    anyio.run(guarded(inner), {"type": "websocket", "path": "/"}, None, collect)

    assert sent == [{"type": "websocket.close", "code": 1008}]
    assert inner.scopes == []
