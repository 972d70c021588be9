"""ASGI middleware in front of everything: host check, fence, body cap, headers, scrubbed errors.

Nothing that a request holds reaches a log: an exception's message may quote the question, so the
line names its type and place only.
"""

import logging
import secrets
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.scrub import where
from assistant.web import fence, headers
from assistant.web.body import BodyError, read_body, replay
from assistant.web.problem import MEDIA_TYPE, Problem

logger = logging.getLogger(__name__)

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")
# Gradio builds addresses from these without asking who sent them, so nobody may send them.
FORWARDED = (b"forwarded", b"x-forwarded-")


class Guard:
    """Lets through what the page and the API need, and signs every response."""

    def __init__(self, app: ASGIApp, *, allowed_hosts: Iterable[str] = ()) -> None:
        self.app = app
        self.hosts = frozenset(map(str.casefold, (*LOOPBACK_NAMES, *allowed_hosts)))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; a websocket is refused, since no route takes one."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await self._http(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        prefix = scope.get("root_path", "")
        path = fence.route_of(scope["path"].removeprefix(prefix))
        signed = _Signed(path, scope, receive, send)
        try:
            body = await read_body(receive)
        except BodyError as error:
            return await signed.problem(error.status)
        except ConnectionAbortedError:
            return None
        if fence.host_name(Headers(scope=scope).get("host", "")) not in self.hosts:
            return await signed.problem(421)
        if not fence.is_open(scope["method"], path):
            return await signed.problem(404)
        try:
            await self.app(_cleaned(scope, prefix + path), replay(body, receive), signed.send)
        except Exception as error:  # noqa: BLE001 - the last stop before a log with the question
            await signed.failed(error)


class _Signed:
    """The response on its way out: headers added, foreign errors made into problems."""

    def __init__(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        self._path = path
        self._scope, self._receive, self._send = scope, receive, send
        self._started = False
        self._replaced = False

    async def send(self, message: Message) -> None:
        """Pass `message` on, signed."""
        if self._replaced:
            return
        if message["type"] == "http.response.start":
            sent = MutableHeaders(raw=list(message["headers"]))
            is_problem = sent.get("content-type", "").startswith(MEDIA_TYPE)
            if message["status"] >= 400 and not is_problem:
                await self.problem(message["status"])
                self._replaced = True
                return
            self._started = True
            self._sign(sent)
            message = {**message, "headers": sent.raw}
        await self._send(message)

    async def problem(self, status: int, *, request_id: str | None = None) -> None:
        """Answer with a problem document."""
        says = "busy" if status == 503 and fence.is_page(self._path) else None
        problem = Problem(status, says=says, request_id=request_id)
        await problem(self._scope, self._receive, self.send)

    async def failed(self, error: Exception) -> None:
        """Answer 500 with an id that the log line carries too."""
        request_id = secrets.token_hex(8)
        logger.error("request %s failed: %s", request_id, where(error))
        if not self._started:
            await self.problem(500, request_id=request_id)

    def _sign(self, sent: MutableHeaders) -> None:
        for name in [name for name in sent if name.startswith("access-control-")]:
            del sent[name]
        for name, value in headers.SECURITY.items():
            if not (self._path == "/" and name == "content-security-policy" and name in sent):
                sent[name] = value
        if fence.is_asset(self._path):
            sent["cache-control"] = headers.FOR_A_YEAR


def _cleaned(scope: Scope, path: str) -> Scope:
    kept = [(name, value) for name, value in scope["headers"] if not name.startswith(FORWARDED)]
    return {**scope, "path": path, "headers": kept}
