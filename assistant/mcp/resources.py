"""Documents as MCP resources: quoth://documents/ID, as JSON with their text and source."""

import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote, unquote

import mcp_types as types
from mcp import MCPError
from mcp_types import INVALID_PARAMS

from assistant.mcp.library import Library
from assistant.render.document import whole
from assistant.safety import disclaimer, sentence

ROOT = "quoth://documents/"
JSON = "application/json"


def uri_of(document_id: str) -> str:
    """The address of a document; what is no plain path character is percent-encoded."""
    return ROOT + quote(document_id, safe="/")


def lister(library: Library) -> Callable[[Any, Any], Awaitable[types.ListResourcesResult]]:
    """A handler that lists every document that `library` holds at the time."""

    async def list_resources(_: Any, params: Any) -> types.ListResourcesResult:  # noqa: ANN401
        return types.ListResourcesResult(
            resources=[
                types.Resource(
                    uri=uri_of(document.id),
                    name=document.id,
                    title=document.metadata.title,
                    mime_type=JSON,
                )
                for document in library.held().documents
            ]
        )

    return list_resources


async def list_templates(_: Any, params: Any) -> types.ListResourceTemplatesResult:  # noqa: ANN401
    """The one shape that document addresses have."""
    template = types.ResourceTemplate(
        uri_template=f"{ROOT}{{+document_id}}", name="document", mime_type=JSON
    )
    return types.ListResourceTemplatesResult(resource_templates=[template])


def reader(library: Library) -> Callable[[Any, Any], Awaitable[types.ReadResourceResult]]:
    """A handler that gives one document: its text, sections, source and the disclaimer."""

    async def read(
        _: Any,  # noqa: ANN401
        params: types.ReadResourceRequestParams,
    ) -> types.ReadResourceResult:
        uri = str(params.uri)
        held = library.held()
        found = held.document(unquote(uri.removeprefix(ROOT))) if ROOT in uri else None
        if found is None:
            raise MCPError(INVALID_PARAMS, sentence("not_found"))
        body = {**whole(found), "generation": held.generation, "disclaimer": disclaimer()}
        text = types.TextResourceContents(uri=uri, mime_type=JSON, text=json.dumps(body))
        return types.ReadResourceResult(contents=[text])

    return read
