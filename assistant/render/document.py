"""A stored Document -> the JSON that the API and the MCP server share."""

from dataclasses import asdict

from ingest import Document


def summary(document: Document) -> dict[str, object]:
    """What is known of an article, without its text; None where it is not stated."""
    known = document.metadata
    stated = asdict(known)
    del stated["asked_as"]  # other ways to ask are searched and never shown
    return {
        "id": document.id,
        "sha256": document.sha256,
        "n_chars": len(document.text),
        **stated,
        "is_copy": known.is_copy,
        "is_abstract_only": known.is_abstract_only,
    }


def whole(document: Document) -> dict[str, object]:
    """The summary, the text that quotes are slices of, and its sections."""
    return {**summary(document), "text": document.text, "sections": _sections(document)}


def _sections(document: Document) -> list[dict[str, object]]:
    return [
        {
            "heading_path": list(section.heading_path),
            "question": section.question,
            "start": section.start,
            "end": section.end,
        }
        for section in document.sections
    ]
