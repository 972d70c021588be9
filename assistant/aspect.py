"""Whether a passage speaks of the very thing that a question is after, whatever its subject.

"Can I catch ALS from my husband?" and "best ALS clinic near me" share their subject with many
passages. Only one that speaks of catching something, or of a place, can answer them.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assistant.records import ScoredPassage

ASPECTS = Path(__file__).with_name("aspects.toml")


@dataclass(frozen=True, slots=True)
class Aspect:
    """One thing that questions are after, and how it reads in a question and in a passage."""

    name: str
    asks: re.Pattern[str]
    says: re.Pattern[str]
    unless: re.Pattern[str] | None = None

    def is_asked(self, question: str) -> bool:
        """Whether a question is after it; what `unless` names does not count."""
        rest = self.unless.sub(" ", question) if self.unless else question
        return self.asks.search(rest) is not None

    def is_spoken_of(self, scored: ScoredPassage) -> bool:
        """Whether a passage speaks of it, in its text, headings or FAQ questions."""
        return self.says.search(_read(scored)) is not None


def on_aspect(
    asked: Sequence[Aspect], ranking: Sequence[ScoredPassage]
) -> tuple[ScoredPassage, ...]:
    """The ranking without passages that do not speak of what is asked; all where nothing is."""
    return tuple(s for s in ranking if all(a.is_spoken_of(s) for a in asked))


def asked_aspects(question: str) -> tuple[Aspect, ...]:
    """What a question is after, of the reviewed table; mostly nothing."""
    return tuple(aspect for aspect in aspects() if aspect.is_asked(question))


def _read(scored: ScoredPassage) -> str:
    """A passage with its headings and FAQ questions."""
    passage = scored.passage
    return " \n".join((*passage.place.heading_path, *passage.questions, passage.text))


@cache
def aspects() -> tuple[Aspect, ...]:
    """Those of the reviewed table."""
    table = tomllib.loads(ASPECTS.read_text(encoding="utf-8"))
    return tuple(
        Aspect(
            entry["name"],
            _whole(entry["asks"]),
            _whole(entry["says"]),
            _whole(entry["unless"]) if "unless" in entry else None,
        )
        for entry in table["aspect"]
    )


def _whole(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)
