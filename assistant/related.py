"""Questions that the library itself asks and answers, near to the one that was asked."""

from collections.abc import Sequence
from functools import lru_cache

from assistant.gates import OUTLOOK, gate_of
from assistant.rank import TWIN
from assistant.records import ScoredPassage
from assistant.safety import screen
from ingest import Index

NEAR = 0.45  # cosine from which two questions are on one topic; judged by reading the seeds' FAQ
MAX_RELATED = 3


def related_questions(run: Sequence[ScoredPassage], index: Index) -> tuple[str, ...]:
    """Up to three FAQ questions of the library, nearest first; never the one just asked."""
    near = [scored for scored in run if NEAR <= scored.score < TWIN]
    return suggestible(near, index)[:MAX_RELATED]


def suggestible(run: Sequence[ScoredPassage], index: Index) -> tuple[str, ...]:
    """The FAQ questions of a run that may be suggested: none on how long people live (R8)."""
    rows = [s.row for s in run if gate_of(s.passage.text) is None]
    asked = {row: question for question, row in reversed(index.questions)}
    return tuple(asked[row] for row in rows if not _asks_outlook(asked[row]))


@lru_cache(maxsize=4096)
def _asks_outlook(question: str) -> bool:
    """Whether one of the library's own questions asks how long people live."""
    return OUTLOOK.search(question) is not None or screen(question).prognosis
