"""Stage 1, understand: what a person typed -> Query, with the words that articles use for it.

The question itself is never changed: it is shown and judged as it was typed.
"""

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

from assistant.records import Query
from ingest import analyse

VOCABULARY = Path(__file__).with_name("vocabulary.toml")
WORD = re.compile(r"[^\W_]+")


def understand(question: str) -> Query:
    """The question with abbreviations spelled out for search, and its content terms."""
    folded = " ".join(unicodedata.normalize("NFKC", question).split())
    abbreviations, _ = _vocabulary()
    search_text = WORD.sub(lambda m: abbreviations.get(m[0].casefold(), m[0]), folded)
    return Query(question, search_text, tuple(dict.fromkeys(analyse(folded))))


def same_meaning(term: str) -> frozenset[str]:
    """An analysed term together with the analysed terms that mean the same."""
    return _vocabulary()[1].get(term, frozenset({term}))


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
def _table() -> dict[str, Any]:
    return tomllib.loads(VOCABULARY.read_text(encoding="utf-8"))


@cache
def _vocabulary() -> tuple[dict[str, str], dict[str, frozenset[str]]]:
    """The reviewed table: abbreviations, and term -> its group, all analysed like a passage."""
    table = _table()
    groups: dict[str, frozenset[str]] = {}
    for entry in table["same"]:
        terms = frozenset(term for word in entry["words"] for term in analyse(word))
        groups.update(dict.fromkeys(terms, terms))
    return table["abbreviations"], groups
