"""Which paths exist at all. A list of what is open: what Gradio adds tomorrow is closed today.

Gradio serves uploads, a fetch proxy, deep links that are written to disk, run history, monitoring
and more to anyone (SAFETY.md, "The web surface"). The page needs the few paths below.
"""

PAGE_ROOT = "/page"  # where Gradio is mounted; the page itself is at "/"
OWN_FILES = (
    "/favicon.svg", "/page.css", "/page.js", "/read.css", "/library.css", "/library.js",
)  # fmt: skip
LIBRARY = "/library"
READING = "/read/"
API = ("/api/", "/healthz", "/readyz", "/metrics")
ASSETS = f"{PAGE_ROOT}/assets/"
GRADIO = frozenset(
    {
        ("GET", f"{PAGE_ROOT}/theme.css"),
        ("GET", f"{PAGE_ROOT}/gradio_api/queue/data"),
        ("POST", f"{PAGE_ROOT}/gradio_api/queue/join"),
    }
)
DOCUMENTS = "/api/documents/"
NAMED = ("/api/ask", "/api/map", "/api/feedback", "/api/documents", "/api/openapi.json", LIBRARY)
MCP = "/mcp"
QUESTIONS = frozenset({"/api/ask", "/api/map", MCP, f"{PAGE_ROOT}/gradio_api/queue/join"})
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
HEARTBEAT = f"{PAGE_ROOT}/gradio_api/heartbeat/"


def route_of(path: str) -> str:
    """The path that answers `path`: Gradio's script looks for its style sheets under "/assets/"."""
    return f"{PAGE_ROOT}{path}" if path.startswith("/assets/") else path


def is_open(method: str, path: str) -> bool:
    """Whether the guard lets a request through to its route. Routes check their own methods."""
    if is_document(path) or path in (MCP, *OWN_FILES):
        return True
    if path.startswith((*API, f"{LIBRARY}/")):
        return True
    if method in ("GET", "HEAD") and path.startswith(ASSETS):
        return ".." not in path
    is_heartbeat = path.startswith(HEARTBEAT) and "/" not in path.removeprefix(HEARTBEAT)
    return (method, path) in GRADIO or (method == "GET" and is_heartbeat)


def is_document(path: str) -> bool:
    """Whether the answer is a page of ours, which brings a policy of its own."""
    return path in ("/", LIBRARY) or path.startswith(READING)


def is_asset(path: str) -> bool:
    """Whether the file's name changes with its content, so that browsers may keep it."""
    return path.startswith(ASSETS)


def may_set(path: str, header: str) -> bool:
    """Whether the path's own route decides that header: a page's policy, a document's caching."""
    return (is_document(path) and header == "content-security-policy") or (
        path.startswith(DOCUMENTS) and header == "cache-control"
    )


def name_of(path: str) -> str:
    """What a log may call the path: ids of documents, sessions and files are left out."""
    for known in (HEARTBEAT, ASSETS, DOCUMENTS, READING, f"{LIBRARY}/"):
        if path.startswith(known):
            return f"{known}*"
    is_known = path in ("/", MCP, *OWN_FILES, *API, *NAMED) or path in {p for _, p in GRADIO}
    return path if is_known else "(other)"


def method_of(method: str) -> str:
    """What a log may call the method: a client may send any word as one."""
    return method if method in METHODS else "(other)"


def is_page(path: str) -> bool:
    """Whether Gradio answers the path."""
    return path.startswith(f"{PAGE_ROOT}/")


def is_question(method: str, path: str) -> bool:
    """Whether the request asks something, which is what a rate limit counts."""
    return method == "POST" and path in QUESTIONS


def host_name(header: str) -> str:
    """The name in a Host header, without port, brackets and case: `[::1]:7860` is `::1`."""
    if header.startswith("["):
        return header[1:].partition("]")[0].casefold()
    return header.partition(":")[0].casefold()
