"""Stage 1, understand: what a person typed -> Query, with the words that articles use for it.

The question itself is never changed: it is shown and judged as it was typed.
"""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from assistant.english import specificity
from assistant.records import Query
from assistant.spelling import Lexicon, repair
from ingest import analyse

VOCABULARY = Path(__file__).with_name("vocabulary.toml")
EVERYDAY = Path(__file__).with_name("everyday.toml")
WORD = re.compile(r"[^\W_]+")
MAX_CHAT_LETTERS = 2  # "u", "esp" is listed; "ok", "vs", "dr"
TYPED = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")  # a word as `analyse` sees it


@dataclass(frozen=True, slots=True)
class Topic:
    """A condition that questions are about: what it is called, and every way to spell it."""

    name: str
    pattern: re.Pattern[str]


def understand(question: str, lexicon: Lexicon | None = None) -> Query:
    """The question with spelling repaired and abbreviations spelled out for search, and its terms.

    Words are repaired to those of a lexicon (`Index.bm25`) alone; without one they stay.
    """
    folded = " ".join(unicodedata.normalize("NFKC", question).split())
    repaired = repair(folded, lexicon, _reviewed_words()) if lexicon is not None else folded
    abbreviations = _abbreviations()
    one_word = WORD.sub(lambda m: _one_word(m[0], lexicon), repaired)
    search_text = WORD.sub(lambda m: abbreviations.get(m[0].casefold(), m[0]), one_word)
    return Query(question, search_text, *_terms(one_word))


def _one_word(word: str, lexicon: Lexicon | None) -> str:
    """A word that no article uses, or the one word that it stands for ("wiggly": "twitching").

    Or the word of the same meaning that most passages have ("relapse": "attack"), for BM25 looks
    for no synonyms: of the 70 questions in lay words, 41 instead of 40 get a right quote first.
    What stands for several words ("mnd") has a group of its own.
    """
    folded = word.casefold()
    meant = _abbreviations().get(folded)
    if lexicon is not None and meant is None:
        meant = _synonym(folded, lexicon)
    if meant is None or not meant.isalpha() or (lexicon and folded in lexicon.words):
        return word
    return meant


def _synonym(word: str, lexicon: Lexicon) -> str | None:
    """What most passages say for a reviewed word that none uses in any form; None for others.

    A condition keeps its name, for only "MS" tells that no other sclerosis is asked about.
    """
    term = next(iter(analyse(word)), "")
    names_topic = any(topic.pattern.fullmatch(word) for topic in topics())
    if names_topic or lexicon.document_frequency(term):
        return None
    alike = {spelled: analyse(spelled)[0] for spelled in _spellings().get(term, ())}
    known = {spelled: lexicon.document_frequency(other) for spelled, other in alike.items()}
    best = max(known, key=known.__getitem__, default=None)
    return best if best is not None and known[best] else None


def _terms(text: str) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """The content terms in order, and how much the plainest word of each says."""
    says: dict[str, float] = {}
    for match in TYPED.finditer(text):
        for term in analyse(match[0]):
            here = specificity(match[0].casefold().replace("’", "'").removesuffix("'s"))
            says[term] = min(here, says.get(term, here))
    return tuple(says), tuple(says.values())


def same_meaning(term: str) -> frozenset[str]:
    """An analysed term together with the analysed terms that mean the same."""
    return _everyday_fellows().get(term, frozenset({term}))


def same_in_subject(term: str) -> frozenset[str]:
    """The same, of words of the library's subject alone."""
    return _subject_fellows().get(term, frozenset({term}))


def is_circumstance(term: str) -> bool:
    """Whether an analysed term tells of a person's day, or is chat, and not of a subject."""
    return len(term) <= MAX_CHAT_LETTERS or term in _circumstances()


@cache
def _circumstances() -> frozenset[str]:
    return frozenset(analyse(_table()["circumstances"]["words"]))


def ambiguous_meanings(query: Query) -> tuple[str, ...]:
    """What to ask back when an abbreviation in the question has several meanings; mostly nothing.

    A word in the question that belongs to one of the meanings settles it.
    """
    for entry in _table()["ambiguous"]:
        settled = {term for word in entry["settled_by"] for term in analyse(word)}
        if entry["word"] in query.terms and not settled & set(query.terms):
            return tuple(entry["did_you_mean"])
    return ()


@cache
def topics() -> tuple[Topic, ...]:
    """The conditions of the reviewed table."""
    return tuple(Topic(entry["name"], _any_of(entry["spellings"])) for entry in _table()["topic"])


def _any_of(spellings: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, spellings))})\b", re.IGNORECASE)


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(VOCABULARY.read_text(encoding="utf-8"))


@cache
def _reviewed_words() -> frozenset[str]:
    """Every word of the table: right as it is, whether or not an article uses it."""
    table, same = _table(), {word for words in _groups() for word in words}
    return frozenset({*table["abbreviations"], *same, *(e["word"] for e in table["ambiguous"])})


@cache
def _abbreviations() -> Mapping[str, str]:
    """What is written out before a question is encoded."""
    return dict(_table()["abbreviations"])


@cache
def _subject() -> tuple[tuple[str, ...], ...]:
    """Words of one meaning in the library's subject."""
    return tuple(tuple(entry["words"]) for entry in _table()["same"])


@cache
def _groups() -> tuple[tuple[str, ...], ...]:
    """Those, and words of one meaning in everyday questions."""
    everyday = tomllib.loads(EVERYDAY.read_text(encoding="utf-8"))["groups"]
    return (*_subject(), *(tuple(line.split()) for line in everyday.strip().splitlines()))


@cache
def _everyday_fellows() -> Mapping[str, frozenset[str]]:
    return _fellows(_groups())


@cache
def _subject_fellows() -> Mapping[str, frozenset[str]]:
    return _fellows(_subject())


def _fellows(groups: Sequence[Sequence[str]]) -> Mapping[str, frozenset[str]]:
    """Term -> the terms of all groups that it is in, analysed like a passage."""
    fellows: dict[str, frozenset[str]] = {}
    for words in groups:
        terms = frozenset(term for word in words for term in analyse(word))
        fellows.update({term: fellows.get(term, frozenset()) | terms for term in terms})
    return fellows


@cache
def _spellings() -> dict[str, tuple[str, ...]]:
    """Analysed term -> the words of its meaning as the reviewed table spells them."""
    spelled: dict[str, tuple[str, ...]] = {}
    for words in _groups():
        for term in {term for word in words for term in analyse(word)}:
            spelled[term] = (*spelled.get(term, ()), *words)
    return spelled
