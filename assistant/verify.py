"""Re-check exported replies: every quote against the stored document that it names."""

from collections.abc import Iterable, Mapping

from assistant.errors import VerificationError
from ingest import Document

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
        return f"the quote is not what {document.id} says at [{start}, {end})"
    return None
