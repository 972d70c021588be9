"""The nouns of ingest: what an article is at each stage on its way into the index.

    file -> Source -> Document -> Passage -> vectors and postings, under one Manifest

All records are frozen. Offsets are code points into `Document.text`, the canonical text that is
stored once beside the index and that every quote is a slice of.
"""

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple


class ElementKind(StrEnum):
    """What a reader saw on the page, before anyone decides what it means."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    QUESTION = "question"
    TABLE = "table"  # a row whose column headers cannot be told; nobody may quote it


@dataclass(frozen=True, slots=True)
class Element:
    """One heading, paragraph, list item or FAQ question as its format gave it.

    `level` is 1-6, of a heading or of a list in a list, or 0: not stated. `text` carries the item's
    own mark ("• ", "1. "), so that nothing that the page says is lost. `in_answer` is for formats
    that state where a question's answer ends: whether this belongs to the last QUESTION.
    """

    kind: ElementKind
    text: str
    level: int = 0
    in_answer: bool = False


@dataclass(frozen=True, slots=True)
class WrittenFrom:
    """A published source that an article of ours retells. Its words are not in the article.

    `sections` are the headings and FAQ questions that rest on it; none named: all of them do.
    """

    title: str | None
    publisher: str | None
    url: str | None
    sections: tuple[str, ...] = ()
    published: str | None = None


@dataclass(frozen=True, slots=True)
class AskedAs:
    """Other ways in which people ask what one section answers, by whoever keeps the library.

    `section` is its FAQ question or heading, the article's title for the opening. The wordings are
    searched and never shown.
    """

    section: str
    wordings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of an article. None means "not stated": nothing here is ever inferred.

    `published` and `updated` are the publisher's dates, `read_on` is when we read it from `url`.
    """

    title: str | None = None
    publisher: str | None = None
    url: str | None = None
    published: str | None = None
    updated: str | None = None
    read_on: str | None = None
    authors: tuple[str, ...] = ()
    kind: str | None = None
    licence: str | None = None
    doi: str | None = None
    copy_of: str | None = None
    statement: str | None = None
    publisher_disclaimer: str | None = None
    written_from: tuple[WrittenFrom, ...] = ()
    asked_as: tuple[AskedAs, ...] = ()

    @property
    def is_copy(self) -> bool:
        """Whether another publisher wrote this first."""
        return self.copy_of is not None or "copy of" in (self.kind or "").casefold()

    @property
    def is_abstract_only(self) -> bool:
        """Whether only the abstract of a longer work was read."""
        return "abstract only" in (self.kind or "").casefold()

    def sources_of(self, section: str | None) -> tuple[WrittenFrom, ...]:
        """The sources that a section rests on, by its FAQ question or heading; None: the opening.

        All of them where the article does not say which.
        """
        name = section or self.title
        named = tuple(s for s in self.written_from if not s.sections or name in s.sections)
        return named or self.written_from

    def wordings_of(self, section: str | None) -> tuple[str, ...]:
        """Other ways to ask for a section, by its FAQ question or heading; None: the opening."""
        name = section or self.title
        return tuple(w for asked in self.asked_as if asked.section == name for w in asked.wordings)


@dataclass(frozen=True, slots=True)
class Source:
    """One article as its file gave it: what was on the page, in order, and what is known of it."""

    id: str
    elements: tuple[Element, ...]
    metadata: Metadata


class BlockKind(StrEnum):
    """What a stretch of a document's text is. Only paragraphs, lead-ins and items are quotable."""

    TITLE = "title"
    HEADING = "heading"
    QUESTION = "question"
    PARAGRAPH = "paragraph"
    LEAD_IN = "lead_in"
    LIST_ITEM = "list_item"


CONTEXT = frozenset({BlockKind.TITLE, BlockKind.HEADING, BlockKind.QUESTION})


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the canonical text that holds one heading, paragraph or list item."""

    kind: BlockKind
    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"a block needs 0 <= start < end, found [{self.start}, {self.end})")


@dataclass(frozen=True, slots=True)
class Section:
    """The blocks under one heading. A quote never leaves its section.

    `heading_path` runs from the outermost heading inwards. `question` is set when the section is
    one question of an FAQ, whose whole answer is then the section's one unit.
    """

    heading_path: tuple[str, ...]
    question: str | None
    start: int
    end: int
    blocks: tuple[Block, ...]

    @property
    def heading(self) -> str | None:
        """The innermost heading, or None before the first heading."""
        return self.heading_path[-1] if self.heading_path else None


class DropReason(StrEnum):
    """Why a piece of a page is not part of the article."""

    COMMENT = "reader comment"
    AUTHOR_BLOCK = "author block or page tail"
    PROMOTION = "promotion of another page"
    PUBLISHER_DISCLAIMER = "the publisher's own disclaimer, kept as metadata"
    REPEATED_TITLE = "the title again"
    EMPTY_HEADING = "heading or link with nothing under it"
    FURNITURE = "page furniture"
    AFFILIATION = "authors and affiliations"
    KEYWORDS = "list with no lead-in: keywords or navigation"
    SNIPPET_DATE = "date of a copied snippet"
    REFERENCES = "reference list"
    TABLE = "table row whose headers cannot be told"


@dataclass(frozen=True, slots=True)
class Dropped:
    """That something was left out, and why. Never its text: it may be a third party's."""

    reason: DropReason
    n_elements: int
    n_chars: int


@dataclass(frozen=True)
class Document:
    """One article after cleaning. Cleaning changes white space and Unicode form, never a word."""

    id: str
    text: str
    sections: tuple[Section, ...]
    metadata: Metadata
    dropped: tuple[Dropped, ...] = field(default=(), compare=False)

    @cached_property
    def sha256(self) -> str:
        """Of the canonical text in UTF-8: what a citation's offsets are offsets into."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def title_in_front(self) -> str | None:
        """The title of a record, whose text does not say it; None for a page, whose text does."""
        says_it = bool(self.sections) and self.sections[0].blocks[0].kind is BlockKind.TITLE
        return None if says_it else self.metadata.title

    @property
    def begins_at(self) -> int | None:
        """Where the first text starts that is no title, heading or question; None without any."""
        blocks = (b for section in self.sections for b in section.blocks)
        return next((b.start for b in blocks if b.kind not in CONTEXT), None)

    def section_at(self, offset: int) -> Section:
        """The section that holds the code point at `offset`.

        Raises:
            ValueError: no section holds it.
        """
        for section in self.sections:
            if section.start <= offset < section.end:
                return section
        raise ValueError(f"no section of {self.id} holds offset {offset}")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a passage stands: which document, which slice, under which heading or question."""

    document_id: str
    start: int
    end: int
    heading_path: tuple[str, ...] = ()
    question: str | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"a place needs 0 <= start < end, found [{self.start}, {self.end})")


@dataclass(frozen=True, slots=True)
class Passage:
    """A unit of retrieval: a verbatim slice, `document.text[start:end] == text`.

    `also` lists the other places that say the same words, so that a repeated paragraph is found
    once and none of its places (or the questions they answer) is forgotten.
    """

    text: str
    place: Place
    also: tuple[Place, ...] = ()

    def __post_init__(self) -> None:
        if len(self.text) != self.place.end - self.place.start:
            raise ValueError(f"passage {self.id} is not as long as its slice")

    @property
    def id(self) -> str:
        """Readable and stable: `document_id#start-end`."""
        return f"{self.place.document_id}#{self.place.start}-{self.place.end}"

    @property
    def questions(self) -> tuple[str, ...]:
        """The FAQ questions that this passage answers, at any of its places."""
        return tuple(p.question for p in (self.place, *self.also) if p.question is not None)


class AskedQuestion(NamedTuple):
    """A question that the library answers, and the row of the passage that answers it.

    `stands` says that the article asks it in these words: the other ones are only searched for.
    """

    text: str
    row: int
    stands: bool = True


@dataclass(frozen=True, slots=True)
class EncoderIdentity:
    """Which model made a vector. Query and passages must agree on all of it."""

    name: str
    weights_sha256: str
    dimension: int
    max_tokens: int


@dataclass(frozen=True, slots=True)
class Artefact:
    """One file of a generation: its name, size in bytes and sha256."""

    name: str
    n_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One document's line in the register of the library.

    `source_sha256` is of the article as it was read: the same again means nothing to do.
    `words_sha256` is of title and text alone: the same twice means one article at two addresses.
    `line_sha256` is of the stored document. `added` says that it came by `add`, one by one: a
    `build` of a folder leaves it in.
    """

    document_id: str
    source_sha256: str
    words_sha256: str
    line_sha256: str
    n_passages: int
    added: bool


class Search(StrEnum):
    """How passages are searched: exactly, by lists, or by lists where there are very many."""

    AUTO = "auto"
    EXACT = "exact"
    LISTS = "lists"


@dataclass(frozen=True, slots=True)
class Inverted:
    """How the vectors of one large segment are searched, and what share of the nearest it finds.

    `recall` was measured with `n_queries` texts of the library, looking at `n_probe` of `n_lists`.
    """

    n_lists: int
    n_probe: int
    recall: float
    n_queries: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """How a generation was made and what it consists of. Written last: with it, all is there.

    `rules` numbers how articles become passages; `normalised` says that vectors have length 1.
    `segments` are folders, in the order of their rows. `previous` is the generation before.
    `search` is how passages are to be searched; `inverted` names the segments that are large enough
    to be searched by lists. Indexes of before these two were written are searched exactly.
    """

    schema: int
    generation: str
    created: str
    previous: str | None
    encoder: EncoderIdentity
    normalised: bool
    rules: int
    options_sha256: str
    corpus_sha256: str
    segments: tuple[str, ...]
    n_documents: int
    n_passages: int
    n_questions: int
    artefacts: tuple[Artefact, ...]
    versions: tuple[tuple[str, str], ...]
    search: Search = Search.AUTO
    inverted: tuple[tuple[str, Inverted], ...] = ()


class Outcome(StrEnum):
    """What became of one article."""

    READ = "read"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class ArticleReport:
    """One line of the build report: an article read, left as it was, removed, or skipped and why.

    `same_as` is another document with the same title and words, where there is one: both places
    are kept, and their passages are found once.
    """

    path: str
    outcome: Outcome
    document_id: str | None
    reason: str | None
    n_passages: int
    dropped: tuple[Dropped, ...] = ()
    same_as: str | None = None


@dataclass(frozen=True, slots=True)
class BuildReport:
    """Every article that was offered, none left out, and the generation that came of it."""

    generation: str
    articles: tuple[ArticleReport, ...]
    n_passages: int
    seconds: float

    @property
    def read(self) -> tuple[ArticleReport, ...]:
        """The articles that are in the index."""
        return tuple(a for a in self.articles if a.outcome in (Outcome.READ, Outcome.UNCHANGED))

    @property
    def n_changed(self) -> int:
        """How many documents came, changed or went."""
        return sum(a.outcome in (Outcome.READ, Outcome.REMOVED) for a in self.articles)

    @property
    def skipped(self) -> tuple[ArticleReport, ...]:
        """The articles that are not, each with its reason."""
        return tuple(a for a in self.articles if a.outcome is Outcome.SKIPPED)
