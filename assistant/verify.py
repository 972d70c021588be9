"""Re-check exported replies: every quote against the stored document that it names."""

from collections.abc import Iterable, Mapping

from assistant.errors import VerificationError
from ingest import Document, plain_copy

Json = Mapping[str, object]


def verify(replies: Iterable[Json], documents: Mapping[str, Document]) -> tuple[int, int]:
    """How many replies and quotes were checked; every one matched.

    Raises:
        VerificationError: at the first quote that does not match.
    """
    n_replies = n_quotes = 0
    for n_replies, reply in enumerate(replies, 1):
        citations = reply.get("citations")
        if not isinstance(citations, list):
            raise VerificationError(n_replies, 0, "not a reply: it has no list of citations")
        for number, citation in enumerate(citations, 1):
            problem = problem_of(citation, documents)
            if problem is not None:
                raise VerificationError(n_replies, number, problem)
            n_quotes += 1
    return n_replies, n_quotes


def problem_of(citation: object, documents: Mapping[str, Document]) -> str | None:
    """What is wrong with one citation, or None: its quote is the slice that it says it is."""
    if not isinstance(citation, dict):
        return "not a citation"
    document = documents.get(str(citation.get("document_id")))
    if document is None:
        return f"no document {citation.get('document_id')!r} in this index"
    if citation.get("document_sha256") != document.sha256:
        return f"{document.id} has changed since the reply was made"
    start, end = citation.get("start"), citation.get("end")
    if not (
        isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(document.text)
    ):
        return f"{document.id} has no characters [{start}, {end})"
    if document.text[start:end] != citation.get("quote"):
        said = f"the quote is not what {document.id} says at [{start}, {end})"
        return said + _where_it_stands(citation.get("quote"), document)
    return None


def _where_it_stands(quote: object, document: Document) -> str:
    """Where the article says the same but for spacing, case and signs; empty where nowhere.

    A quote that went through a word processor is no longer exact, and is not accepted as such.
    """
    if not isinstance(quote, str):
        return ""
    found = plain_copy(document.text).find(plain_copy(quote).text)
    if found is None:
        return ""
    return f"; but for spacing, case and signs its words stand at [{found[0]}, {found[1]})"
