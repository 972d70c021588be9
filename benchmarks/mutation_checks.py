"""Runs the safety tests over one mutant: `python -m benchmarks.mutation_checks MODULE PLACE`.

Exit code 0: no test noticed the change, so the mutant survives.
"""

import ast
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import pytest

from benchmarks.mutation import mutate

TESTS = ("words", "screen", "language", "likeness", "phrases")  # the quickest first


class Mutant(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives the changed module in place of the one on disk."""

    def __init__(self, module: str, place: int) -> None:
        self._name, self._place = f"assistant.safety.{module}", place
        self._path = Path("assistant/safety") / f"{module}.py"

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """A spec for the changed module only."""
        if fullname != self._name:
            return None
        return importlib.util.spec_from_file_location(fullname, self._path, loader=self)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> None:
        """The default module."""

    def exec_module(self, module: ModuleType) -> None:
        """Run the changed code."""
        tree = ast.parse(self._path.read_text(encoding="utf-8"))
        mutate(tree, self._place)
        exec(compile(tree, str(self._path), "exec"), module.__dict__)


def main(module: str, place: str) -> int:
    """The exit code of pytest, which stops at the first test that fails."""
    for name in [name for name in sys.modules if name.startswith("assistant")]:
        del sys.modules[name]
    sys.meta_path.insert(0, Mutant(module, int(place)))
    files = [f"tests/test_safety_{name}.py" for name in TESTS]
    return int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", *files]))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
