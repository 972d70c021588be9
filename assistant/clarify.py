"""When a question can mean several things, ask back with questions that the library answers."""

from collections.abc import Callable, Sequence

from assistant.follow_up import topic_of_follow_up, with_topic
from assistant.records import Query, ScoredPassage
from assistant.related import suggestible
from assistant.understand import ambiguous_meanings, same_meaning
from ingest import Index, analyse

MAX_SUGGESTIONS = 4


def clarify(
    query: Query,
    faq_run: Sequence[ScoredPassage],
    index: Index,
    *,
    is_answered: Callable[[str], bool],
    previous: str | None = None,
) -> tuple[str, ...]:
    """Questions to choose from, or none when the question is clear enough to answer.

    An abbreviation with more than one meaning is asked back, unless other words settle it. So is a
    lone word: "ALS" may ask for its signs, its tests or its course. So is a fragment that leans on
    the `previous` question: "and in MS?". The library's own questions it answers; for any other
    that is offered, `is_answered` says whether it does.
    """
    meanings = tuple(filter(is_answered, ambiguous_meanings(query)))
    if meanings:
        return meanings
    topic = topic_of_follow_up(query.question)
    if topic is not None:
        changed = with_topic(previous, topic) if previous is not None else None
        offered = (changed,) if changed is not None and is_answered(changed) else ()
        near = _suggested(set(analyse(topic.name)), faq_run, index)
        return tuple(dict.fromkeys((*offered, *near)))[:MAX_SUGGESTIONS]
    if len(query.question.split()) > 1 or len(query.terms) != 1:
        return ()
    return _suggested({query.terms[0]}, faq_run, index)[:MAX_SUGGESTIONS]


def _suggested(terms: set[str], faq_run: Sequence[ScoredPassage], index: Index) -> tuple[str, ...]:
    """The library's own questions that mention every one of these terms, in any of its words."""
    meanings = [same_meaning(term) for term in terms]
    near = suggestible(faq_run, index)
    return tuple(q for q in near if all(meaning & set(analyse(q)) for meaning in meanings))
