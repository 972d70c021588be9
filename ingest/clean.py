"""Stage 2, clean: Source -> Document, the canonical text with its sections and FAQ pairs.

Cleaning drops page furniture (`ingest/furniture.py`), folds white space and brings Unicode to NFC.
It never changes, adds or reorders a word of what it keeps: typos in a source stay as they are.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.furniture import QUESTION_MARKER, is_faq_heading, strip_furniture, title_key
from ingest.records import Block, BlockKind, Document, Element, ElementKind, Section, Source

NUMBERED_QUESTION = re.compile(r"\d{1,3}[.)]\s+.*\?$")
NUMBER = re.compile(r"^\d{1,3}[.)]\s+")

_QuestionTest = Callable[[Element, int], bool]


@dataclass(frozen=True, slots=True)
class _Piece:
    """An element that knows what it is in the article, and the headings that it stands under."""

    kind: BlockKind
    text: str
    heading_path: tuple[str, ...]
    question: str | None


def clean(source: Source) -> Document:
    """The article without its page. An article with nothing left has no sections."""
    elements = [replace(e, text=canonical(e.text)) for e in source.elements]
    elements = [e for e in elements if e.text]
    title = source.metadata.title or _own_title(elements)
    kept, dropped, disclaimer = strip_furniture(elements, title)
    text, sections = _assemble(list(_pieces(kept, title)))
    metadata = replace(source.metadata, title=title, publisher_disclaimer=disclaimer)
    return Document(source.id, text, sections, metadata, dropped)


def canonical(text: str) -> str:
    """One form for one text: NFC, every run of white space (NBSP too) one plain space."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _own_title(elements: Sequence[Element]) -> str | None:
    """The page's own title: its first line, if that is a heading. Otherwise it is not stated."""
    first = elements[0] if elements else None
    return first.text if first and first.kind is ElementKind.HEADING and first.level <= 1 else None


def _pieces(elements: Sequence[Element], title: str | None) -> Iterator[_Piece]:
    """Elements with their place in the article: under which headings, in which FAQ pair."""
    is_question = _question_test(elements)
    path: list[tuple[int, str]] = []
    question: str | None = None
    stated_pair = False  # whether `question` was stated as one, so that its answer's end is stated
    faq_level: int | None = None  # level of the FAQ's own heading, None outside an FAQ
    for i, (element, following) in enumerate(zip(elements, [*elements[1:], None], strict=False)):
        kind = _block_kind(element, following)
        if stated_pair and not element.in_answer:
            question, stated_pair = None, False  # its format says that the answer ended
        asks = element.kind is ElementKind.QUESTION
        if asks or element.in_answer:  # whatever an answer looks like, it belongs to its question
            question, stated_pair = _question_text(element.text) if asks else question, True
        elif is_faq_heading(element):
            faq_level, question = element.level, None
        elif faq_level is not None and is_question(element, faq_level):
            kind, question = BlockKind.QUESTION, _question_text(element.text)
        elif kind is BlockKind.HEADING and faq_level is not None:
            if _ends_faq(element, faq_level, marked=is_question is _is_marked_question):
                faq_level, question = None, None
            else:
                kind = BlockKind.PARAGRAPH  # a sub-title inside an answer belongs to the answer
        if kind is BlockKind.HEADING and path == [] and i == 0 and _is_title(element, title):
            kind = BlockKind.TITLE
        elif kind is BlockKind.HEADING:
            path = _under(path, element)
        yield _Piece(kind, element.text, tuple(t for _, t in path), question)


def _under(path: list[tuple[int, str]], heading: Element) -> list[tuple[int, str]]:
    """The path that a heading opens: itself below the headings of higher rank."""
    above = [(level, text) for level, text in path if 0 < level < heading.level]
    return [*above, (heading.level, heading.text)]


def _block_kind(element: Element, following: Element | None) -> BlockKind:
    """What an element is, before FAQ pairs are looked for."""
    if element.kind is ElementKind.HEADING:
        return BlockKind.HEADING
    if element.kind is ElementKind.QUESTION:
        return BlockKind.QUESTION
    if element.kind is ElementKind.LIST_ITEM:
        return BlockKind.LIST_ITEM
    leads = following is not None and following.kind is ElementKind.LIST_ITEM
    return BlockKind.LEAD_IN if leads and element.text.endswith(":") else BlockKind.PARAGRAPH


def _is_title(element: Element, title: str | None) -> bool:
    return title is not None and title_key(element.text) == title_key(title)


def _question_text(text: str) -> str:
    """An FAQ question as a reader would say it: without its number and its marker."""
    return NUMBER.sub("", text).removesuffix(QUESTION_MARKER).strip()


def _is_marked_question(element: Element, _faq_level: int) -> bool:
    return element.text.endswith(QUESTION_MARKER)


def _is_numbered_question(element: Element, _faq_level: int) -> bool:
    return bool(NUMBERED_QUESTION.match(element.text))


def _is_heading_question(element: Element, faq_level: int) -> bool:
    """A heading under the FAQ's heading; where levels are not stated, one that asks."""
    if element.kind is not ElementKind.HEADING:
        return False
    return element.level > faq_level if element.level else element.text.endswith("?")


def _question_test(elements: Sequence[Element]) -> _QuestionTest:
    """How this page marks its FAQ questions: one way a page, the plainest mark first."""
    for test in (_is_marked_question, _is_numbered_question):
        if any(test(element, 0) for element in elements):
            return test
    return _is_heading_question


def _ends_faq(element: Element, faq_level: int, *, marked: bool) -> bool:
    """Whether a heading that asks nothing closes the FAQ; never one whose questions are marked."""
    return not marked and element.level <= faq_level


def _assemble(pieces: Sequence[_Piece]) -> tuple[str, tuple[Section, ...]]:
    """The canonical text and, in one pass over it, the offsets of every section and block."""
    text = ""
    sections: list[Section] = []
    for members in _by_section(pieces):
        blocks: list[Block] = []
        for piece in members:
            tight = piece.kind is BlockKind.LIST_ITEM and bool(blocks) and _holds_item(blocks[-1])
            text += "" if not text else "\n" if tight else "\n\n"
            blocks.append(Block(piece.kind, len(text), len(text) + len(piece.text)))
            text += piece.text
        path, question = members[0].heading_path, members[0].question
        sections.append(Section(path, question, blocks[0].start, blocks[-1].end, tuple(blocks)))
    return text, tuple(sections)


def _by_section(pieces: Sequence[_Piece]) -> Iterator[list[_Piece]]:
    """Runs of pieces; each heading and each FAQ question opens a new one, an answer's end too."""
    members: list[_Piece] = []
    for piece in pieces:
        opens = piece.kind in (BlockKind.HEADING, BlockKind.QUESTION)
        if members and (opens or piece.question != members[-1].question):
            yield members
            members = []
        members.append(piece)
    if members:
        yield members


def _holds_item(block: Block) -> bool:
    """Whether a list item goes on the very next line after this block."""
    return block.kind in (BlockKind.LEAD_IN, BlockKind.LIST_ITEM)
