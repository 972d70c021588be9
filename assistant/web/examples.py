"""What the OpenAPI description shows as an example of each answer, with its nulls."""

from typing import Any

from assistant.safety import disclaimer, sentence

GENERATION = "20261122T101500.000000Z"
DOCUMENT_ID = "articles/how-als-twitching-feels.md"
SHA256 = "5f" * 32
TITLE = "How twitching in ALS feels"
QUOTE = "Twitching in ALS is not painful as a rule."
ADDRESS = "https://example.org/twitching"
KIND = "summary written for this project"
PUBLISHER = "Quoth starter library"

CITATION = {
    "quote": QUOTE,
    "document_id": DOCUMENT_ID,
    "document_sha256": SHA256,
    "start": 34,
    "end": 76,
    "title": TITLE,
    "publisher": PUBLISHER,
    "source_kind": KIND,
    "published": None,
    "url": ADDRESS,
    "deep_link": f"{ADDRESS}#:~:text=Twitching",
    "section": "Pain",
    "faq_question": None,
    "flags": ["written_from_source"],
    "gate": None,
}

SUMMARY = {
    "id": DOCUMENT_ID,
    "sha256": SHA256,
    "n_chars": 76,
    "title": TITLE,
    "publisher": PUBLISHER,
    "url": ADDRESS,
    "published": None,
    "updated": None,
    "read_on": "2026-11-22",
    "authors": [],
    "kind": KIND,
    "licence": "Apache-2.0",
    "doi": None,
    "copy_of": None,
    "statement": None,
    "publisher_disclaimer": None,
    "written_from": [
        {
            "title": "Twitching",
            "publisher": "An example",
            "url": ADDRESS,
            "sections": ["Pain"],
            "published": "2026-01-31",
        }
    ],
    "is_copy": False,
    "is_abstract_only": False,
}

SECTION = {"heading_path": [TITLE, "Pain"], "question": None, "start": 28, "end": 76}


def reply(*, answered: bool) -> dict[str, Any]:
    """An answer, or an abstention, as /api/ask gives it."""
    return {
        "schema": 1,
        "kind": "answer" if answered else "abstention",
        "notices": [{"kind": "care", "text": sentence("care")}],
        "citations": [CITATION] if answered else [],
        "sources_differ": [],
        "reason": None if answered else "off_topic",
        "did_you_mean": [],
        "related_questions": [],
        "disclaimer": disclaimer(),
        "generation": GENERATION,
    }


def documents() -> dict[str, Any]:
    """A library of one article."""
    return {"documents": [SUMMARY], "generation": GENERATION, "disclaimer": disclaimer()}


def document() -> dict[str, Any]:
    """That article, with the text that the example of an answer quotes."""
    text = f"{TITLE}\n\nPain\n\n{QUOTE}"
    return {**SUMMARY, "text": text, "sections": [SECTION], "disclaimer": disclaimer()}


def status(said: str, **more: str) -> dict[str, Any]:
    """What a probe gets while all is well."""
    return {"status": said, **more, "disclaimer": disclaimer()}
