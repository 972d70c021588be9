"""The pattern files as detectors: which findings a text gives, and what speaks against one.

A finding is a place where a pattern of a group ends. A guard takes back findings in sentences that
it covers ("can ALS ..." asks for information); a negation right before a pattern takes back that
one.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from assistant.safety.data import FOLDER, load
from assistant.safety.grammar import Element, Pattern, Step, parse
from assistant.safety.places import Places
from assistant.safety.vocabulary import Vocabulary


@dataclass(slots=True)
class _Branch:
    """Patterns that begin alike share their first steps, which are then worked out once."""

    ends_here: bool = False
    next: dict[Step, "_Branch"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Tree:
    """The patterns of a group by the element they begin with, by its id.

    Of thousands of patterns a question begins a few dozen; the rest is not even looked at.
    """

    begin: Mapping[int, tuple[tuple[Step, _Branch], ...]]
    firsts: frozenset[int]


@dataclass(frozen=True, slots=True)
class Guard:
    """Sentences in which a finding does not count: `when` matches and `unless` does not."""

    when: _Tree
    unless: _Tree


@dataclass(frozen=True, slots=True)
class Group:
    """Patterns with one reason behind them.

    `negation_reach`: how many words may stand between a negation and the pattern it takes back ("no
    real chest pain": 1); None where a negation changes nothing.
    `language`: the group counts only in texts of that language; its words mean something else in
    others ("kind"). None where it counts everywhere.
    """

    id: str
    tree: _Tree
    guards: tuple[str, ...]
    negation_reach: int | None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Detector:
    """One question about a text: does any group find anything, and where?"""

    groups: tuple[Group, ...]

    def finds(self, places: Places, language: str | None, covers: "Covers") -> bool:
        """Whether a finding is left after negation and guards; `language` is the text's."""
        return any(_find(group, places, covers) for group in self._groups(language))

    def find(
        self, places: Places, language: str | None, covers: "Covers", *, only: str | None = None
    ) -> int:
        """The last words of all findings, as bits; `only` names the one group that is asked."""
        found = 0
        for group in self._groups(language):
            if only in (None, group.id):
                found |= _find(group, places, covers)
        return found

    def _groups(self, language: str | None) -> Iterator[Group]:
        return (group for group in self.groups if group.language in (None, language))


class Covers:
    """The words of one text that each guard covers, worked out when first asked for."""

    def __init__(self, guards: Mapping[str, Guard], places: Places) -> None:
        self._guards = guards
        self._places = places
        self._covered: dict[str, int] = {}

    def of(self, name: str) -> int:
        """All words of the sentences that the guard covers."""
        if name not in self._covered:
            guard, places = self._guards[name], self._places
            when = places.sentences(_ends(guard.when, places, places.every))
            unless = when and places.sentences(_ends(guard.unless, places, places.every))
            self._covered[name] = when & ~unless
        return self._covered[name]


def _find(group: Group, places: Places, covers: Covers) -> int:
    allowed = places.every
    if group.negation_reach is not None:
        allowed &= ~(places.skip(places.negations, group.negation_reach) << 1)
    found = places.last_words(_ends(group.tree, places, allowed))
    for name in group.guards:
        if not found:
            return 0
        found &= ~covers.of(name)
    return found


def _ends(tree: _Tree, places: Places, allowed: int) -> int:
    """Places where a pattern of the tree ends that begins at an allowed place."""
    found = 0
    for element in tree.firsts & places.begun:
        for step, branch in tree.begin[element]:
            found |= _ends_after(branch, places, places.begin(step.element, allowed))
    return found


def _ends_after(branch: _Branch, places: Places, ends: int) -> int:
    if not ends:
        return 0
    found = ends if branch.ends_here else 0
    for step, longer in branch.next.items():
        found |= _ends_after(longer, places, places.follow(step, ends))
    return found


def _tree(patterns: Iterable[Pattern]) -> _Tree:
    root = _Branch()
    for pattern in patterns:
        branch = root
        for step in pattern:
            branch = branch.next.setdefault(step, _Branch())
        branch.ends_here = True
    begin: dict[int, tuple[tuple[Step, _Branch], ...]] = {}
    for step, branch in root.next.items():
        begin[id(step.element)] = (*begin.get(id(step.element), ()), (step, branch))
    return _Tree(begin, frozenset(begin))


_NAMES = (
    "crisis", "emergency", "personal", "prognosis", "medicine", "child", "pregnancy", "cautious"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Detectors:
    """All pattern files, parsed: the detectors by name, the guards by id, and every word."""

    by_name: Mapping[str, Detector]
    guards: Mapping[str, Guard]
    vocabulary: Vocabulary


@cache
def detectors() -> Detectors:
    """Read when first asked for: importing the package costs nothing."""
    read = _Reader()
    by_name = {name: read.detector(name) for name in _NAMES}
    guards = read.guards()
    ordinary = load("real_words.toml")["words"].split()
    return Detectors(
        by_name, guards, Vocabulary(read.words, elements=read.elements, ordinary=ordinary)
    )


class _Reader:
    """Reads pattern files and keeps all words that stand in them."""

    def __init__(self) -> None:
        self.words: set[str] = set()
        self.elements: set[Element] = set()
        self._shared: dict[str, str] = load("patterns/words.toml")["words"]

    def detector(self, name: str) -> Detector:
        groups: list[Group] = []
        for path in sorted((FOLDER / "patterns").glob(f"{name}*.toml")):
            data = load(f"patterns/{path.name}")
            for group in data["group"]:
                tree = self._tree(group["any"], data)
                guards = tuple(group.get("guards", ()))
                reach, language = group.get("negation_reach"), group.get("language")
                groups.append(Group(group["id"], tree, guards, reach, language))
        return Detector(tuple(groups))

    def guards(self) -> dict[str, Guard]:
        data = load("patterns/guards.toml")
        return {
            guard["id"]: Guard(self._tree(guard["when"], data), self._tree(guard["unless"], data))
            for guard in data["guard"]
        }

    def _tree(self, lines: Iterable[str], data: Mapping[str, Any]) -> _Tree:
        classes = self._shared | data.get("words", {})
        patterns = [parse(line, classes) for line in lines]
        elements = {step.element for pattern in patterns for step in pattern}
        self.elements |= elements
        for element in elements:
            self.words |= element.words.union(*element.rows)
        return _tree(patterns)
