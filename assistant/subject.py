"""Whether a passage is about the condition that the question names.

"Post-polio syndrome cannot be passed on" has every word of an answer to "Is ALS contagious?" but
one. A passage that names other conditions and not the one asked about answers another question. So
does one on type 3 of a disease, on another gene or way of inheritance, than the question has; and
one that says of another disease that nobody dies of it.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from assistant.gates import OUTLOOK
from assistant.records import Query, ScoredPassage
from assistant.understand import topics
from ingest import Index, split_quotable

GENE = re.compile(r"\b(?:[a-z]{2,}\d\w*|[a-z]\d+[a-z]\w*)\b", re.IGNORECASE)  # not L5, B12, 10mg
NUMBERED = re.compile(
    r"\b(?:types?|stages?|grades?|complex)\s+(\d+[a-z]?|[ivx]+)\b|\b[a-z]{2,}(\d+)\b",
    re.IGNORECASE,
)
INHERITED = re.compile(r"\b(?:autosomal|x-linked) (?:dominant|recessive)\b", re.IGNORECASE)
# "PLS gets worse more slowly than ALS and is not fatal" says nothing of how ALS ends.
NOT_THE_END = re.compile(
    r"\b(?:not|never|rarely) (?:\w+ )?(?:fatal|deadly|life-threatening)"
    r"|\bnormal life ?(?:span|expectancy)",
    re.IGNORECASE,
)
COMPARED = re.compile(r"\b(?:than|unlike|like|as) (?:in |with )?[\w'’-]+", re.IGNORECASE)
ACRONYM = re.compile(r"\b[A-Z]{2,}\b")
OF_THE_GROUP = re.compile(  # that some of them are not fatal is then the answer
    r"\b(?:all|any|every|some|which)\b.*\b(?:mnd|motor neuron)|\b(?:mnd|motor neuron).*\balways\b",
    re.IGNORECASE,
)
ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8"}


def on_subject(
    query: Query, ranking: Sequence[ScoredPassage], index: Index
) -> tuple[ScoredPassage, ...]:
    """The ranking without passages on other conditions only; all of it where none is named."""
    asked, marks = _named(query.search_text), _marks(query.question)
    if not asked and not marks:
        return tuple(ranking)
    fitting = [scored for scored in ranking if _fits(asked, marks, scored, index)]
    if not asked or not OUTLOOK.search(query.question) or OF_THE_GROUP.search(query.question):
        return tuple(fitting)
    words = frozenset(query.question.casefold().split())
    return tuple(s for s in fitting if not _comforts_others(s.passage.text, asked, words))


def _fits(
    asked: frozenset[str], marks: frozenset[str], scored: ScoredPassage, index: Index
) -> bool:
    """Whether a passage, read with its title, headings and questions, names one that was asked.

    And every type, gene or way of inheritance that was asked about.
    """
    passage = scored.passage
    title = index.documents[passage.place.document_id].metadata.title or ""
    around = " \n".join((title, *passage.place.heading_path, *passage.questions))
    if marks and not marks <= _marks(f"{passage.text} \n{around}"):
        return False
    named = _named_in_article(passage.text) | _named_in_article(around)
    return not asked or not named or bool(named & asked)


def _comforts_others(text: str, asked: frozenset[str], words: frozenset[str]) -> bool:
    """Whether a passage says that a disease is not fatal, and only of others than the one asked."""
    ends = [text[s.start : s.end] for s in split_quotable(text)]
    ends = [
        COMPARED.sub(" ", end) for end in ends if OUTLOOK.search(end) or NOT_THE_END.search(end)
    ]
    return any(NOT_THE_END.search(end) for end in ends) and not any(
        _speaks_of(end, asked, words) for end in ends
    )


def _speaks_of(sentence: str, asked: frozenset[str], words: frozenset[str]) -> bool:
    """Whether a sentence names a disease that was asked about, or none at all."""
    named = _named(sentence)
    short = {acronym.casefold() for acronym in ACRONYM.findall(sentence)}
    return bool(named & asked or short & words) or not (named or short)


def _marks(text: str) -> frozenset[str]:
    """Genes (SOD1), ways of inheritance, numbers of types (type II and SCA2 are one number)."""
    found: set[str] = set()
    for pattern in (GENE, INHERITED):
        found.update(match[0].casefold() for match in pattern.finditer(text))
    for match in NUMBERED.finditer(text):
        number = (match[1] or match[2]).casefold()
        found.add(ROMAN.get(number, number))
    return frozenset(found)


@lru_cache(maxsize=4096)
def _named_in_article(text: str) -> frozenset[str]:
    """Kept, for the next question meets the same passages; a question itself is never kept."""
    return _named(text)


def _named(text: str) -> frozenset[str]:
    return frozenset(topic.name for topic in topics() if topic.pattern.search(text))
