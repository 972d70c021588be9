"""ASGI middleware in front of everything: checks, body cap, headers, ids, scrubbed errors.

Nothing that a request holds reaches a log: an exception's message may quote the question, so the
line names its type and place only.
"""

import logging
import time
from collections.abc import Callable, Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.scrub import where
from assistant.web import fence, headers
from assistant.web.body import BodyError, read_body, replay
from assistant.web.checks import Check
from assistant.web.problem import MEDIA_TYPE, Problem, expected
from assistant.web.request import Asked, Refusal, new_id

logger = logging.getLogger(__name__)
access = logging.getLogger("quoth.access")

# Gradio builds addresses from these without asking who sent them, so nobody may send them. Those
# of a proxy that the operator named have been read by then (application.py).
FORWARDED = (b"forwarded", b"x-forwarded-")


class Guard:
    """Lets through what passes every check, and signs every response."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        checks: Sequence[Check],
        logs_requests: bool = False,
        on_failure: Callable[[], None] = lambda: None,
    ) -> None:
        self.app = app
        self.checks = tuple(checks)
        self.logs_requests = logs_requests
        self.on_failure = on_failure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; a websocket is refused, since no route takes one."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await self._http(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.perf_counter()
        prefix = scope.get("root_path", "")
        path = fence.route_of(scope["path"].removeprefix(prefix))
        signed = _Signed(path, scope, receive, send)
        try:
            body = await read_body(receive)
        except BodyError as error:
            await signed.refuse(Refusal(error.status))
        except ConnectionAbortedError:
            return
        else:
            await self._checked(_cleaned(scope, prefix + path), replay(body, receive), signed)
        if self.logs_requests:
            took_ms = 1000 * (time.perf_counter() - began)
            name = fence.name_of(path)
            method = fence.method_of(signed.method)
            access.info("%s %s %d in %.1f ms", method, name, signed.status, took_ms)

    async def _checked(self, scope: Scope, receive: Receive, signed: "_Signed") -> None:
        peer = scope.get("client")
        asked = Asked(signed.method, signed.path, Headers(scope=scope), peer[0] if peer else None)
        try:
            refusal = next(filter(None, (check(asked) for check in self.checks)), None)
            if refusal is not None:
                return await signed.refuse(refusal)
            await self.app(scope, receive, signed.send)
        except Exception as error:  # noqa: BLE001 - the last stop before a log with the question
            self.on_failure()
            await signed.failed(error)


class _Signed:
    """The response on its way out: headers added, foreign errors made into problems."""

    def __init__(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        self.path = path
        self.method: str = scope["method"]
        self.status = 0
        self._id = new_id()
        self._scope, self._receive, self._send = scope, receive, send
        self._replaced = False

    async def send(self, message: Message) -> None:
        """Pass `message` on, signed."""
        if self._replaced:
            return
        if message["type"] == "http.response.start":
            sent = MutableHeaders(raw=list(message["headers"]))
            if message["status"] >= 400 and not self._is_ours(sent):
                kept = ("allow", "retry-after")
                named = tuple((name, sent[name]) for name in kept if name in sent)
                await self.refuse(Refusal(message["status"], named))
                self._replaced = True
                return
            self.status = message["status"]
            self._sign(sent)
            message = {**message, "headers": sent.raw}
        await self._send(message)

    async def refuse(self, refusal: Refusal) -> None:
        """Answer with a problem document."""
        says = "busy" if refusal.status == 503 and fence.is_page(self.path) else None
        more = expected(self.path, refusal.status)
        problem = Problem(refusal.status, says=says, headers=dict(refusal.headers), **more)
        await problem(self._scope, self._receive, self.send)

    async def failed(self, error: Exception) -> None:
        """Answer 500; the problem carries the request id that the log line carries too."""
        logger.error("request %s failed: %s", self._id, where(error))
        if not self.status:
            await self.refuse(Refusal(500))

    def _is_ours(self, sent: MutableHeaders) -> bool:
        """Whether an error is told in our own words: a problem document, or a page of ours."""
        has_policy = fence.is_document(self.path) and "content-security-policy" in sent
        return has_policy or sent.get("content-type", "").startswith(MEDIA_TYPE)

    def _sign(self, sent: MutableHeaders) -> None:
        for name in [name for name in sent if name.startswith("access-control-")]:
            del sent[name]
        for name, value in headers.SECURITY.items():
            if not (name in sent and fence.may_set(self.path, name)):
                sent[name] = value
        if fence.is_asset(self.path):
            sent["cache-control"] = headers.FOR_A_YEAR
        sent["x-request-id"] = self._id


def _cleaned(scope: Scope, path: str) -> Scope:
    """The request as routes see it. A HEAD is a GET to them; the server leaves the body out."""
    kept = [(name, value) for name, value in scope["headers"] if not name.startswith(FORWARDED)]
    method = "GET" if scope["method"] == "HEAD" else scope["method"]
    return {**scope, "method": method, "path": path, "headers": kept}
