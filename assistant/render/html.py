"""Reply -> an HTML fragment: the two voices, told apart, every dynamic value escaped.

The app's voice comes from `assistant.safety.sentence`; everything else is the source's voice and is
shown as plain text. A blockquote's textContent equals the quote, code point for code point (Q4).
Only one thing HTML cannot carry: NUL and lone surrogates, which show as a mark around U+FFFD.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from assistant.records import Abstention, Answer, Citation, Gate, InputError, NoticeKind, Reply
from assistant.render.escape import attribute, text, web_address
from assistant.render.why import why_no_answer
from assistant.safety import label, sentence
from assistant.safety.records import Notice

HELP = frozenset({NoticeKind.CRISIS, NoticeKind.EMERGENCY, NoticeKind.LANGUAGE})
TELEPHONE = re.compile(r"(?<![\w&#;])\d[\d ]*\d(?!\w)")
ADDRESS = re.compile(r"\b(?:findahelpline\.com|befrienders\.org)\b")
MAX_LIBRARY_TITLES = 8  # more would push the care card off a phone's screen
HEADINGS = {
    NoticeKind.CRISIS: "heading_crisis",
    NoticeKind.EMERGENCY: "heading_emergency",
}
FLAGS = {
    "abstract_only": "flag_abstract_only",
    "aggregated_faq": "flag_aggregated_faq",
    "copy_of_another_publisher": "flag_copy",
    "old": "flag_old",
    "written_from_source": "flag_written_from_source",
}
MONTHS = (
    "January February March April May June July August September October November December"
).split()


def to_html(reply: Reply, *, question: str, library: Sequence[str] = ()) -> str:
    """One exchange, the question and its reply, as an `<article>`.

    Args:
        reply: what to show.
        question: what the person typed, shown above the reply.
        library: titles of the articles held, named when the reply is an abstention; not under a
            crisis or emergency card, which nothing should distract from.
    """
    before = [n for n in reply.notices if n.kind is not NoticeKind.CARE]
    care = [n for n in reply.notices if n.kind is NoticeKind.CARE]
    return _join(
        '<article class="exchange">',
        asked(question),
        _notices(before),
        _answer(reply) if isinstance(reply, Answer) else _no_answer(reply, library),
        _notices(care),
        f'<p class="disclaimer">{text(reply.disclaimer)}</p>',
        "</article>",
    )


def asked(question: str) -> str:
    """The question as a heading, so that a screen reader can jump from question to question."""
    said = text(sentence("ask_label"))
    return f'<h2 class="asked"><span class="label">{said}</span> <bdi>{text(question)}</bdi></h2>'


def _answer(answer: Answer) -> str:
    shown = [i for i, c in enumerate(answer.citations) if c.gate is None]
    gates = [(gate, [i for i, c in enumerate(answer.citations) if c.gate is gate]) for gate in Gate]
    heading = f"<h3>{text(sentence('heading_what_articles_say'))}</h3>"
    return _join(
        heading + _found(len(shown)) + _quotes(answer, shown) if shown else "",
        *(_gated(gate, answer, indexes, "" if shown else heading) for gate, indexes in gates),
        _questions("related_questions", answer.related_questions) if shown else "",
    )


def _no_answer(reply: Abstention | InputError, library: Sequence[str]) -> str:
    said = why_no_answer(reply)
    why = "" if said is None else f'<p class="found">{text(said)}</p>'
    if said is None or isinstance(reply, InputError):
        return why
    return _join(
        why,
        _questions("did_you_mean", reply.did_you_mean),
        _library(library),
        _questions("related_questions", reply.related_questions),
    )


def _found(n: int) -> str:
    said = sentence("found_one_quote") if n == 1 else sentence("found_quotes").format(count=n)
    return f'<p class="found">{text(said)}</p>'


def _gated(gate: Gate, answer: Answer, indexes: list[int], heading: str) -> str:
    if not indexes:
        return ""
    why = sentence(f"{gate.value}_gate")
    is_said = any(notice.text == why for notice in answer.notices)
    return _join(
        "" if is_said else f'<p class="why">{text(why)}</p>',
        f'<details class="gate gate-{gate.value}">',
        f"<summary>{text(label(f'{gate.value}_gate'))}</summary>",
        heading,
        _quotes(answer, indexes),
        "</details>",
    )


def _quotes(answer: Answer, indexes: list[int]) -> str:
    """The quotes at `indexes`, each once; those that disagree side by side at the first's place."""
    parts, placed = [], set[int]()
    for index in indexes:
        if index in placed:
            continue
        group = _disagreeing(index, answer.sources_differ, indexes)
        placed.update(group)
        figures = _join(*(_figure(answer.citations[i]) for i in group))
        parts.append(figures if len(group) == 1 else _side_by_side(figures))
    return _join(*parts)


def _disagreeing(start: int, pairs: Iterable[tuple[int, int]], among: list[int]) -> list[int]:
    """`start` and every index that pairs join to it, in order."""
    pairs = [(a, b) for a, b in pairs if a in among and b in among]
    group = {start}
    while grown := {i for pair in pairs if group & set(pair) for i in pair} - group:
        group |= grown
    return sorted(group)


def _side_by_side(figures: str) -> str:
    heading = f"<h4>{text(sentence('sources_differ'))}</h4>"
    return _join(
        '<section class="differ">', heading, '<div class="sides">', figures, "</div></section>"
    )


def _figure(citation: Citation) -> str:
    address = web_address(citation.url)
    cite = f' cite="{attribute(address)}"' if address else ""
    return _join(
        '<figure class="quote">',
        _faq_question(citation.faq_question),
        f'<blockquote{cite} dir="auto">{text(citation.quote)}</blockquote>',
        _source_card(citation),
        "</figure>",
    )


def _faq_question(question: str | None) -> str:
    if question is None:
        return ""
    said = text(sentence("faq_label"))
    return (
        f'<p class="faq"><span class="label">{said}</span> <bdi dir="auto">{text(question)}</bdi>'
        "</p>"
    )


def _source_card(citation: Citation) -> str:
    kind = (citation.source_kind or "").casefold()
    flags = [words for words in map(_flag, citation.flags) if words.casefold() not in kind]
    facts = (
        _fact("publisher", citation.publisher or sentence("publisher_not_stated")),
        _fact("kind", citation.source_kind or sentence("kind_not_stated")),
        f'<li class="date">{_date(citation.published)}</li>',
        _fact("section", citation.section) if citation.section else "",
        *(_fact("flag", words) for words in flags),
        _fact("in-general", sentence("in_general_note")),
    )
    return _join(
        "<figcaption>",
        f'<p class="title">{_title(citation)}</p>',
        f'<ul class="facts">{" ".join(filter(None, facts))}</ul>',
        "</figcaption>",
    )


def _title(citation: Citation) -> str:
    title = text(citation.title or sentence("title_not_stated"))
    address = web_address(citation.deep_link) or web_address(citation.url)
    if address:
        return (
            f'<a href="{attribute(address)}" target="_blank" rel="noopener noreferrer nofollow">'
            f"<bdi>{title}</bdi></a>"
        )
    if not citation.url:
        return f"<bdi>{title}</bdi>"
    return f'<bdi>{title}</bdi> <span class="address"><bdi>{text(citation.url)}</bdi></span>'


def _fact(name: str, value: str) -> str:
    return f'<li class="{name}"><bdi>{text(value)}</bdi></li>'


def _date(published: str | None) -> str:
    """The date as given, a full ISO date spelled out so that no region misreads it."""
    if published is None:
        return text(sentence("date_not_stated"))
    year, _, rest = published.partition("-")
    month, _, day = rest.partition("-")
    numbers = (year, month, day)
    is_iso = [len(n) for n in numbers] == [4, 2, 2] and all(n.isdecimal() for n in numbers)
    if not is_iso or not 1 <= int(month) <= len(MONTHS):
        return text(published)
    return f'<time datetime="{published}">{int(day)} {MONTHS[int(month) - 1]} {year}</time>'


def _flag(flag: str) -> str:
    return sentence(FLAGS[flag]) if flag in FLAGS else flag.replace("_", " ")


def _questions(heading: str, questions: Sequence[str]) -> str:
    """Questions as buttons; page.js asks what is pressed."""
    if not questions:
        return ""
    buttons = "".join(f'<li><button type="button">{text(q)}</button></li>' for q in questions)
    return (
        f'<section class="questions"><h4>{text(sentence(heading))}</h4><ul>{buttons}</ul></section>'
    )


def _library(titles: Sequence[str]) -> str:
    """What the library holds; of a large one, the first titles."""
    if not titles:
        return ""
    named = "; ".join(f"<cite><bdi>{text(t)}</bdi></cite>" for t in titles[:MAX_LIBRARY_TITLES])
    more = "; …" if len(titles) > MAX_LIBRARY_TITLES else ""
    said = text(sentence("what_library_covers")).format(count=len(titles), titles=named + more)
    return f'<p class="library">{said}</p>'


def _notices(notices: Sequence[Notice]) -> str:
    """One card a kind: a crisis card may hold its text in two languages."""
    return _join(*(_card(kind, [*same]) for kind, same in groupby(notices, lambda n: n.kind)))


def _card(kind: NoticeKind, notices: Sequence[Notice]) -> str:
    heading = f"<h3>{text(sentence(HEADINGS[kind]))}</h3>" if kind in HEADINGS else ""
    parts = [part for notice in notices for part in _paragraphs(notice.text)]
    if kind in HELP:
        parts = [_with_links(part) for part in parts]
    opening = f'<section class="notice notice-{kind.value}" role="note">'
    return _join(opening, heading, *parts, "</section>")


def _with_links(part: str) -> str:
    """The app's own words with their telephone numbers and web addresses as links to press."""
    dialled = TELEPHONE.sub(lambda m: f'<a href="tel:{m[0].replace(" ", "")}">{m[0]}</a>', part)
    return ADDRESS.sub(
        r'<a href="https://\g<0>" target="_blank" rel="noopener noreferrer">\g<0></a>', dialled
    )


def _paragraphs(said: str) -> list[str]:
    """Each line a paragraph; lines that begin with "- " one list."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    parts = []
    for is_list, same in groupby(lines, lambda line: line.startswith("- ")):
        if is_list:
            items = "".join(f'<li dir="auto">{text(line[2:])}</li>' for line in same)
            parts.append(f"<ul>{items}</ul>")
        else:
            parts += [f'<p dir="auto">{text(line)}</p>' for line in same]
    return parts


def _join(*parts: str) -> str:
    return "\n".join(part for part in parts if part)
