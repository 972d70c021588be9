"""The Model Context Protocol server, on the official SDK.

The SDK's low-level server, not its decorators: those put rejected input into error texts and logs.
"""

import json
import logging
from typing import Any

import mcp_types as types
from mcp import MCPError
from mcp.server import Server, ServerRequestContext
from mcp.server.context import CallNext, HandlerResult
from mcp_types import INVALID_PARAMS
from pydantic import ValidationError

from assistant.mcp import resources
from assistant.mcp.errors import RefusedError
from assistant.mcp.library import Library
from assistant.mcp.tools import TOOLS, Tool
from assistant.render.json import SCHEMA
from assistant.safety import disclaimer
from assistant.scrub import where

logger = logging.getLogger(__name__)

READ_ONLY = types.ToolAnnotations(
    read_only_hint=True, idempotent_hint=True, destructive_hint=False, open_world_hint=False
)


def build_server(library: Library) -> Server[Any]:
    """A server with the tools and the documents of `library`, for any transport."""
    # The SDK logs tracebacks and arguments, which are questions about health; we log places.
    logging.getLogger("mcp").setLevel(logging.CRITICAL + 1)
    by_name = {tool.name: tool for tool in TOOLS}

    async def list_tools(_: Any, params: Any) -> types.ListToolsResult:  # noqa: ANN401
        return types.ListToolsResult(tools=[_listed(tool) for tool in TOOLS])

    async def call_tool(_: Any, params: types.CallToolRequestParams) -> types.CallToolResult:  # noqa: ANN401
        tool = by_name.get(params.name)
        if tool is None:
            raise MCPError(INVALID_PARAMS, f"no such tool; there are {', '.join(by_name)}")
        try:
            return _result(await tool.call(library, params.arguments or {}))
        except RefusedError as refused:
            return _result(refused.to_json(), is_error=True)
        except Exception as error:  # noqa: BLE001 - its message may quote the question
            logger.error("the tool %s failed: %s", tool.name, where(error))
            return _result(RefusedError("internal_error").to_json(), is_error=True)

    server: Server[Any] = Server(
        "quoth",
        version=str(SCHEMA),
        title="Quoth",
        instructions=disclaimer(),
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_resources=resources.lister(library),
        on_list_resource_templates=resources.list_templates,
        on_read_resource=resources.reader(library),
    )
    server.middleware.append(_with_disclaimer)
    return server


async def _with_disclaimer(
    ctx: ServerRequestContext[Any, Any], call_next: CallNext
) -> HandlerResult:
    """Every refusal of the protocol carries the disclaimer, and none repeats what was sent."""
    try:
        return await call_next(ctx)
    except MCPError as refused:
        # A dict says what would do, such as the protocol's versions; a text is the method's name.
        given = refused.error.data if isinstance(refused.error.data, dict) else {}
        code, said = refused.error.code, refused.error.message
    except ValidationError:
        given, code, said = {}, INVALID_PARAMS, "Invalid request parameters"
    raise MCPError(code, said, data={**given, "disclaimer": disclaimer()})


def _listed(tool: Tool) -> types.Tool:
    return types.Tool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=tool.arguments.model_json_schema(),
        output_schema={"type": "object", "required": ["disclaimer"]},
        annotations=READ_ONLY,
    )


def _result(body: dict[str, Any], *, is_error: bool = False) -> types.CallToolResult:
    """The same JSON twice: structured, and as ASCII text for clients that read only text."""
    return types.CallToolResult(
        content=[types.TextContent(type="text", text=json.dumps(body))],
        structured_content=None if is_error else body,
        is_error=is_error,
    )
