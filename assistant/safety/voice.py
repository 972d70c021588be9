"""Everything the app says in its own words: a closed set of fixed sentences (R1, R2, R5)."""

from collections.abc import Mapping
from string import Formatter
from typing import Any

from assistant.safety.data import load

_VOICE = load("voice.toml")
_HELPLINES = load("helplines.toml")
LANGUAGES: Mapping[str, Mapping[str, str]] = {
    code: entry for code, entry in load("languages.toml").items() if code != "reviewed"
}
REVIEWED = _VOICE["reviewed"]
HELPLINES_REVIEWED = _HELPLINES["reviewed"]
REGIONS = frozenset(_HELPLINES["regions"])


def disclaimer() -> str:
    """The one disclaimer, part of every reply on every surface (R5)."""
    return sentence("disclaimer")


def sentence(id: str) -> str:
    """The fixed sentence of this id; one with slots (counts, titles, dates) comes unfilled.

    Raises:
        KeyError: the voice file has no such id.
    """
    return str(_VOICE[id]["text"]).strip()


def label(id: str) -> str:
    """What the control of this gate is called ("prognosis_gate", "crisis_gate")."""
    return str(_VOICE[id]["label"])


def sentence_ids() -> tuple[str, ...]:
    """All ids, so that a test can walk through everything the app can say."""
    return tuple(id for id, entry in _VOICE.items() if isinstance(entry, dict))


def slots(id: str) -> frozenset[str]:
    """The names of the slots in a sentence."""
    return frozenset(name for _, name, _, _ in Formatter().parse(sentence(id)) if name)


def crisis_text(region: str | None = None) -> str:
    """The crisis card, with the helplines of one region where an operator has set it.

    Raises:
        KeyError: the helpline file has no such region.
    """
    entry: Mapping[str, Any] = (
        _HELPLINES["default"] if region is None else _HELPLINES["regions"][region]
    )
    return sentence("crisis").format(helplines=entry["crisis"])
