"""A source's card: what a reader should know before trusting a quote or an article."""

from collections.abc import Iterator, Sequence
from datetime import date

from assistant.reading_ease import band_of, ease_of
from assistant.records import Citation
from assistant.render.dates import in_words
from assistant.render.escape import attribute, join, text, web_address
from assistant.render.flags import flags_in_words, flags_of_citation, flags_of_document
from assistant.render.publisher import publisher_of
from assistant.safety import sentence
from ingest import Document, WrittenFrom

MAX_SOURCES_SHOWN = 3  # more fold under their number
OUTWARD = 'target="_blank" rel="noopener noreferrer nofollow"'


def facts_of_citation(citation: Citation, document: Document | None, today: date | None) -> str:
    """The facts under a quote, as a list."""
    flags = flags_of_citation(citation, today)
    missing = sentence("publisher_not_stated")
    publisher = publisher_of(citation, missing=missing)
    if document is not None and document.metadata.written_from:  # they are named with their links
        publisher = document.metadata.publisher or missing
        flags = tuple(flag for flag in flags if flag != "written_from_source")
    return _list(
        fact("publisher", publisher),
        fact("kind", citation.source_kind or sentence("kind_not_stated")),
        f'<li class="date">{shown_date(citation.published)}</li>',
        fact("section", citation.section) if citation.section else "",
        *_flags(flags, citation.source_kind),
        _licence(document.metadata.licence) if document else "",
        _ease(document) if document else "",
    )


def facts_of_document(document: Document, today: date | None) -> str:
    """The facts of an article, as a list, where no quote of it stands beside them."""
    known = document.metadata
    return _list(
        fact("publisher", known.publisher or sentence("publisher_not_stated")),
        fact("kind", known.kind or sentence("kind_not_stated")),
        f'<li class="date">{shown_date(known.published)}</li>',
        fact("authors", f"{sentence('authors')} {', '.join(known.authors)}")
        if known.authors
        else "",
        *_flags(flags_of_document(document, today), known.kind),
        _licence(known.licence),
        _ease(document),
        _doi(known.doi),
    )


def written_from(sources: Sequence[WrittenFrom]) -> str:
    """The published sources that an article of ours retells, as a list of links."""
    if not sources:
        return ""
    items = "".join(f"<li>{_source(source)}</li>" for source in sources)
    if len(sources) > MAX_SOURCES_SHOWN:
        said = text(sentence("written_from_many").format(count=len(sources)))
        return f"<details><summary>{said}</summary><ul>{items}</ul></details>"
    said = text(sentence("written_from"))
    return f'<div class="written-from"><p>{said}</p><ul>{items}</ul></div>'


def outward(address: str, said: str, *, name: str = "") -> str:
    """A link that leaves Quoth; `said` is HTML."""
    kind = f' class="{name}"' if name else ""
    return f'<a{kind} href="{attribute(address)}" {OUTWARD}>{said}</a>'


def fact(name: str, value: str) -> str:
    """One fact of a card."""
    return f'<li class="{name}"><bdi>{text(value)}</bdi></li>'


def shown_date(published: str | None) -> str:
    """A date in words, or that none is stated."""
    if published is None:
        return text(sentence("date_not_stated"))
    words = in_words(published)
    if words == published:
        return text(published)
    return f'<time datetime="{published}">{words}</time>'


def _list(*facts: str) -> str:
    return f'<ul class="facts">{" ".join(filter(None, facts))}</ul>'


def _flags(flags: Sequence[str], kind: str | None) -> Iterator[str]:
    return (fact("flag", words) for words in flags_in_words(flags, kind))


def _licence(licence: str | None) -> str:
    return fact("licence", f"{sentence('licence')}: {licence or sentence('not_stated')}")


def _ease(document: Document) -> str:
    ease = ease_of(document)
    if ease is None:
        return ""
    figure = sentence("reading_ease").format(count=ease)
    return fact("ease", f"{figure} ({sentence(f'ease_{band_of(ease)}')})")


def _doi(doi: str | None) -> str:
    address = web_address(f"https://doi.org/{doi}") if doi else None
    if doi is None:
        return ""
    shown = f"<bdi>doi:{text(doi)}</bdi>"
    return f'<li class="doi">{outward(address, shown) if address else shown}</li>'


def _source(source: WrittenFrom) -> str:
    title = f"<bdi>{text(source.title or sentence('title_not_stated'))}</bdi>"
    address = web_address(source.url)
    publisher = f"<bdi>{text(source.publisher or sentence('publisher_not_stated'))}</bdi>"
    facts = join(publisher, shown_date(source.published) if source.published else "", by=", ")
    return f"{outward(address, title) if address else title}, {facts}"
