"""How often the first quote is an accepted one, and how often silence is right.

A question file has one JSON object a line: {"id", "question", "answerable", "accept": [{"source",
"quote"}]}. A quote counts when it comes from the accepted source and contains the accepted words,
white space folded; any one accepted place will do. An unanswerable question is right when Quoth
abstains. Of articles that are not part of this repository a file gives {"source", "start", "end"}
instead, characters of the article's file, so that it holds none of their words.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from assistant import Answer, Citation, Reply

ARTICLES = Path("../shared/seeds")


@dataclass(frozen=True, slots=True)
class Accepted:
    """A place that answers: the article's file name and words that a right quote contains."""

    source: str
    quote: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question with the places that answer it; none for one that should not be answered."""

    id: str
    question: str
    accept: tuple[Accepted, ...]

    @property
    def is_answerable(self) -> bool:
        """Whether the articles answer it."""
        return bool(self.accept)


@dataclass(frozen=True, slots=True)
class Score:
    """Counts over a question file; shares are rounded to four places."""

    n_answerable: int
    n_unanswerable: int
    first: int
    one_of_three: int
    abstained_rightly: int
    abstained_wrongly: int
    missed: tuple[str, ...]
    answered_wrongly: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        """The figures under the names that the README uses."""
        return {
            "answerable": self.n_answerable,
            "unanswerable": self.n_unanswerable,
            "first_quote_accepted": _share(self.first, self.n_answerable),
            "one_of_three_accepted": _share(self.one_of_three, self.n_answerable),
            "answerable_abstained": _share(self.abstained_wrongly, self.n_answerable),
            "unanswerable_abstained": _share(self.abstained_rightly, self.n_unanswerable),
            "first_quote_missed": list(self.missed),
            "unanswerable_answered": list(self.answered_wrongly),
        }


def read_questions(path: Path, articles: Path = ARTICLES) -> tuple[Question, ...]:
    """The questions of a file; `articles` is the folder that places in characters are read from.

    Raises:
        ValueError: `answerable` and `accept` contradict each other.
    """
    questions = []
    for line in path.read_text(encoding="utf-8").splitlines():
        raw = json.loads(line)
        accept = tuple(_accepted(place, articles) for place in raw["accept"])
        if raw["answerable"] != bool(accept):
            raise ValueError(
                f"{raw['id']}: answerable is {raw['answerable']}, accept says otherwise"
            )
        questions.append(Question(raw["id"], raw["question"], accept))
    return tuple(questions)


def _accepted(place: dict[str, Any], articles: Path) -> Accepted:
    if "quote" in place:
        return Accepted(place["source"], place["quote"])
    text = (articles / place["source"]).read_text(encoding="utf-8")
    return Accepted(place["source"], text[place["start"] : place["end"]])


def score(questions: Sequence[Question], ask: Callable[[str], Reply]) -> Score:
    """Ask every question once and count."""
    replies = {q.id: ask(q.question) for q in questions}
    hits = {q.id: [_is_accepted(c, q) for c in _citations(replies[q.id])] for q in questions}
    asked = [q for q in questions if q.is_answerable]
    not_asked = [q for q in questions if not q.is_answerable]
    return Score(
        n_answerable=len(asked),
        n_unanswerable=len(not_asked),
        first=sum(hits[q.id][:1] == [True] for q in asked),
        one_of_three=sum(any(hits[q.id][:3]) for q in asked),
        abstained_rightly=sum(not hits[q.id] for q in not_asked),
        abstained_wrongly=sum(not hits[q.id] for q in asked),
        missed=tuple(q.id for q in asked if hits[q.id][:1] != [True]),
        answered_wrongly=tuple(q.id for q in not_asked if hits[q.id]),
    )


def _citations(reply: Reply) -> tuple[Citation, ...]:
    return reply.citations if isinstance(reply, Answer) else ()


def _is_accepted(citation: Citation, question: Question) -> bool:
    """Whether a quote comes from an accepted source and contains its accepted words."""
    name = PurePosixPath(citation.document_id).name
    return any(
        accepted.source == name and _folded(accepted.quote) in _folded(citation.quote)
        for accepted in question.accept
    )


def _folded(text: str) -> str:
    return " ".join(text.split())


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
