"""The document around Quoth's own pages, which need no script: landmarks, disclaimer, policy."""

from html import escape
from pathlib import Path
from string import Template

from starlette.responses import HTMLResponse

from assistant.safety import disclaimer, sentence
from assistant.web.headers import OWN_PAGE

TEMPLATE = Template(Path(__file__).with_name("frame.html").read_text(encoding="utf-8"))
PAGES = (("", "nav_ask"), ("library", "nav_library"))


def framed(
    main: str, *, title: str, style: str, prefix: str, script: str = "", status: int = 200
) -> HTMLResponse:
    """A page of ours around `main`, which is HTML; `title` is text."""
    html = TEMPLATE.substitute(
        main=main,
        title=escape(f"{title} · {sentence('page_title')}"),
        name=escape(sentence("page_title")),
        prefix=escape(prefix),
        style=style,
        script=f'<script src="{escape(prefix)}/{script}" defer></script>' if script else "",
        nav=nav(prefix),
        skip=escape(sentence("skip_to_content")),
        not_reviewed=escape(sentence("not_reviewed_by_clinician")),
        disclaimer=escape(disclaimer()),
    )
    body = html.encode("utf-8", "replace")
    return HTMLResponse(body, status_code=status, headers={"content-security-policy": OWN_PAGE})


def nav(prefix: str, *, here: str | None = None) -> str:
    """Links to the pages of Quoth, the same on each of them."""
    items = []
    for path, name in PAGES:
        current = ' aria-current="page"' if path == here else ""
        link = f'<a href="{escape(prefix)}/{path}"{current}>{escape(sentence(name))}</a>'
        items.append(f"<li>{link}</li>")
    return f'<nav aria-label="{escape(sentence("nav_label"))}"><ul>{"".join(items)}</ul></nav>'
