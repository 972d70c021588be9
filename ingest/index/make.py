"""Documents and their passages -> a segment: all texts that are searched, counted and embedded."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ingest.chunk import sameness
from ingest.embed import search_copy
from ingest.index import codec
from ingest.index.asked import faq_questions
from ingest.index.lexical import postings_of
from ingest.index.segment import Embedded, Segment, keys_of
from ingest.index.statements import rows_of, statements_of
from ingest.records import AskedQuestion, Document, Entry, Passage


@dataclass(frozen=True, slots=True)
class Texts:
    """What is embedded of some passages."""

    passages: tuple[str, ...]
    questions: tuple[str, ...]
    statements: tuple[str, ...]


def make_segment(
    articles: Sequence[tuple[Document, Entry]],
    passages: Sequence[Passage],
    documents: Mapping[str, Document],
    embed: Callable[[Texts], tuple[Embedded, Embedded, Embedded]],
) -> Segment:
    """The segment of `articles` and `passages`; `documents` has every document of their places."""
    leads = [documents[passage.place.document_id] for passage in passages]
    searched = tuple(map(search_copy, passages, leads))
    questions = faq_questions(passages, documents)
    statements = statements_of(passages)
    said = tuple(statement.text for statement in statements)
    vectors = embed(Texts(searched, tuple(question.text for question in questions), said))
    terms, words = postings_of(_with_wordings(searched, questions))
    return Segment(
        register=tuple(entry for _, entry in articles),
        documents=tuple(codec.document_to_line(document).encode() for document, _ in articles),
        passages=tuple(codec.passage_to_line(passage).encode() for passage in passages),
        sameness=keys_of(list(map(sameness, passages, leads))),
        passage_vectors=vectors[0],
        question_rows=np.array([question.row for question in questions], dtype=np.int32),
        question_vectors=vectors[1],
        statement_rows=rows_of(statements),
        statement_vectors=vectors[2],
        terms=terms,
        words=words,
    )


def _with_wordings(searched: Sequence[str], questions: Sequence[AskedQuestion]) -> list[str]:
    """What words are looked up in: each passage's search copy, then other ways to ask for it."""
    lines = [[copy] for copy in searched]
    for question in questions:
        if not question.stands:
            lines[question.row].append(question.text)
    return ["\n".join(of) for of in lines]


def entry_of(document: Document, *, source_sha256: str, n_passages: int, added: bool) -> Entry:
    """The register's line on a document."""
    words = f"{document.title_in_front or ''}\n{document.text}"
    return Entry(
        document_id=document.id,
        source_sha256=source_sha256,
        words_sha256=_sha256(words),
        line_sha256=_sha256(codec.document_to_line(document)),
        n_passages=n_passages,
        added=added,
    )


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
