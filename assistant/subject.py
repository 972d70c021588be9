"""Whether a passage is about the condition that the question names.

"Post-polio syndrome cannot be passed on" has every word of an answer to "Is ALS contagious?" but
one. A passage that names other conditions and not the one asked about answers another question.
"""

from collections.abc import Sequence
from functools import lru_cache

from assistant.records import Query, ScoredPassage
from assistant.understand import topics
from ingest import Index


def on_subject(
    query: Query, ranking: Sequence[ScoredPassage], index: Index
) -> tuple[ScoredPassage, ...]:
    """The ranking without passages on other conditions only; all of it where none is named."""
    asked = _named(query.search_text)
    if not asked:
        return tuple(ranking)
    return tuple(scored for scored in ranking if _fits(asked, scored, index))


def _fits(asked: frozenset[str], scored: ScoredPassage, index: Index) -> bool:
    """Whether a passage, read with its title, headings and questions, names one that was asked."""
    passage = scored.passage
    title = index.documents[passage.place.document_id].metadata.title or ""
    around = " \n".join((title, *passage.place.heading_path, *passage.questions))
    named = _named_in_article(passage.text) | _named_in_article(around)
    return not named or bool(named & asked)


@lru_cache(maxsize=4096)
def _named_in_article(text: str) -> frozenset[str]:
    """Kept, for the next question meets the same passages; a question itself is never kept."""
    return _named(text)


def _named(text: str) -> frozenset[str]:
    return frozenset(topic.name for topic in topics() if topic.pattern.search(text))
