"""The guard in front of everything, with a bare application behind it that answers anything."""

import base64
import hashlib
import logging

import anyio
import httpx
import pytest
from starlette.types import Message, Receive, Scope, Send

from assistant.safety import disclaimer
from assistant.web.body import MAX_BODY_BYTES, MAX_DRAINED_BYTES
from assistant.web.fence import is_open
from assistant.web.guard import Guard
from assistant.web.headers import page_policy

CANARY = "canary-51c0"


class Inner:
    """Remembers what reached it; answers 200, or what it was told to."""

    def __init__(self, status: int = 200, headers: dict[str, str] | None = None) -> None:
        self.status = status
        self.headers = headers or {}
        self.scopes: list[Scope] = []
        self.bodies: list[bytes] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scopes.append(scope)
        self.bodies.append((await receive())["body"])
        raw = [(k.encode(), v.encode()) for k, v in self.headers.items()]
        await send({"type": "http.response.start", "status": self.status, "headers": raw})
        await send({"type": "http.response.body", "body": b"inner"})


def send(app: object, method: str, path: str, **options: object) -> httpx.Response:
    base = options.pop("base_url", "http://localhost")

    async def request() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=True)
        async with httpx.AsyncClient(transport=transport, base_url=base) as client:
            return await client.request(method, path, **options)

    return anyio.run(request)


def assert_problem(response: httpx.Response, status: int) -> None:
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["disclaimer"] == disclaimer()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        (method, f"{root}{path}")
        for root in ("", "/page")
        for method, path in [
            ("POST", "/gradio_api/upload"),
            ("GET", "/gradio_api/upload_progress"),
            ("GET", "/gradio_api/file=http://127.0.0.1/"),
            ("GET", "/gradio_api/file/etc/passwd"),
            ("GET", "/gradio_api/proxy=https://x.hf.space/"),
            ("POST", "/gradio_api/component_server"),
            ("POST", "/gradio_api/stream/x"),
            ("POST", "/gradio_api/process_recording"),
            ("POST", "/gradio_api/vibe-edit"),
            ("POST", "/gradio_api/undo-vibe-edit"),
            ("GET", "/gradio_api/runs"),
            ("POST", "/gradio_api/run-history/connect"),
            ("GET", "/gradio_api/deep_link"),
            ("POST", "/gradio_api/run/predict"),
            ("POST", "/gradio_api/call/answer"),
            ("POST", "/gradio_api/api/answer"),
            ("GET", "/gradio_api/info"),
            ("GET", "/gradio_api/openapi.json"),
            ("GET", "/gradio_api/app_id"),
            ("GET", "/gradio_api/token"),
            ("GET", "/gradio_api/dev/reload"),
            ("GET", "/monitoring"),
            ("GET", "/monitoring/summary"),
            ("GET", "/config"),
            ("GET", "/login_check"),
            ("POST", "/login"),
            ("GET", "/svelte/x.js"),
            ("GET", "/custom_component/x"),
            ("GET", "/pwa_icon"),
            ("GET", "/robots.txt"),
        ]
    ],
)
def test_what_gradio_offers_beyond_the_page_does_not_exist(method: str, path: str) -> None:
    inner = Inner()

    assert_problem(send(Guard(inner), method, path), 404)
    assert inner.scopes == []


@pytest.mark.parametrize(
    "path",
    ["/page/assets/../gradio_api/upload", "/page/gradio_api/heartbeat/a/b", "/page/", "/pag"],
)
def test_a_path_that_only_looks_like_an_open_one_is_closed(path: str) -> None:
    assert not is_open("GET", path)


def test_gradios_script_finds_its_style_sheets_where_it_looks_for_them() -> None:
    inner = Inner()

    response = send(Guard(inner), "GET", "/assets/index.css")

    assert inner.scopes[0]["path"] == "/page/assets/index.css"
    assert "immutable" in response.headers["cache-control"]


def test_a_body_of_the_largest_size_passes_unchanged() -> None:
    inner, body = Inner(), b"x" * MAX_BODY_BYTES

    assert send(Guard(inner), "POST", "/api/ask", content=body).status_code == 200
    assert inner.bodies == [body]


def test_one_byte_more_is_413() -> None:
    inner = Inner()

    assert_problem(send(Guard(inner), "POST", "/api/ask", content=b"x" * (MAX_BODY_BYTES + 1)), 413)
    assert inner.scopes == []


def test_a_body_is_counted_as_it_streams_and_not_by_what_it_claims() -> None:
    chunks = iter([b"x" * 1024] * 65)

    async def receive() -> Message:
        return {"type": "http.request", "body": next(chunks), "more_body": True}

    assert _statuses(receive_forever(receive), headers=[(b"content-length", b"1")]) == [413]


def test_an_endless_body_is_given_up_after_what_is_drained() -> None:
    n_bytes = 0

    async def receive() -> Message:
        nonlocal n_bytes
        n_bytes += 1024 * 1024
        return {"type": "http.request", "body": b"x" * 1024 * 1024, "more_body": True}

    assert _statuses(receive) == [413]
    assert n_bytes == MAX_DRAINED_BYTES + 1024 * 1024


def test_a_client_that_leaves_while_sending_gets_no_answer() -> None:
    async def receive() -> Message:
        return {"type": "http.disconnect"}

    assert _statuses(receive) == []


@pytest.mark.parametrize("base_url", ["http://evil.example", "http://localhost.evil.example"])
def test_another_host_name_is_refused(base_url: str) -> None:
    assert_problem(send(Guard(Inner()), "GET", "/", base_url=base_url), 421)


@pytest.mark.parametrize(
    "base_url",
    ["http://localhost:7860", "http://127.0.0.1", "http://[::1]:80", "http://LIBRARY.example"],
)
def test_the_loopback_and_the_allowed_names_are_served(base_url: str) -> None:
    guard = Guard(Inner(), allowed_hosts=("library.example",))

    assert send(guard, "GET", "/", base_url=base_url).status_code == 200


def test_nobody_may_say_who_forwarded_a_request() -> None:
    inner = Inner()
    sent = {"x-forwarded-host": "evil", "x-forwarded-proto": "https", "forwarded": "for=x"}

    send(Guard(inner), "GET", "/", headers=sent)

    assert not {name for name, _ in inner.scopes[0]["headers"]} & {k.encode() for k in sent}


@pytest.mark.parametrize("status", [200, 404])
def test_every_response_is_signed(status: int) -> None:
    foreign = {"access-control-allow-origin": "*", "cache-control": "public"}

    headers = send(Guard(Inner(status, foreign)), "GET", "/api/x").headers

    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert "geolocation=()" in headers["permissions-policy"]
    assert "access-control-allow-origin" not in headers


def test_only_the_page_brings_a_policy_of_its_own() -> None:
    own = Inner(headers={"content-security-policy": "script-src *"})

    assert "script-src" in send(Guard(own), "GET", "/").headers["content-security-policy"]
    assert "script-src" not in send(Guard(own), "GET", "/api/x").headers["content-security-policy"]


def test_the_pages_policy_names_its_one_inline_script_and_nothing_looser() -> None:
    digest = base64.b64encode(hashlib.sha256(b"let x = 1").digest()).decode()

    policy = dict(part.split(" ", 1) for part in page_policy("let x = 1").split("; "))

    assert policy["script-src"] == f"'self' 'sha256-{digest}'"
    assert policy["default-src"] == policy["object-src"] == policy["base-uri"] == "'none'"
    assert policy["form-action"] == policy["frame-ancestors"] == "'none'"
    assert policy["connect-src"] == policy["style-src"] == policy["img-src"] == "'self'"


def test_a_foreign_error_becomes_a_problem() -> None:
    response = send(Guard(Inner(503)), "GET", "/page/theme.css")

    assert_problem(response, 503)
    assert "inner" not in response.text


def test_an_exception_is_a_500_whose_log_line_names_type_and_place_only(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise KeyError(CANARY)

    caplog.set_level(logging.DEBUG)
    response = send(Guard(broken), "POST", "/api/ask", content=CANARY.encode())

    assert_problem(response, 500)
    assert response.json()["request_id"] in caplog.text
    assert "KeyError at " in caplog.text
    assert CANARY not in caplog.text + response.text


def test_a_websocket_is_refused() -> None:
    sent: list[Message] = []

    async def collect(message: Message) -> None:
        sent.append(message)

    inner = Inner()
    anyio.run(Guard(inner), {"type": "websocket", "path": "/"}, None, collect)

    assert sent == [{"type": "websocket.close", "code": 1008}]
    assert inner.scopes == []


def receive_forever(receive: Receive) -> Receive:
    """`receive`, with the end of the body after its last chunk."""

    async def again() -> Message:
        try:
            return await receive()
        except (StopIteration, RuntimeError):
            return {"type": "http.request", "body": b"", "more_body": False}

    return again


def _statuses(receive: Receive, headers: list[tuple[bytes, bytes]] | None = None) -> list[int]:
    statuses: list[int] = []

    async def collect(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/ask",
        "headers": [(b"host", b"localhost"), *(headers or [])],
    }
    anyio.run(Guard(Inner()), scope, receive, collect)
    return statuses
