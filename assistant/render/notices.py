"""The app's own cards: crisis, emergency, lead-in, medicine, figures, when to see someone."""

import re
from collections.abc import Sequence
from functools import cache
from itertools import groupby

from assistant.render.escape import join, text
from assistant.safety import sentence
from assistant.safety.records import Notice, NoticeKind
from assistant.safety.voice import LANGUAGES

HELP = frozenset({NoticeKind.CRISIS, NoticeKind.EMERGENCY, NoticeKind.LANGUAGE})
TELEPHONE = re.compile(r"(?<![\w&#;])\d[\d ]*\d(?!\w)")
ADDRESS = re.compile(r"\b(?:findahelpline\.com|befrienders\.org)\b")
HEADINGS = {
    NoticeKind.CRISIS: "heading_crisis",
    NoticeKind.EMERGENCY: "heading_emergency",
}


def cards(notices: Sequence[Notice]) -> str:
    """One card a kind: a crisis card may hold its text in two languages."""
    return join(*(_card(kind, [*same]) for kind, same in groupby(notices, lambda n: n.kind)))


def _card(kind: NoticeKind, notices: Sequence[Notice]) -> str:
    heading = f"<h3>{text(sentence(HEADINGS[kind]))}</h3>" if kind in HEADINGS else ""
    parts = [part for notice in notices for part in _paragraphs(notice.text)]
    if kind in HELP:
        parts = [_with_links(part) for part in parts]
    opening = f'<section class="notice notice-{kind.value}" role="note">'
    return join(opening, heading, *parts, "</section>")


def _with_links(part: str) -> str:
    """The app's own words with their telephone numbers and web addresses as links to press."""
    dialled = TELEPHONE.sub(lambda m: f'<a href="tel:{m[0].replace(" ", "")}">{m[0]}</a>', part)
    return ADDRESS.sub(
        r'<a href="https://\g<0>" target="_blank" rel="noopener noreferrer">\g<0></a>', dialled
    )


def _paragraphs(said: str) -> list[str]:
    """Each line a paragraph; lines that begin with "- " one list."""
    language = _language_of().get(said)
    tag = f' lang="{language}"' if language else ""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    parts = []
    for is_list, same in groupby(lines, lambda line: line.startswith("- ")):
        if is_list:
            items = "".join(f'<li dir="auto"{tag}>{text(line[2:])}</li>' for line in same)
            parts.append(f"<ul>{items}</ul>")
        else:
            parts += [f'<p dir="auto"{tag}>{text(line)}</p>' for line in same]
    return parts


@cache
def _language_of() -> dict[str, str]:
    """The language of each sentence that is not English, so that it is read aloud in it."""
    return {
        said: code for code, entry in LANGUAGES.items() if len(code) == 2 for said in entry.values()
    }
