"""Quoth as an agent's tool: a Model Context Protocol server over stdio, or mounted by the web app.

from assistant.mcp import build_server, serve_stdio
"""

from assistant.mcp.errors import RefusedError
from assistant.mcp.library import InProcess, Library
from assistant.mcp.server import build_server
from assistant.mcp.stdio import serve_stdio

__all__ = ["InProcess", "Library", "RefusedError", "build_server", "serve_stdio"]
