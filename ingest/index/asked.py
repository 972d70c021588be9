"""Every question that the library answers, each with the passage that answers it."""

from collections.abc import Mapping, Sequence

from ingest.records import AskedQuestion, Document, Passage, Place


def faq_questions(
    passages: Sequence[Passage], documents: Mapping[str, Document]
) -> tuple[AskedQuestion, ...]:
    """In reading order, each row of `passages` with what it is asked for.

    FAQ questions, titles of records that ask (a record's first passage begins its answer), and the
    other wordings of what the section of a passage answers.
    """
    found: list[AskedQuestion] = []
    for row, passage in enumerate(passages):
        places = (passage.place, *passage.also)
        found.extend(AskedQuestion(question, row) for question in passage.questions)
        title = documents[passage.place.document_id].title_in_front
        begins = (documents[p.document_id].begins_at == p.start for p in places)
        if title and title.endswith("?") and any(begins):
            found.append(AskedQuestion(title, row))
        others = (wording for place in places for wording in _wordings(place, documents))
        found.extend(AskedQuestion(wording, row, stands=False) for wording in others)
    return tuple(found)


def same_question(text: str) -> str:
    """What two questions have in common that differ in case, spaces and final marks only."""
    return " ".join(text.casefold().split()).rstrip("?!. ")


def _wordings(place: Place, documents: Mapping[str, Document]) -> tuple[str, ...]:
    """The other ways to ask for the section that a place is in."""
    heading = place.heading_path[-1] if place.heading_path else None
    return documents[place.document_id].metadata.wordings_of(place.question or heading)
