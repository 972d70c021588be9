"""The document around Gradio: landmarks, heading and disclaimer that are there before any script.

Gradio's own document brings five inline scripts, links to other sites and no landmark. We take its
configuration and the names of its script and style sheet, and put them into page.html.
"""

import re
from html import escape
from pathlib import Path
from string import Template

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message

from assistant.safety import disclaimer, sentence
from assistant.web.fence import PAGE_ROOT
from assistant.web.frame import nav
from assistant.web.headers import page_policy

# Gradio writes "<" inside these as \\u003c, so the first "</script>" is the script's own end.
CONFIG = re.compile(r"<script>(window\.gradio_config = .*?;)</script>", re.DOTALL)
API_INFO = re.compile(r"<script>(window\.gradio_api_info = .*?;)</script>", re.DOTALL)
MODULE = re.compile(r'<script type="module"[^>]* src="\./(assets/[\w.-]+\.js)"')
STYLE = re.compile(r'<link rel="stylesheet"[^>]* href="(\./assets/[\w.-]+\.css)"')
MODE = 'window.__gradio_mode__ = "app";'

TEMPLATE = Template(Path(__file__).with_name("page.html").read_text(encoding="utf-8"))


class ShellError(RuntimeError):
    """Gradio's document does not look as it did in the version that this was written for."""


async def page(request: Request) -> Response:
    """The page at "/", as soon as it is mounted."""
    await request.app.state.page.wait()
    prefix = request.scope.get("root_path", "")
    html, script = wrap(await _gradio_document(request, prefix), prefix=prefix)
    return HTMLResponse(html, headers={"content-security-policy": page_policy(script)})


def wrap(document: str, *, prefix: str) -> tuple[str, str]:
    """Our document around what Gradio's `document` configures, and its one inline script."""
    script = f"{_taken(CONFIG, document)}{_taken(API_INFO, document)}{MODE}"
    html = TEMPLATE.substitute(
        prefix=escape(prefix),
        script=script,
        module=f"{escape(prefix)}{PAGE_ROOT}/{_taken(MODULE, document)}",
        style=_taken(STYLE, document),  # as Gradio wrote it, or its script loads it twice
        title=escape(sentence("page_title")),
        nav=nav(prefix, here=""),
        copied=escape(sentence("copied")),
        copy_failed=escape(sentence("copy_failed")),
        subtitle=escape(sentence("page_subtitle")),
        skip=escape(sentence("skip_link")),
        needs_script=escape(sentence("needs_script")),
        not_reviewed=escape(sentence("not_reviewed_by_clinician")),
        disclaimer=escape(disclaimer()),
    )
    return html, script


def _taken(pattern: re.Pattern[str], document: str) -> str:
    found = pattern.search(document)
    if found is None:
        raise ShellError(
            f"Gradio's page has no {pattern.pattern!r}; was another version installed?"
        )
    return found[1]


async def _gradio_document(request: Request, prefix: str) -> str:
    """What Gradio would serve at its own root, asked for inside the process, uncompressed."""
    app: ASGIApp = request.app.router
    scope = {
        **request.scope,
        "method": "GET",
        "path": f"{prefix}{PAGE_ROOT}/",
        "raw_path": f"{prefix}{PAGE_ROOT}/".encode(),
        "query_string": b"",
        "headers": [(n, v) for n, v in request.scope["headers"] if n == b"host"],
    }
    parts: list[bytes] = []

    async def collect(message: Message) -> None:
        parts.append(message.get("body", b""))

    await app(scope, request.receive, collect)
    return b"".join(parts).decode()
