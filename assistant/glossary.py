"""What medical words mean, in our own words: shown beside a quote, never inside it."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

GLOSSARY = Path(__file__).with_name("glossary.toml")


@dataclass(frozen=True, slots=True)
class Term:
    """A word and what it means."""

    name: str
    meaning: str


def terms_in(text: str) -> tuple[Term, ...]:
    """The terms of the glossary that a text uses, each once, in the order of their first use."""
    pattern, terms = _glossary()
    found = (terms[match[0].casefold()] for match in pattern.finditer(text))
    return tuple(dict.fromkeys(found))


def all_terms() -> tuple[Term, ...]:
    """Every term, in the order of the file."""
    return tuple(dict.fromkeys(_glossary()[1].values()))


@cache
def _glossary() -> tuple[re.Pattern[str], Mapping[str, Term]]:
    """One pattern for every form of every term, longest first, and form -> term."""
    table = tomllib.loads(GLOSSARY.read_text(encoding="utf-8"))
    named = [
        (form, Term(entry["name"], entry["meaning"]))
        for entry in table["term"]
        for form in (entry["name"], *entry.get("forms", ()))
    ]
    forms = sorted((form for form, _ in named), key=len, reverse=True)
    # "MS" is a disease, "ms" a unit of time: capitals count where a form is all capitals.
    alternatives = "|".join(f"(?-i:{re.escape(f)})" if f.isupper() else re.escape(f) for f in forms)
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)", re.IGNORECASE), {
        form.casefold(): term for form, term in named
    }
