"""Reply -> plain text for a terminal. Control characters never reach it raw (Q8)."""

import textwrap
import unicodedata
from collections.abc import Iterator, Sequence

from assistant.records import Abstention, Answer, Citation, InputError, NoticeKind, Reply
from assistant.render.covers import what_library_covers
from assistant.render.flags import flags_in_words, flags_of_citation
from assistant.render.publisher import publisher_of
from assistant.render.view import NOTHING_KNOWN, View
from assistant.render.why import why_no_answer
from assistant.safety import label, sentence

WIDTH = 88
INDENT = "    "


def to_terminal(reply: Reply, *, show_gated: bool = False, view: View = NOTHING_KNOWN) -> str:
    """The reply in the order of the page; gated quotes folded unless they were asked for."""
    return "\n".join(_lines(reply, show_gated, view)).rstrip() + "\n"


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


def _lines(reply: Reply, show_gated: bool, view: View) -> Iterator[str]:
    before = [n for n in reply.notices if n.kind is not NoticeKind.CARE]
    after = [n for n in reply.notices if n.kind is NoticeKind.CARE]
    for notice in before:
        yield from (*_wrapped(notice.text), "")
    if isinstance(reply, Answer):
        yield from _answer(reply, show_gated, view)
    else:
        yield from _no_answer(reply, view)
    for notice in after:
        yield from (*_wrapped(notice.text), "")
    yield from _wrapped(reply.disclaimer)


def _answer(answer: Answer, show_gated: bool, view: View) -> Iterator[str]:
    yield from (sentence("heading_what_articles_say"), "")
    for number, citation in enumerate(answer.citations, 1):
        yield from (*_citation(number, citation, show_gated, view), "")
    for one, other in answer.sources_differ:
        yield from (f"{sentence('sources_differ')}: [{one + 1}], [{other + 1}]", "")
    yield from (*_wrapped(sentence("in_general_note")), "")
    if any(citation.gate is None for citation in answer.citations):
        yield from _questions("related_questions", answer.related_questions)


def _no_answer(reply: Abstention | InputError, view: View) -> Iterator[str]:
    """Why; then, unless a card stands that nothing should distract from, what else may be asked."""
    why = why_no_answer(reply)
    if why is None:
        return
    yield from (*_wrapped(why), "")
    if isinstance(reply, Abstention):
        yield from _questions("did_you_mean", reply.did_you_mean)
        if covered := what_library_covers(view, own=str, title=visible):
            yield from (*_wrapped(covered), "")
        yield from _questions("related_questions", reply.related_questions)


def _questions(heading: str, questions: Sequence[str]) -> Iterator[str]:
    if questions:
        yield sentence(heading)
        yield from (*(f"{INDENT}{visible(q)}" for q in questions), "")


def _citation(number: int, citation: Citation, show_gated: bool, view: View) -> Iterator[str]:
    is_folded = citation.gate is not None and not show_gated
    if citation.faq_question:
        yield f"{INDENT}{visible(citation.faq_question)}"
    if is_folded:
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
    if not is_folded:
        yield from _section_and_flags(citation, view)
    if citation.url:
        yield f"{INDENT}{visible(citation.url)}"


def _section_and_flags(citation: Citation, view: View) -> list[str]:
    """Where in the article the quote stands, and what to know before trusting it."""
    section = [citation.section] if citation.section else []
    flags = flags_in_words(flags_of_citation(citation, view.today), citation.source_kind)
    line = visible(" · ".join([*section, *flags]))
    return textwrap.wrap(line, WIDTH, initial_indent=INDENT, subsequent_indent=INDENT)


def _wrapped(text: str) -> list[str]:
    """Paragraphs of the app's own voice, wrapped."""
    return [line for part in text.split("\n") for line in textwrap.wrap(part, WIDTH) or [""]]
