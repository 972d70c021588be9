"""The agent's tool over HTTP: the MCP server of `assistant.mcp` at /mcp, fed by the desk.

Stateless, and each answer is one JSON body: nothing is kept between two calls, so there is no
session to guess, and the guard's body cap and rate limit hold as for any other request.
"""

from collections.abc import Awaitable

from mcp.server.streamable_http_manager import StreamableHTTPASGIApp, StreamableHTTPSessionManager

from assistant.mcp import RefusedError, build_server
from assistant.records import Reply
from assistant.web.body import MAX_BODY_BYTES
from assistant.web.desk import BusyError, Desk
from assistant.web.interface import Answers


class AtDesk:
    """The desk as the MCP server asks for it: a library that can be busy."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def ask(self, question: str) -> Reply:
        """The desk's reply."""
        return await self._told(self._desk.ask(question))

    async def search(self, question: str, k: int) -> Reply:
        """The desk's passages."""
        return await self._told(self._desk.search(question, k))

    def held(self) -> Answers:
        """The assistant that answers now."""
        return self._desk.assistant.held()

    async def _told(self, reply: Awaitable[Reply]) -> Reply:
        """The reply, or a refusal; what fails ends in the SDK, before the guard could count it."""
        try:
            return await reply
        except BusyError:
            raise RefusedError("busy") from None
        except Exception:
            self._desk.metrics.failed()
            raise


def agents(desk: Desk) -> tuple[StreamableHTTPASGIApp, StreamableHTTPSessionManager]:
    """The ASGI application, and the manager that must run while it serves."""
    manager = StreamableHTTPSessionManager(
        app=build_server(AtDesk(desk)),
        json_response=True,
        stateless=True,
        max_request_body_size=MAX_BODY_BYTES,
    )
    return StreamableHTTPASGIApp(manager), manager
