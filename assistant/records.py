"""The nouns of the assistant: what a question becomes on its way to a reply.

    str -> Query -> runs of ScoredPassage -> evidence -> Citations -> Reply

`Reply = Answer | Abstention | InputError`. The shape that the outside world sees is made of these
by `render.to_json`, and nothing else.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from assistant.safety.records import Notice, NoticeKind
from ingest import Passage


class Gate(StrEnum):
    """Why a quote stays folded until the person asks to see it."""

    PROGNOSIS = "prognosis"
    CRISIS = "crisis"


class Reason(StrEnum):
    """Why there is no answer."""

    NOTHING_RELEVANT = "nothing_relevant"
    OFF_TOPIC = "off_topic"
    AMBIGUOUS = "ambiguous"
    UNSUPPORTED_LANGUAGE = "unsupported_language"
    TOO_LONG = "too_long"
    EMPTY = "empty"
    INDEX_UNAVAILABLE = "index_unavailable"


MAX_QUESTION_CHARS = 2000  # code points; a longer one is a pasted text, not a question
INPUT_REASONS = frozenset({Reason.TOO_LONG, Reason.EMPTY})


class Scorer(StrEnum):
    """Who gave a score, and its range. Higher is better."""

    COSINE = "cosine"  # mean of passage cosine and best statement cosine, -1 to 1
    FAQ_COSINE = "faq_cosine"  # FAQ question vector against question vector, -1 to 1
    BM25 = "bm25"  # 0 and up, no upper bound
    STRENGTH = "strength"  # cosine plus shares of 0 to 1 (assistant/rank.py), about 0 to 1.6


@dataclass(frozen=True, slots=True)
class Query:
    """An understood question: as it was typed, as it is searched for, and its content terms.

    `specificities` says of each term how much it says, 0.1 to 1 (assistant/english.py).
    """

    question: str
    search_text: str
    terms: tuple[str, ...]
    specificities: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.terms) != len(self.specificities):
            raise ValueError("a query needs one specificity a term")


class ScoredPassage(NamedTuple):
    """One line of a ranking. `rank` counts from 1; `row` is the passage's row in the index."""

    row: int
    passage: Passage
    scorer: Scorer
    score: float
    rank: int


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote and its place: `document.text[start:end] == quote`, checked at answer time.

    `marked` is the stretch [start, end) of the document that answers best, which a page marks where
    the quote says more. `written_from` names the publishers of what the quoted section retells.
    Neither is part of the JSON: a document's own JSON has its sources whole.
    """

    quote: str
    document_id: str
    document_sha256: str
    start: int
    end: int
    title: str | None
    publisher: str | None
    source_kind: str | None
    published: str | None
    url: str | None
    deep_link: str | None
    section: str | None
    faq_question: str | None
    flags: tuple[str, ...] = ()
    gate: Gate | None = None
    marked: tuple[int, int] | None = None
    written_from: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.quote.strip():
            raise ValueError("a citation needs words to quote")
        if self.end - self.start != len(self.quote):
            raise ValueError(f"[{self.start}, {self.end}) is not as long as its quote")


@dataclass(frozen=True, slots=True)
class Answer:
    """One quote or more, each with its source. Without a citation it does not construct."""

    citations: tuple[Citation, ...]
    notices: tuple[Notice, ...]
    disclaimer: str
    generation: str
    sources_differ: tuple[tuple[int, int], ...] = ()
    related_questions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.citations:
            raise ValueError("an answer needs at least one citation; abstain instead")


@dataclass(frozen=True, slots=True)
class Abstention:
    """No answer, and why. `generation` is None when there is no index to speak of."""

    reason: Reason
    notices: tuple[Notice, ...]
    disclaimer: str
    generation: str | None
    did_you_mean: tuple[str, ...] = ()
    related_questions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.reason in INPUT_REASONS:
            raise ValueError(f"{self.reason} is an input error, not an abstention")


@dataclass(frozen=True, slots=True)
class InputError:
    """The question itself could not be used. Crisis and emergency cards still stand before it."""

    reason: Reason
    notices: tuple[Notice, ...]
    disclaimer: str
    generation: str | None

    def __post_init__(self) -> None:
        if self.reason not in INPUT_REASONS:
            raise ValueError(f"{self.reason} is an abstention, not an input error")


Reply = Answer | Abstention | InputError

__all__ = [
    "INPUT_REASONS",
    "MAX_QUESTION_CHARS",
    "Abstention",
    "Answer",
    "Citation",
    "Gate",
    "InputError",
    "Notice",
    "NoticeKind",
    "Query",
    "Reason",
    "Reply",
    "ScoredPassage",
    "Scorer",
]
