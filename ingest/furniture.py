"""What on a page is not the article: comments, author blocks, promotion, share bars, keywords.

Each rule names the trap it is for. A rule looks at wording and position, never at a number alone:
"1. " begins a reader's comment, a list item, an FAQ question and an author's affiliation.
What is dropped is counted and reported; its text is kept nowhere, since it may be a third party's.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from ingest.records import Dropped, DropReason, Element, ElementKind

# A comment thread runs to the end of the page. Numbered ("1. A Name says:") it is unmistakable.
NUMBERED_COMMENT = re.compile(r"\d{1,3}[.)]\s+\S.{0,60}\bsays:$")
BARE_COMMENT = re.compile(r"[A-Z]\S*(?:\s+\S+){0,4}\s+says:$")
COMMENT_FORM = re.compile(
    r"(?:(?:leave|post) a (?:comment|reply)|.*\be-?mail address\b.*\bpublish.*)$",
    re.IGNORECASE,
)

# From one of these lines on, a page speaks about itself, its author and its other pages.
TAIL = re.compile(
    r"(?:top articles|latest posts|article information|author information|about the author"
    r"|related (?:articles|posts)|you (?:may|might) also like|recommended for you)$",
    re.IGNORECASE,
)
# The same under a heading of a stated level: there the page goes on after the section.
SECTION_TAIL = re.compile(
    r"(?:see also|external links|further reading|more (?:from|on|stories)\b.*|related\b.*"
    r"|share this.*|newsletter.*|popular (?:articles|posts)|most read|trending.*)$",
    re.IGNORECASE,
)
REFERENCES = re.compile(r"(?:references|bibliography|works cited|citations)$", re.IGNORECASE)

PROMOTION = re.compile(
    r"(?:MORE|READ MORE|READ ALSO|ALSO READ|RELATED|SEE ALSO|WATCH|SUBSCRIBE|SIGN UP)\s*:\s"
)
FURNITURE = re.compile(
    r"(?:article text|download pdf(?:pdf)?|view full text|statistics from.*|request permissions"
    r"|share(?: this)?(?: article)?|print|e-?mail|tweet|advertisement|sponsored"
    r"|.*copyright clearance center.*|(?:views|rating|reviews|last updated|author):.*"
    r"|skip to (?:main )?content|table of contents|cookie(?:s| policy| settings).*)$",
    re.IGNORECASE,
)
JOURNAL_NOTE = re.compile(
    r"(?:•\s*)?(?:competing interests|provenance and peer review|funding|contributors"
    r"|patient consent|data availability)\b",
    re.IGNORECASE,
)
# A paragraph in which the publisher disclaims. Ours stands beside every reply; theirs is no answer.
DISCLAIMER = re.compile(
    r"\bsubstitute for\b.{0,30}\badvice\b|\bnot (?:give|offer|provide)\b.{0,30}\bmedical advice\b",
    re.IGNORECASE,
)
# "Apr 10, 2024" alone on a line is the date of somebody else's snippet, never the article's.
SNIPPET_DATE = re.compile(
    r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.? \d{1,2}, \d{4}$",
    re.IGNORECASE,
)
AFFILIATION = re.compile(
    r"\b(?:universit\w+|department of|institut\w+|hospital|school of medicine|correspondence to"
    r"|faculty of)\b|\S+(?:@|\{at\})|[A-Za-z]\d+(?:,\d+)*,?$",
    re.IGNORECASE,
)
# A longer paragraph says more than its disclaimer; those of the source articles have 502 and 218.
MAX_DISCLAIMER_CHARS = 800
MAX_KEYWORD_WORDS = 6
QUESTION_MARKER = "›"  # ends each question of FAQ blocks that were copied from search pages

ORPHANED = (DropReason.AFFILIATION, DropReason.KEYWORDS)  # lists without a lead-in, by their look

Judged = tuple[Element, DropReason | None]


def strip_furniture(
    elements: Sequence[Element], title: str | None
) -> tuple[tuple[Element, ...], tuple[Dropped, ...], str | None]:
    """The article's own elements; counts of what was dropped; the publisher's disclaimer.

    The first heading that says the title stays; its repetitions go.
    """
    judged = _judge_lists(_judge_elements(elements, title))
    judged = _judge_empty_headings(_never_emptied(judged))
    kept = tuple(element for element, reason in judged if reason is None)
    disclaimers = [e.text for e, r in judged if r is DropReason.PUBLISHER_DISCLAIMER]
    return kept, tuple(_counts(judged)), "\n\n".join(disclaimers) or None


def title_key(text: str) -> str:
    """What two spellings of one title share: letters and digits, without a trailing "(1)"."""
    return re.sub(r"[\W_]+", "", re.sub(r"\(\d+\)\s*$", "", text)).casefold()


def _judge_elements(elements: Sequence[Element], title: str | None) -> list[Judged]:
    """Each element with the reason to drop it that its own words or the page's tail give."""
    tail: DropReason | None = None
    tail_level = 0  # of the heading that opened the tail; 0 goes on to the end of the page
    titles_seen = 0
    judged: list[Judged] = []
    last_form = max((i for i, e in enumerate(elements) if COMMENT_FORM.match(e.text)), default=-1)
    for i, element in enumerate(elements):
        if tail and tail_level and _is_at_most(element, tail_level):
            tail = None
        opened = _opens_tail(element, form_follows=i < last_form)
        if opened:
            ends = tail is None or tail_level > 0
            tail, tail_level = opened, _tail_level(element, opened) if ends else 0
        reason = tail or _reason_of(element)
        if reason is None and _says_title(element, title):
            titles_seen += 1
            reason = DropReason.REPEATED_TITLE if titles_seen > 1 else None
        judged.append((element, reason))
    return judged


def _opens_tail(element: Element, *, form_follows: bool) -> DropReason | None:
    """Why everything from this element on is not the article, or None where it still may be.

    `form_follows` is whether a comment form stands further down the page.
    """
    is_stated = element.kind is ElementKind.HEADING and element.level > 0
    if element.level == 0 or is_stated:
        if TAIL.match(element.text):
            return DropReason.AUTHOR_BLOCK
        if REFERENCES.match(element.text):
            return DropReason.REFERENCES
    if is_stated and SECTION_TAIL.match(element.text):
        return DropReason.PROMOTION
    if NUMBERED_COMMENT.match(element.text) or COMMENT_FORM.match(element.text):
        return DropReason.COMMENT
    if form_follows and BARE_COMMENT.match(element.text):
        return DropReason.COMMENT
    return None


def _tail_level(element: Element, reason: DropReason) -> int:
    """The level whose next heading ends the tail; a comment thread runs to the end of the page."""
    return 0 if reason is DropReason.COMMENT else element.level


def _is_at_most(element: Element, level: int) -> bool:
    """Whether this is a heading that ends a section of `level`."""
    return element.kind is ElementKind.HEADING and 0 < element.level <= level


def _reason_of(element: Element) -> DropReason | None:
    """The reason that an element's own words give, if they give one."""
    text = element.text
    if element.kind is ElementKind.TABLE:
        return DropReason.TABLE
    is_short = element.kind is ElementKind.PARAGRAPH and len(text) <= MAX_DISCLAIMER_CHARS
    if is_short and DISCLAIMER.search(text):
        return DropReason.PUBLISHER_DISCLAIMER
    if PROMOTION.match(text):
        return DropReason.PROMOTION
    if SNIPPET_DATE.match(text):
        return DropReason.SNIPPET_DATE
    if FURNITURE.match(text) or JOURNAL_NOTE.match(text):
        return DropReason.FURNITURE
    return None


def _says_title(element: Element, title: str | None) -> bool:
    """Whether a line is the title and nothing else. "…? ›" is an FAQ question that repeats it."""
    if (
        title is None
        or element.text.endswith(QUESTION_MARKER)
        or element.kind in (ElementKind.LIST_ITEM, ElementKind.QUESTION)
    ):
        return False
    return title_key(element.text) == title_key(title)


def _judge_lists(judged: list[Judged]) -> list[Judged]:
    """Drop lists that nothing leads into: an item's meaning comes from the sentence before it."""
    out: list[Judged] = []
    for is_item, run in groupby(judged, key=lambda j: j[0].kind is ElementKind.LIST_ITEM):
        items = list(run)
        reason = (
            _orphan_reason([e for e, _ in items], out[-1] if out else None) if is_item else None
        )
        out.extend((element, own or reason) for element, own in items)
    return out


def _never_emptied(judged: list[Judged]) -> list[Judged]:
    """An article that is a list and nothing else keeps it: its title leads in, and no page is left.

    Five of MedQuAD's 16,407 answers are such lists, of parts that look like affiliations.
    """
    if any(r is None and e.kind is not ElementKind.HEADING for e, r in judged):
        return judged
    return [(e, None if r in ORPHANED else r) for e, r in judged]


def _orphan_reason(items: list[Element], before: Judged | None) -> DropReason | None:
    """Why a run of list items goes; None where it has a lead-in or reads as prose."""
    if before is not None and before[1] is None:
        leads_in = before[0].text.rstrip().endswith(":")
        under_stated_heading = before[0].kind is ElementKind.HEADING and before[0].level > 1
        if leads_in or under_stated_heading:
            return None
    n_affiliations = sum(bool(AFFILIATION.search(item.text)) for item in items)
    if all(item.level for item in items):  # the format states that this is a list, not its look
        return DropReason.AFFILIATION if n_affiliations == len(items) > 1 else None
    if 2 * n_affiliations >= len(items):
        return DropReason.AFFILIATION
    short = all(len(item.text.split()) <= MAX_KEYWORD_WORDS + 1 for item in items)
    prose = any(item.text.rstrip().endswith((".", "?", "!")) for item in items)
    return DropReason.KEYWORDS if short and not prose else None


def _judge_empty_headings(judged: list[Judged]) -> list[Judged]:
    """Drop headings with nothing under them: links to other pages look just like headings.

    A heading of a stated higher level is a parent and stays; so does an FAQ's own heading.
    """
    out: list[Judged] = []
    following: Element | None = None
    for element, reason in reversed(judged):
        verdict = reason
        if reason is None and element.kind is ElementKind.HEADING:
            childless = following is None or (
                following.kind is ElementKind.HEADING
                and (element.level == 0 or following.level <= element.level)
            )
            asks = element.text.endswith(QUESTION_MARKER)  # its answer may begin like a heading
            exempt = asks or is_faq_heading(element) or _is_titlelike(element, judged)
            if childless and not exempt:
                verdict = DropReason.EMPTY_HEADING
        if verdict is None:
            following = element
        out.append((element, verdict))
    return out[::-1]


def _is_titlelike(element: Element, judged: list[Judged]) -> bool:
    """Whether this is the first thing on the page that stays: the title, whatever follows it."""
    return element is next((e for e, reason in judged if reason is None), None)


FAQ_HEADING = re.compile(
    r"(?:faqs?|frequently asked questions|(?:common )?questions and answers|q ?& ?a)\W*$",
    re.IGNORECASE,
)


def is_faq_heading(element: Element) -> bool:
    """Whether a heading opens a block of questions and answers."""
    return element.kind is ElementKind.HEADING and bool(FAQ_HEADING.match(element.text))


def _counts(judged: Sequence[Judged]) -> Iterator[Dropped]:
    """How many elements and characters went for each reason, in the order of `DropReason`."""
    for reason in DropReason:
        gone = [element for element, why in judged if why is reason]
        if gone:
            yield Dropped(reason, len(gone), sum(len(e.text) for e in gone))
