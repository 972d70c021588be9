"""The server over this process's stdin and stdout, one JSON-RPC message a line.

The SDK drops a line that is no message, and whoever sent it waits for ever; here it is answered.
"""

from types import TracebackType
from typing import Any, Self

import anyio
import mcp_types as types
from mcp.server.stdio import stdio_server
from mcp.shared.message import SessionMessage
from mcp_types import INVALID_REQUEST, PARSE_ERROR
from pydantic import ValidationError

from assistant.mcp.library import Library
from assistant.mcp.server import build_server
from assistant.safety import disclaimer, sentence

EXPECTED = {
    PARSE_ERROR: "one line of JSON in UTF-8, without half a character such as \\ud800",
    INVALID_REQUEST: 'a JSON-RPC message: {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}',
}


def serve_stdio(library: Library) -> None:
    """Serve one client over this process's stdin and stdout until it closes them."""
    anyio.run(serve_lines, library)


async def serve_lines(
    library: Library,
    stdin: anyio.AsyncFile[str] | None = None,
    stdout: anyio.AsyncFile[str] | None = None,
) -> None:
    """The same over two files."""
    server = build_server(library)
    async with stdio_server(stdin, stdout) as (read, write):
        options = server.create_initialization_options()
        await server.run(_Answered(read, write), write, options)


class _Answered:
    """The stream of messages; what is none is answered on `write` and goes no further."""

    def __init__(self, read: Any, write: Any) -> None:  # noqa: ANN401 - the SDK's own, not public
        self._read, self._write = read, write

    async def receive(self) -> SessionMessage | Exception:
        """The next message."""
        while isinstance(item := await self._read.receive(), Exception):
            await self._write.send(SessionMessage(_refusal(item)))
        return item  # type: ignore[no-any-return]

    async def __anext__(self) -> SessionMessage | Exception:
        try:
            return await self.receive()
        except anyio.EndOfStream:
            raise StopAsyncIteration from None

    def __aiter__(self) -> Self:
        return self

    async def aclose(self) -> None:
        """Close the stream behind it."""
        await self._read.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        await self.aclose()


def _refusal(error: Exception) -> types.JSONRPCError:
    """Why a line is no message. Its id cannot be told, and nothing of it is repeated."""
    is_json = isinstance(error, ValidationError) and error.errors()[0]["type"] != "json_invalid"
    code = INVALID_REQUEST if is_json else PARSE_ERROR
    data = {"expected": EXPECTED[code], "disclaimer": disclaimer()}
    said = types.ErrorData(code=code, message=sentence("malformed"), data=data)
    return types.JSONRPCError(jsonrpc="2.0", id=None, error=said)
