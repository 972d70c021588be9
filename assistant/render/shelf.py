"""The articles of a library -> HTML: a card each, which library.js can sort and filter."""

from collections.abc import Mapping, Sequence
from datetime import date

from assistant.reading_ease import ease_of
from assistant.render.card import facts_of_document, written_from
from assistant.render.escape import attribute, join, text
from assistant.render.reading import topics
from assistant.render.view import reading_address
from assistant.safety import sentence
from ingest import Document

MAX_TOPICS = 6
# What each sort key is called, and the attribute that holds it.
SORT_KEYS = {
    "title": "column_title",
    "kind": "column_kind",
    "published": "column_published",
    "passages": "column_passages",
    "ease": "column_ease",
}


def shelf(documents: Sequence[Document], n_passages: Mapping[str, int], today: date | None) -> str:
    """The cards as a list, in the order given."""
    items = (_item(d, n_passages.get(d.id, 0), today) for d in documents)
    return join('<ul class="shelf">', *items, "</ul>")


def controls() -> str:
    """Sorting and filtering. Hidden until library.js is there to do it; typed words stay here."""
    options = "".join(
        f'<option value="{key}">{text(sentence(name))}</option>' for key, name in SORT_KEYS.items()
    )
    sort, words = text(sentence("library_sort")), text(sentence("library_filter"))
    return (
        '<div class="controls" hidden>'
        f'<p><label for="sort">{sort}</label> <select id="sort">{options}</select></p>'
        f'<p><label for="filter">{words}</label> '
        '<input id="filter" type="search" autocomplete="off"></p>'
        f'<p id="shown" role="status" data-said="{attribute(sentence("library_shown"))}"></p></div>'
    )


def _item(document: Document, n_passages: int, today: date | None) -> str:
    known = document.metadata
    title = known.title or sentence("title_not_stated")
    ease = ease_of(document)
    keys = {
        "title": title.casefold(),
        "kind": (known.kind or "").casefold(),
        "published": known.published or "",
        "passages": f"{n_passages:08}",
        "ease": f"{ease or 0:03}",
    }
    data = " ".join(f'data-{name}="{attribute(value)}"' for name, value in keys.items())
    address = attribute(reading_address(document.id))
    return join(
        f"<li {data}>",
        f'<h3><a href="{address}"><bdi>{text(title)}</bdi></a></h3>',
        facts_of_document(document, today),
        written_from(known.written_from),
        f'<p class="count">{text(sentence("passages_held").format(count=n_passages))}</p>',
        _topics(document),
        "</li>",
    )


def _topics(document: Document) -> str:
    found = topics(document, most=MAX_TOPICS)
    if not found:
        return ""
    items = " ".join(f"<li><bdi>{text(topic)}</bdi></li>" for topic in found)
    return f'<p class="topics-label">{text(sentence("topics"))}</p><ul class="topics">{items}</ul>'
