"""Reply -> plain text for a terminal. Control characters never reach it raw (Q8)."""

import textwrap
import unicodedata
from collections.abc import Iterator

from assistant.records import Abstention, Answer, Citation, NoticeKind, Reply
from assistant.render.publisher import publisher_of
from assistant.render.why import why_no_answer
from assistant.safety import label, sentence

WIDTH = 88
INDENT = "    "


def to_terminal(reply: Reply, *, show_gated: bool = False) -> str:
    """The reply in the order of the page; gated quotes folded unless they were asked for."""
    return "\n".join(_lines(reply, show_gated)).rstrip() + "\n"


def visible(text: str) -> str:
    """The text with control, format and bidi characters as visible marks such as <U+202E>."""
    return "".join(
        c
        if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn")
        else _mark(c)
        for c in text
    )


def _mark(character: str) -> str:
    return f"<U+{ord(character):04X}>"


def _lines(reply: Reply, show_gated: bool) -> Iterator[str]:
    before = [n for n in reply.notices if n.kind is not NoticeKind.CARE]
    after = [n for n in reply.notices if n.kind is NoticeKind.CARE]
    for notice in before:
        yield from (*_wrapped(notice.text), "")
    if isinstance(reply, Answer):
        yield from (sentence("heading_what_articles_say"), "")
        for number, citation in enumerate(reply.citations, 1):
            yield from (*_citation(number, citation, show_gated), "")
        for one, other in reply.sources_differ:
            yield from (f"{sentence('sources_differ')}: [{one + 1}], [{other + 1}]", "")
        yield from (*_wrapped(sentence("in_general_note")), "")
    elif (why := why_no_answer(reply)) is not None:
        yield from (*_wrapped(why), "")
    if isinstance(reply, Abstention) and reply.did_you_mean:
        yield sentence("did_you_mean")
        yield from (*(f"{INDENT}{visible(q)}" for q in reply.did_you_mean), "")
    for notice in after:
        yield from (*_wrapped(notice.text), "")
    yield from _wrapped(reply.disclaimer)


def _citation(number: int, citation: Citation, show_gated: bool) -> Iterator[str]:
    if citation.faq_question:
        yield f"{INDENT}{visible(citation.faq_question)}"
    if citation.gate is not None and not show_gated:
        yield f"{INDENT}({label(f'{citation.gate}_gate')}: --show-gated)"
    else:
        for line in visible(citation.quote).split("\n"):
            yield from textwrap.wrap(
                line, WIDTH, initial_indent=f"{INDENT}| ", subsequent_indent=f"{INDENT}| "
            ) or [f"{INDENT}|"]
    missing = sentence("not_stated")
    parts = [
        publisher_of(citation, missing=missing),
        citation.title or missing,
        citation.source_kind or missing,
    ]
    parts.append(citation.published or sentence("date_not_stated"))
    yield from _wrapped(f"[{number}] {visible(', '.join(parts))}")
    if citation.url:
        yield f"{INDENT}{visible(citation.url)}"


def _wrapped(text: str) -> list[str]:
    """Paragraphs of the app's own voice, wrapped."""
    return [line for part in text.split("\n") for line in textwrap.wrap(part, WIDTH) or [""]]
