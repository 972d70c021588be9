"""The reading view: a stored article with its source's card, an outline, and one quote marked.

Where the quote stands comes as numbers, `?at=120-340&of=SHA`: no word of it is in an address.
"""

import re
from datetime import UTC, date, datetime

from fastapi import FastAPI, Request
from starlette.responses import Response

from assistant.render.card import facts_of_document, outward, written_from
from assistant.render.dates import in_words
from assistant.render.escape import join, text, web_address
from assistant.render.reading import NOWHERE, Stretch, article, outline
from assistant.safety import sentence
from assistant.web.frame import framed
from assistant.web.interface import Answers
from ingest import Document

AT = re.compile(r"(\d{1,9})-(\d{1,9})", re.ASCII)
DAY = re.compile(r"(\d{4})(\d{2})(\d{2})T", re.ASCII)


def add_reading_view(app: FastAPI, assistant: Answers) -> None:
    """The route of every article's page."""

    @app.get("/read/{document_id:path}", include_in_schema=False)
    def read(request: Request, document_id: str, at: str = "", of: str = "") -> Response:
        """The page of one article, the stretch `at` of it marked; runs off the event loop."""
        prefix = request.scope.get("root_path", "")
        held = assistant.held()
        document = held.document(document_id)
        if document is None:
            missing = sentence("no_such_article")
            main = f"<h1>{text(missing)}</h1>"
            return framed(main, title=missing, style="read.css", prefix=prefix, status=404)
        title = document.metadata.title or sentence("title_not_stated")
        body = page_of(document, at, of, generation=held.generation, today=today())
        return framed(body, title=title, style="read.css", prefix=prefix)


def page_of(
    document: Document, at: str, of: str, *, generation: str | None, today: date | None
) -> str:
    """The main part of the page, as HTML."""
    quote = _stretch(document, at)
    changed = bool(of) and not document.sha256.startswith(of)
    if changed:
        quote = NOWHERE
    title = text(document.metadata.title or sentence("title_not_stated"))
    to_quote = f'<a class="to-quote" href="#quote">{text(sentence("quote_here"))}</a>'
    return join(
        '<header class="about">',
        f"<h1><bdi>{title}</bdi></h1>",
        _card(document, generation, today),
        f'<p class="changed">{text(sentence("article_changed"))}</p>' if changed else "",
        f"<p>{to_quote}</p>" if quote != NOWHERE else "",
        "</header>",
        _outline(document),
        f'<p class="voice">{text(sentence("article_voice"))}</p>',
        f'<article class="text" dir="auto">{article(document, quote)}</article>',
    )


def today() -> date:
    """The date by which sources are old."""
    return datetime.now(tz=UTC).date()


def _stretch(document: Document, at: str) -> Stretch:
    """The stretch that an address names, or nowhere when the document has no such."""
    numbers = AT.fullmatch(at)
    if numbers is None:
        return NOWHERE
    start, end = int(numbers[1]), int(numbers[2])
    return (start, end) if start < end <= len(document.text) else NOWHERE


def _card(document: Document, generation: str | None, today: date | None) -> str:
    known = document.metadata
    read_on = _read_on(known.read_on, generation)
    address = web_address(known.url)
    links = ""
    if address and not known.written_from:
        links = f"<p>{outward(address, text(sentence('publishers_page')), name='outward')}</p>"
    elif known.url and not address:
        links = f'<p class="address"><bdi>{text(known.url)}</bdi></p>'
    return join(
        '<div class="card">',
        facts_of_document(document, today),
        written_from(known.written_from),
        f'<p class="statement"><bdi>{text(known.statement)}</bdi></p>' if known.statement else "",
        f'<p class="read-on">{text(read_on)}</p>' if read_on else "",
        links,
        "</div>",
    )


def _read_on(stated: str | None, generation: str | None) -> str:
    """When the article was read: as stated, or when this library was built."""
    if stated is not None:
        return sentence("read_on").format(date=in_words(stated))
    day = DAY.match(generation or "")  # a generation's name begins with the day
    if day is None:
        return ""
    return sentence("built_on").format(date=in_words(f"{day[1]}-{day[2]}-{day[3]}"))


def _outline(document: Document) -> str:
    items = outline(document)
    if not items:
        return ""
    heading = text(sentence("outline"))
    return (
        f'<nav class="outline" aria-labelledby="outline"><h2 id="outline">{heading}</h2>'
        f"{items}</nav>"
    )
