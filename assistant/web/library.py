"""The library page: every article with its card, a map of the passages, a timeline of the dates.

A question is put on the map by POST: it is part of no address (`#q=` stays in the browser).
"""

import json
from collections.abc import Sequence

from fastapi import FastAPI, Request
from starlette.responses import Response

from assistant.records import Answer, NoticeKind, Reply
from assistant.render.escape import attribute, join, text
from assistant.render.shelf import controls, shelf
from assistant.render.view import reading_address
from assistant.safety import disclaimer, sentence
from assistant.surrogates import whole_characters
from assistant.web.desk import BusyError, Desk
from assistant.web.frame import framed
from assistant.web.problem import Problem
from assistant.web.reading import today
from assistant.web.schemas import Question
from assistant.web.shelf import Shelf, Shelves

PER_PAGE = 200  # cards; library.js sorts and filters those of one page
SVG = "image/svg+xml"
URGENT = frozenset({NoticeKind.CRISIS, NoticeKind.EMERGENCY})
# The shapes of pictures.SHAPES in a square of ten, to stand beside titles.
SHAPES = (
    "M5 1a4 4 0 1 1 0 8a4 4 0 1 1 0-8z", "M1.5 1.5h7v7h-7z", "M5 1l4 8H1z",
    "M5 .5L9.5 5 5 9.5.5 5z", "M1 1h8L5 9z", "M3.5 1h3v2.5H9v3H6.5V9h-3V6.5H1v-3h2.5z",
    "M2.5 1L5 3.5 7.5 1 9 2.5 6.5 5 9 7.5 7.5 9 5 6.5 2.5 9 1 7.5 3.5 5 1 2.5z",
    "M5 .5l1.2 3h3.3L6.9 5.6l1 3.4L5 7 2.1 9l1-3.4L.5 3.5h3.3z",
)  # fmt: skip


def add_library(app: FastAPI, desk: Desk) -> None:
    """The page, its pictures, and the route that places a question on the map."""
    shelves = Shelves(desk.assistant)

    @app.get("/library", include_in_schema=False)
    def library(request: Request, page: int = 1) -> Response:
        """Every article, `PER_PAGE` a page; runs off the event loop."""
        made = shelves.current()
        main = _main(made, page) if made else _empty()
        return framed(
            main,
            title=sentence("library_heading"),
            style="library.css",
            prefix=request.scope.get("root_path", ""),
            script="library.js",
        )

    @app.get("/library/{name}", include_in_schema=False)
    def picture(name: str) -> Response:
        """A picture of the library as SVG."""
        made = shelves.current()
        if made is None or name not in made.pictures:
            return Problem(404)
        return Response(made.pictures[name], media_type=SVG)

    # Places on this page's own picture mean nothing to a program, so the API does not offer them.
    @app.post("/api/map", include_in_schema=False)
    async def place(body: Question) -> Response:
        """Where a question and the quotes found for it lie on the map."""
        question = whole_characters(body.question)
        try:
            reply = await desk.ask(question)
            placed = await desk.run(lambda: _placed(reply, question, desk, shelves))
        except BusyError:
            return Problem(429)
        return Response(json.dumps(placed), media_type="application/json")


def _placed(reply: Reply, question: str, desk: Desk, shelves: Shelves) -> dict[str, object]:
    """The points, in shares of the map from its upper left; none under a card that comes first."""
    urgent = [n.text for n in reply.notices if n.kind in URGENT]
    held = desk.assistant.held()
    made, vector = shelves.of(held), held.vector_of(question)
    found: dict[str, object] = {"notices": urgent, "question": None, "hits": []}
    if made is not None and vector is not None and not urgent:
        x, y = made.atlas.point_of(vector)
        # The library may have changed since the reply: its quotes lie on a map of then.
        hits = _hits(reply, made) if reply.generation == held.generation else []
        found |= {"question": [x, 1 - y], "hits": hits}
    return {**found, "disclaimer": disclaimer()}


def _hits(reply: Reply, made: Shelf) -> list[dict[str, object]]:
    """The quotes that are shown unasked, each with its point and its place in the article."""
    hits: list[dict[str, object]] = []
    for citation in reply.citations if isinstance(reply, Answer) else ():
        point = made.atlas.point_at(citation.document_id, citation.start)
        if point is not None and citation.gate is None:
            address = reading_address(
                citation.document_id,
                sha256=citation.document_sha256,
                start=citation.start,
                end=citation.end,
            )
            title = citation.title or sentence("title_not_stated")
            hits.append({"at": [point[0], 1 - point[1]], "title": title, "address": address})
    return hits


def _empty() -> str:
    return f"<h1>{text(sentence('library_heading'))}</h1><p>{text(sentence('library_empty'))}</p>"


def _main(made: Shelf, page: int) -> str:
    documents = sorted(made.documents.values(), key=lambda d: (d.metadata.title or "").casefold())
    first = max(0, page - 1) * PER_PAGE
    said = sentence("library_intro").format(count=len(documents))
    return join(
        f"<h1>{text(sentence('library_heading'))}</h1>",
        f'<p class="intro">{text(said)}</p>',
        _pictures(made),
        f'<section><h2 id="articles">{text(sentence("articles"))}</h2>',
        controls(),
        shelf(documents[first : first + PER_PAGE], made.n_passages, today()),
        _pages(len(documents), page),
        "</section>",
    )


def _pictures(made: Shelf) -> str:
    return join('<div class="pictures">', _map(made), _timeline(made), "</div>")


def _map(made: Shelf) -> str:
    alt = sentence("map_alt").format(count=len(made.atlas.places))
    ask, show = text(sentence("map_ask")), text(sentence("map_button"))
    return join(
        f'<section class="map"><h2>{text(sentence("map_heading"))}</h2>',
        f"<p>{text(sentence('map_text'))}</p>",
        f'<form id="place" hidden><p><label for="on-map">{ask}</label></p>'
        '<p class="row"><input id="on-map" type="text" maxlength="2000" autocomplete="off">'
        f" <button>{show}</button></p></form>",
        f'<p id="placed" role="status" data-said="{attribute(sentence("map_found"))}"></p>',
        '<div id="first" role="note"></div>',
        f'<div class="chart"><img src="library/map.svg" alt="{attribute(alt)}">'
        f'<svg id="marks" aria-hidden="true"></svg></div>',
        '<ul id="hits" class="hits"></ul>',
        _legend(made),
        "</section>",
    )


def _legend(made: Shelf) -> str:
    from assistant.web.pictures import COLOURS, OTHER

    named = [
        (made.documents[id].metadata.title or sentence("title_not_stated"), colour, shape)
        for id, colour, shape in zip(made.coloured, COLOURS, SHAPES, strict=False)
    ]
    if len(made.documents) > len(named):
        named.append((sentence("map_other"), OTHER, SHAPES[0]))
    items = "".join(
        f'<li><svg viewBox="0 0 10 10" aria-hidden="true"><path d="{shape}" fill="{colour}"/></svg>'
        f" <bdi>{text(title)}</bdi></li>"
        for title, colour, shape in named
    )
    return f'<ul class="legend">{items}</ul>'


def _timeline(made: Shelf) -> str:
    dated = sentence("timeline_text").format(count=len(made.documents) - made.n_undated)
    undated = sentence("timeline_undated").format(count=made.n_undated)
    return join(
        f'<section class="timeline"><h2>{text(sentence("timeline_heading"))}</h2>',
        f"<p>{text(dated)} {text(undated)}</p>",
        _bars(made.years),
        "</section>",
    )


def _bars(years: Sequence[float]) -> str:
    if not years:
        return ""
    span = f"{int(years[0])} – {int(years[-1])}"
    alt = attribute(sentence("timeline_alt").format(date=span))
    return (
        '<picture><source srcset="library/timeline-dark.svg" media="(prefers-color-scheme: dark)">'
        f'<img src="library/timeline-light.svg" alt="{alt}"></picture>'
    )


def _pages(n_documents: int, page: int) -> str:
    """Links to the other pages of a large library."""
    if n_documents <= PER_PAGE:
        return ""
    items = []
    for number, first in enumerate(range(1, n_documents + 1, PER_PAGE), 1):
        span = f"{first}–{min(first + PER_PAGE - 1, n_documents)}"
        current = ' aria-current="page"' if number == page else ""
        items.append(f'<li><a href="library?page={number}#articles"{current}>{span}</a></li>')
    label = attribute(sentence("articles"))
    return f'<nav class="pages" aria-label="{label}"><ul>{"".join(items)}</ul></nav>'
