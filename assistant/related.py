"""Questions that the library itself asks and answers, near to the one that was asked."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice, takewhile
from operator import attrgetter

from assistant.gates import OUTLOOK, gate_of
from assistant.rank import TWIN
from assistant.records import ScoredPassage
from assistant.safety import screen
from ingest import Index

NEAR = 0.45  # cosine from which two questions are on one topic; judged by reading the seeds' FAQ
MAX_RELATED = 3


def related_questions(
    run: Sequence[ScoredPassage], index: Index, *, answered: Collection[str | None] = ()
) -> tuple[str, ...]:
    """Up to three FAQ questions of the library, nearest first; never the one just asked.

    Nor one whose answer is quoted already: those are `answered`.
    """
    nearest = takewhile(lambda scored: scored.score >= NEAR, run)  # a run falls
    near = (scored for scored in nearest if scored.score < TWIN)
    new = (question for question in suggestible(near, index) if question not in answered)
    return tuple(islice(new, MAX_RELATED))


def suggestible(run: Iterable[ScoredPassage], index: Index) -> Iterator[str]:
    """The FAQ questions of a run that may be suggested: none on how long people live (R8)."""
    for scored in run:
        question = _question_of(scored.row, index)
        if question and gate_of(scored.passage.text) is None and not _asks_outlook(question):
            yield question


def _question_of(row: int, index: Index) -> str | None:
    """The first question that a passage answers in the library's words, if the library asks one.

    Questions are in the order of their rows, and those that stand come before other wordings.
    """
    first = index.questions[bisect_left(index.questions, row, key=attrgetter("row"))]
    return first.text if first.stands else None


@lru_cache(maxsize=4096)
def _asks_outlook(question: str) -> bool:
    """Whether one of the library's own questions asks how long people live."""
    return OUTLOOK.search(question) is not None or screen(question).prognosis
