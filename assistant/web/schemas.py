"""The shapes of the API, for its OpenAPI description: replies, documents, problems.

Replies and documents are made by `assistant.render`; these classes only describe them. A test
compares both.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.records import Gate, NoticeKind, Reason


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Question(_Shape):
    """The body of POST /api/ask. A misspelt member is an error, not a question without it."""

    question: Annotated[
        str,
        Field(
            strict=True,
            description="In the person's own words; 2,000 characters at most are answered.",
            examples=["Are muscle twitches a symptom of ALS?"],
        ),
    ]
    previous: Annotated[
        str | None,
        Field(
            strict=True,
            description="The question before. Read only where the question is a fragment that leans"
            ' on it ("and in MS?"), and then to ask back what was meant.',
        ),
    ] = None


class Notice(_Shape):
    """A fixed text of Quoth's own, shown in this order, before or after the quotes."""

    kind: NoticeKind
    text: str


class Citation(_Shape):
    """A quote, the exact slice [start, end) in code points of its document, and its source.

    With a gate, show the quote only when the person asks for it. null means "not stated".
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
    flags: list[str]
    gate: Gate | None


class Reply(_Shape):
    """Quotes that answer, or why there are none. Never a diagnosis."""

    schema_: Annotated[Literal[1], Field(alias="schema")]
    kind: Literal["answer", "abstention", "input_error"]
    notices: list[Notice]
    citations: list[Citation]
    sources_differ: Annotated[
        list[tuple[int, int]], Field(description="Places of citations that disagree.")
    ]
    reason: Reason | None
    did_you_mean: list[str]
    related_questions: list[str]
    disclaimer: str
    generation: str | None


class WrittenFrom(_Shape):
    """A published source that an article retells; without sections the whole article does."""

    title: str | None
    publisher: str | None
    url: str | None
    sections: list[str]
    published: str | None


class Summary(_Shape):
    """What is known of one article. null means "not stated"."""

    id: str
    sha256: Annotated[str, Field(description="Of the text in UTF-8.")]
    n_chars: Annotated[int, Field(description="Code points of the text.")]
    title: str | None
    publisher: str | None
    url: str | None
    published: str | None
    updated: str | None
    read_on: Annotated[str | None, Field(description="The day on which the page was read.")]
    authors: list[str]
    kind: str | None
    licence: str | None
    doi: str | None
    copy_of: Annotated[str | None, Field(description="The publisher who wrote it first.")]
    statement: str | None
    publisher_disclaimer: str | None
    written_from: list[WrittenFrom]
    is_copy: bool
    is_abstract_only: bool


class Documents(_Shape):
    """Every article held."""

    documents: list[Summary]
    generation: str | None
    disclaimer: str


class Section(_Shape):
    """One section of an article, in code points of its text."""

    heading_path: list[str]
    question: str | None
    start: int
    end: int


class StoredDocument(Summary):
    """One article with the text that its quotes are slices of."""

    text: str
    sections: list[Section]
    disclaimer: str


class Status(_Shape):
    """Whether the process answers, or may be sent questions."""

    status: Literal["ok", "ready"]
    generation: str | None = None
    disclaimer: str


class Place(_Shape):
    """Where in a request something was not as expected, and what was expected there."""

    at: list[str]
    expected: str


class ProblemDocument(_Shape):
    """An RFC 9457 problem. It never repeats what was sent."""

    title: str
    status: int
    detail: str
    request_id: Annotated[str | None, Field(description="The log's lines carry it too.")]
    disclaimer: str
    expected: Annotated[str | None, Field(description="A request that would do.")] = None
    errors: list[Place] = []
