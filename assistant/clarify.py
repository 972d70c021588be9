"""When a question can mean several things, ask back with questions that the library answers."""

from collections.abc import Sequence

from assistant.records import Query, ScoredPassage
from assistant.related import suggestible
from assistant.understand import ambiguous_meanings, same_meaning
from ingest import Index, analyse

MAX_SUGGESTIONS = 4


def clarify(query: Query, faq_run: Sequence[ScoredPassage], index: Index) -> tuple[str, ...]:
    """Questions to choose from, or none when the question is clear enough to answer.

    An abbreviation with more than one meaning is asked back, unless other words settle it. So is a
    lone word: "ALS" may ask for its signs, its tests or its course.
    """
    meanings = ambiguous_meanings(query)
    if meanings:
        return meanings
    if len(query.question.split()) > 1 or len(query.terms) != 1:
        return ()
    meaning = same_meaning(query.terms[0])
    near = suggestible(faq_run, index)
    return tuple(q for q in near if meaning & set(analyse(q)))[:MAX_SUGGESTIONS]
