"""The pattern files as detectors: which findings a text gives, and what speaks against one.

A finding is a place where a pattern of a group ends. A guard takes back findings in sentences that
it covers ("can ALS ..." asks for information); a negation right before a pattern takes back that
one.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from assistant.safety.data import FOLDER, load
from assistant.safety.grammar import Pattern, Step, parse
from assistant.safety.places import Places
from assistant.safety.vocabulary import Vocabulary


@dataclass(slots=True)
class _Branch:
    """Patterns that begin alike share their first steps, which are then worked out once."""

    ends_here: bool = False
    next: dict[Step, "_Branch"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Guard:
    """Sentences in which a finding does not count: `when` matches and `unless` does not."""

    when: _Branch
    unless: _Branch


@dataclass(frozen=True, slots=True)
class Group:
    """Patterns with one reason behind them.

    `negation_reach`: how many words may stand between a negation and the pattern it takes back ("no
    real chest pain": 1); None where a negation changes nothing.
    `language`: the group counts only in texts of that language, because its words mean something
    else in others ("kind"); None where it counts everywhere.
    `language`: the group counts only in texts of that language; its words mean something else in
    others ("kind"). None where it counts everywhere.
    """

    id: str
    tree: _Branch
    guards: tuple[str, ...]
    negation_reach: int | None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Detector:
    """One question about a text: does any group find anything?"""

    groups: tuple[Group, ...]

    def finds(self, places: Places, language: str | None) -> bool:
        """Whether a finding is left after negation and guards; `language` is the text's."""
        guarded: dict[str, int] = {}
        return any(
            _finds(group, places, guarded)
            for group in self.groups
            if group.language in (None, language)
        )


def _finds(group: Group, places: Places, guarded: dict[str, int]) -> bool:
    """`guarded` remembers what each guard covers in this text."""
    allowed = places.every
    if group.negation_reach is not None:
        allowed &= ~(places.skip(places.negations, group.negation_reach) << 1)
    found = places.last_words(_ends(group.tree, places, allowed))
    for name in group.guards:
        if not found:
            return False
        if name not in guarded:
            guarded[name] = covered(GUARDS[name], places)
        found &= ~guarded[name]
    return found != 0


def covered(guard: Guard, places: Places) -> int:
    """All words of the sentences that the guard covers."""
    when = places.sentences(_ends(guard.when, places, places.every))
    return when and when & ~places.sentences(_ends(guard.unless, places, places.every))


def _ends(tree: _Branch, places: Places, allowed: int) -> int:
    """Places where a pattern of the tree ends that begins at an allowed place."""
    found = 0
    for step, branch in tree.next.items():
        found |= _ends_after(branch, places, places.begin(step.element, allowed))
    return found


def _ends_after(branch: _Branch, places: Places, ends: int) -> int:
    if not ends:
        return 0
    found = ends if branch.ends_here else 0
    for step, longer in branch.next.items():
        found |= _ends_after(longer, places, places.follow(step, ends))
    return found


def _tree(patterns: Iterable[Pattern]) -> _Branch:
    root = _Branch()
    for pattern in patterns:
        branch = root
        for step in pattern:
            branch = branch.next.setdefault(step, _Branch())
        branch.ends_here = True
    return root


_ALL_PATTERNS: list[Pattern] = []
_SHARED: dict[str, str] = load("patterns/words.toml")["words"]


def _parse_all(lines: Iterable[str], data: dict[str, Any]) -> _Branch:
    classes = _SHARED | data.get("words", {})
    patterns = [parse(line, classes) for line in lines]
    _ALL_PATTERNS.extend(patterns)
    return _tree(patterns)


def _read_detector(name: str) -> Detector:
    groups: list[Group] = []
    for path in sorted((FOLDER / "patterns").glob(f"{name}*.toml")):
        data = load(f"patterns/{path.name}")
        for group in data["group"]:
            tree = _parse_all(group["any"], data)
            guards = tuple(group.get("guards", ()))
            reach, language = group.get("negation_reach"), group.get("language")
            groups.append(Group(group["id"], tree, guards, reach, language))
    return Detector(tuple(groups))


def _read_guards() -> dict[str, Guard]:
    data = load("patterns/guards.toml")
    return {
        guard["id"]: Guard(_parse_all(guard["when"], data), _parse_all(guard["unless"], data))
        for guard in data["guard"]
    }


GUARDS = _read_guards()
DETECTORS = {
    name: _read_detector(name)
    for name in (
        "crisis", "emergency", "personal", "prognosis", "medicine", "child", "pregnancy", "cautious"
    )
}  # fmt: skip
_KEY_WORDS, _OTHER_WORDS = (
    frozenset(" ".join(load("key_words.toml")[name].values()).split())
    for name in ("words", "other_words")
)
VOCABULARY = Vocabulary(_ALL_PATTERNS, _KEY_WORDS, _OTHER_WORDS)
