"""Lets events of the page through to Gradio, which fails on one that the page does not have."""

import json
from collections.abc import Container

from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.web.body import read_body, replay
from assistant.web.problem import Problem

JOIN = "/queue/join"


class KnownEvents:
    """Gradio's application, for events whose number is in `known`."""

    def __init__(self, app: ASGIApp, known: Container[int]) -> None:
        self.app = app
        self.known = known

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; 422 for an event that is not known. The guard has read the body before."""
        if scope["type"] == "http" and scope["path"].endswith(JOIN):
            body = await read_body(receive)
            if not self._is_known(body):
                return await Problem(422)(scope, receive, send)
            receive = replay(body, receive)
        await self.app(scope, receive, send)

    def _is_known(self, body: bytes) -> bool:
        try:
            event = json.loads(body)
        except (ValueError, RecursionError):
            return False
        number = event.get("fn_index") if isinstance(event, dict) else None
        return type(number) is int and number in self.known
