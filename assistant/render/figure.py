"""One quote as a reader meets it: the words, whose they are, and what can be done with them.

A blockquote's textContent equals the quote, code point for code point (Q4). Only one thing HTML
cannot carry: NUL and lone surrogates, which show as a mark around U+FFFD.
"""

from assistant.glossary import terms_in
from assistant.records import Citation
from assistant.render import cite
from assistant.render.card import facts_of_citation, outward, written_from
from assistant.render.escape import attribute, join, text, web_address
from assistant.render.view import View, reading_address
from assistant.safety import sentence
from ingest import Document, WrittenFrom

OWN_WINDOW = 'target="_blank" rel="noopener noreferrer"'


def figure(citation: Citation, view: View) -> str:
    """The quote with its source card, and below them its tools."""
    document = view.document(citation.document_id)
    return join(
        '<div class="cited">',
        '<figure class="quote">',
        _faq_question(citation.faq_question),
        _blockquote(citation),
        _source(citation, document, view),
        "</figure>",
        _tools(citation, document, view),
        "</div>",
    )


def marked_parts(citation: Citation) -> tuple[str, str, str] | None:
    """The quote before, in and after the words that answer; None where they are all of it."""
    if citation.marked is None:
        return None
    start = max(citation.marked[0] - citation.start, 0)
    end = min(citation.marked[1] - citation.start, len(citation.quote))
    if start >= end or (start, end) == (0, len(citation.quote)):
        return None
    return citation.quote[:start], citation.quote[start:end], citation.quote[end:]


def _faq_question(question: str | None) -> str:
    if question is None:
        return ""
    said = text(sentence("faq_label"))
    return (
        f'<p class="faq"><span class="label">{said}</span> <bdi dir="auto">{text(question)}</bdi>'
        "</p>"
    )


def _blockquote(citation: Citation) -> str:
    address = web_address(citation.url)
    where = f' cite="{attribute(address)}"' if address else ""
    parts = marked_parts(citation)
    if parts is None:
        words = text(citation.quote)
    else:
        before, answering, after = map(text, parts)
        words = f"{before}<mark>{answering}</mark>{after}"
    return f'<blockquote{where} dir="auto">{words}</blockquote>'


def _source(citation: Citation, document: Document | None, view: View) -> str:
    title = text(citation.title or sentence("title_not_stated"))
    is_link = web_address(citation.url) or not citation.url
    address = (
        "" if is_link else f' <span class="address"><bdi>{text(citation.url or "")}</bdi></span>'
    )
    return join(
        "<figcaption>",
        f'<p class="title"><bdi>{title}</bdi>{address}</p>',
        facts_of_citation(citation, document, view.today),
        written_from(_sources(citation, document)),
        f'<p class="in-general">{text(sentence("in_general_note"))}</p>',
        "</figcaption>",
    )


def _sources(citation: Citation, document: Document | None) -> tuple[WrittenFrom, ...]:
    """The published sources that the quoted section rests on."""
    if document is None:
        return ()
    return document.metadata.sources_of(citation.faq_question or citation.section)


def _tools(citation: Citation, document: Document | None, view: View) -> str:
    return join(
        '<div class="tools">',
        _links(citation, document),
        _words(citation.quote),
        _copies(citation, document),
        _feedback() if view.takes_feedback and document else "",
        "</div>",
    )


def _links(citation: Citation, document: Document | None) -> str:
    """To the quote in our stored copy, and to it on the publisher's page."""
    links = []
    if document is not None:
        here = reading_address(
            document.id, sha256=document.sha256, start=citation.start, end=citation.end
        )
        said = text(sentence("show_in_article"))
        # In a window of its own: the thread is not there any more when one comes back.
        links.append(f'<a class="in-article" href="{attribute(here)}" {OWN_WINDOW}>{said}</a>')
    address = web_address(citation.deep_link) or web_address(citation.url)
    retells = document is not None and bool(document.metadata.written_from)
    if address and not retells:
        is_source = "written_from_source" in citation.flags
        said = sentence("source_page" if is_source else "publishers_page")
        links.append(outward(address, text(said), name="outward"))
    return f'<p class="links">{" ".join(links)}</p>' if links else ""


def _words(quote: str) -> str:
    """What the medical words of a quote mean, beside it."""
    terms = terms_in(quote)
    if not terms:
        return ""
    rows = "".join(f"<dt>{text(t.name)}</dt><dd>{text(t.meaning)}</dd>" for t in terms)
    summary = f"<summary>{text(sentence('glossary'))}</summary>"
    return f'<details class="words">{summary}<dl>{rows}</dl></details>'


def _copies(citation: Citation, document: Document | None) -> str:
    """The quote with its source in each form; page.js makes the buttons copy what stands below."""
    forms = {"cite_plain": cite.plain(citation), "cite_markdown": cite.markdown(citation)}
    if document is not None:
        forms |= {
            "cite_bibtex": cite.bibtex(citation, document.metadata) or "",
            "cite_ris": cite.ris(citation, document.metadata) or "",
        }
    parts = [
        f'<div class="copyable"><p>{text(sentence(name))} '
        f'<button type="button" class="copy">{text(sentence("copy_button"))}</button></p>'
        f"<pre>{text(form)}</pre></div>"
        for name, form in forms.items()
        if form
    ]
    return join(
        f'<details class="cite"><summary>{text(sentence("cite"))}</summary>', *parts, "</details>"
    )


def _feedback() -> str:
    buttons = "".join(
        f'<button type="button" class="{name}">{text(sentence(f"feedback_{name}"))}</button> '
        for name in ("answers", "does_not")
    )
    asked, note = text(sentence("feedback_ask")), text(sentence("feedback_note"))
    return f'<div class="feedback"><p>{asked}</p>{buttons}<p class="note">{note}</p></div>'
