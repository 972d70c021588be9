"""Reply -> an HTML fragment: the two voices, told apart, every dynamic value escaped.

The app's voice comes from `assistant.safety.sentence`; everything else is the source's voice and is
shown as plain text. The order is that of docs/safety.md: cards, lead-in, quotes, care, disclaimer.
"""

from collections.abc import Collection, Iterable, Sequence

from assistant.records import Abstention, Answer, Gate, InputError, NoticeKind, Reply
from assistant.render.covers import what_library_covers
from assistant.render.escape import join, text
from assistant.render.figure import OWN_WINDOW, figure, marked_parts
from assistant.render.notices import cards
from assistant.render.view import NOTHING_KNOWN, View
from assistant.render.why import why_no_answer
from assistant.safety import label, sentence


def to_html(reply: Reply, *, question: str, view: View = NOTHING_KNOWN) -> str:
    """One exchange, the question and its reply, as an `<article>`.

    Args:
        reply: what to show.
        question: what the person typed, shown above the reply.
        view: what else may be shown: stored articles by id, and the titles of the library, named
            when the reply is an abstention but not under a crisis or emergency card, which nothing
            should distract from.
    """
    before = [n for n in reply.notices if n.kind is not NoticeKind.CARE]
    care = [n for n in reply.notices if n.kind is NoticeKind.CARE]
    return join(
        '<article class="exchange">',
        asked(question),
        cards(before),
        _answer(reply, view) if isinstance(reply, Answer) else _no_answer(reply, view),
        cards(care),
        f'<p class="disclaimer">{text(reply.disclaimer)}</p>',
        _tools() if isinstance(reply, Answer) else "",
        "</article>",
    )


def asked(question: str) -> str:
    """The question as a heading, so that a screen reader can jump from question to question."""
    said = text(sentence("ask_label"))
    return f'<h2 class="asked"><span class="label">{said}</span> <bdi>{text(question)}</bdi></h2>'


def _answer(answer: Answer, view: View) -> str:
    shown = [i for i, c in enumerate(answer.citations) if c.gate is None]
    beside = _beside(shown, answer.sources_differ)
    gates = [
        (gate, [i for i, c in enumerate(answer.citations) if c.gate is gate and i not in beside])
        for gate in Gate
    ]
    heading = f"<h3>{text(sentence('heading_what_articles_say'))}</h3>"
    return join(
        heading + _found(answer, shown) + _quotes(answer, sorted({*shown, *beside}), view, beside)
        if shown
        else "",
        *(_gated(gate, answer, indexes, view, "" if shown else heading) for gate, indexes in gates),
        _questions("related_questions", answer.related_questions) if shown else "",
    )


def _no_answer(reply: Abstention | InputError, view: View) -> str:
    said = why_no_answer(reply)
    why = "" if said is None else f'<p class="found">{text(said)}</p>'
    if said is None or isinstance(reply, InputError):
        return why
    return join(
        why,
        _questions("did_you_mean", reply.did_you_mean),
        _library(view),
        _questions("related_questions", reply.related_questions),
    )


def _found(answer: Answer, shown: Sequence[int]) -> str:
    n = len(shown)
    said = sentence("found_one_quote") if n == 1 else sentence("found_quotes").format(count=n)
    is_marked = any(marked_parts(answer.citations[i]) for i in shown)
    note = f'<p class="marked-note">{text(sentence("marked_note"))}</p>' if is_marked else ""
    return f'<p class="found">{text(said)}</p>{note}'


def _gated(gate: Gate, answer: Answer, indexes: list[int], view: View, heading: str) -> str:
    if not indexes:
        return ""
    return _folded(gate, answer, join(heading, _quotes(answer, indexes, view)))


def _folded(gate: Gate, answer: Answer, quotes: str) -> str:
    why = sentence(f"{gate.value}_gate")
    is_said = any(notice.text == why for notice in answer.notices)
    return join(
        "" if is_said else f'<p class="why">{text(why)}</p>',
        f'<details class="gate gate-{gate.value}">',
        f"<summary>{text(label(f'{gate.value}_gate'))}</summary>",
        quotes,
        "</details>",
    )


def _quotes(answer: Answer, indexes: list[int], view: View, folded: Collection[int] = ()) -> str:
    """The quotes at `indexes`, each once; those that disagree side by side at the first's place.

    Those of `folded` stay folded where they stand.
    """
    parts, placed = [], set[int]()
    for index in indexes:
        if index in placed:
            continue
        group = _disagreeing(index, answer.sources_differ, indexes)
        placed.update(group)
        figures = join(*(_side(answer, i, view, is_folded=i in folded) for i in group))
        parts.append(figures if len(group) == 1 else _side_by_side(figures))
    return join(*parts)


def _side(answer: Answer, index: int, view: View, *, is_folded: bool) -> str:
    citation = answer.citations[index]
    shown = figure(citation, view)
    if citation.gate is None or not is_folded:
        return shown
    return join('<div class="cited">', _folded(citation.gate, answer, shown), "</div>")


def _beside(shown: list[int], pairs: Sequence[tuple[int, int]]) -> set[int]:
    """The quotes that are not shown and disagree with one that is: no side stands alone (R20)."""
    return {i for pair in pairs for i in pair if set(pair) & set(shown)} - set(shown)


def _disagreeing(start: int, pairs: Iterable[tuple[int, int]], among: list[int]) -> list[int]:
    """`start` and every index that pairs join to it, in order."""
    pairs = [(a, b) for a, b in pairs if a in among and b in among]
    group = {start}
    while grown := {i for pair in pairs if group & set(pair) for i in pair} - group:
        group |= grown
    return sorted(group)


def _side_by_side(figures: str) -> str:
    heading = f"<h4>{text(sentence('sources_differ'))}</h4>"
    return join(
        '<section class="differ">', heading, '<div class="sides">', figures, "</div></section>"
    )


def _questions(heading: str, questions: Sequence[str]) -> str:
    """Questions as buttons; page.js asks what is pressed."""
    if not questions:
        return ""
    buttons = "".join(f'<li><button type="button">{text(q)}</button></li>' for q in questions)
    return (
        f'<section class="questions"><h4>{text(sentence(heading))}</h4><ul>{buttons}</ul></section>'
    )


def _library(view: View) -> str:
    said = what_library_covers(
        view, own=text, title=lambda title: f"<cite><bdi>{text(title)}</bdi></cite>"
    )
    return f'<p class="library">{said}</p>' if said else ""


def _tools() -> str:
    """What can be done with a whole answer; page.js makes the buttons work."""
    buttons = " ".join(
        f'<button type="button" class="{name}">{text(sentence(said))}</button>'
        for name, said in (("share", "share"), ("save", "save_json"), ("print", "print"))
    )
    on_map = f'<a class="on-map" href="library" {OWN_WINDOW}>{text(sentence("on_map"))}</a>'
    return f'<p class="answer-tools">{buttons} {on_map}</p>'
