"""Mutation testing of the detectors' code: one change at a time, and does a test notice?

Our own because mutmut and cosmic-ray copy or rewrite the working tree, and each start of pytest
costs seconds. Here a mutant is compiled in memory, in a process of its own that
runs the safety tests up to the first that fails (`mutation_checks.py`).
"""

import ast
import json
import random
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from assistant.safety.data import FOLDER

MODULES = (
    "detectors", "fold", "grammar", "language", "letters", "likeness", "places", "screen", "typos",
    "unspaced", "vocabulary", "words",
)  # fmt: skip
SWAPS = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd, ast.LShift: ast.RShift, ast.RShift: ast.LShift, ast.And: ast.Or,
    ast.Or: ast.And, ast.FloorDiv: ast.Mult, ast.Mod: ast.FloorDiv,
}  # fmt: skip
TIMEOUT_S = 120


def run(
    *, only: str = "", jobs: int = 2, sample: int | None = None, seed: int = 1
) -> dict[str, object]:
    """Try every mutant, or `sample` of them drawn at random.

    The counts, and each survivor as "file:line what was changed".
    """
    mutants = [
        (module, place)
        for module in MODULES
        if only in module
        for place in range(len(list(places_to_change(_tree(module)))))
    ]
    in_all = len(mutants)
    if sample is not None and sample < in_all:
        mutants = random.Random(seed).sample(mutants, sample)
    with ThreadPoolExecutor(jobs) as pool:
        notes = list(pool.map(_try, mutants))
    survivors = [note for note in notes if note]
    return {
        "in_all": in_all,
        "mutants": len(mutants),
        "killed": len(mutants) - len(survivors),
        "survivors": survivors,
    }


def _try(mutant: tuple[str, int]) -> str:
    """Empty when a check noticed the change (or the mutant hung), else what was changed."""
    module, place = mutant
    command = [sys.executable, "-m", "benchmarks.mutation_checks", module, str(place)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired:
        return ""
    return "" if done.returncode else _describe(module, place)


def places_to_change(tree: ast.AST) -> Iterator[tuple[ast.AST, str, int]]:
    """Where one change can be made: a node, the field that holds the operator, its number."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            yield from ((node, "ops", i) for i, op in enumerate(node.ops) if type(op) in SWAPS)
        elif isinstance(node, ast.BinOp | ast.BoolOp | ast.AugAssign) and type(node.op) in SWAPS:
            yield node, "op", 0
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.Invert):
            yield node, "operand", 0
        elif isinstance(node, ast.Constant) and type(node.value) in (int, bool, float):
            yield node, "value", 0


def mutate(tree: ast.Module, place: int) -> None:
    """Make one change in the tree."""
    node, field, number = list(places_to_change(tree))[place]
    if field == "ops":
        assert isinstance(node, ast.Compare)
        node.ops[number] = SWAPS[type(node.ops[number])]()  # type: ignore[call-overload]
    elif field == "op":
        assert isinstance(node, ast.BinOp | ast.BoolOp | ast.AugAssign)
        node.op = SWAPS[type(node.op)]()  # type: ignore[assignment]
    elif field == "operand":
        assert isinstance(node, ast.UnaryOp)
        node.op = ast.UAdd() if isinstance(node.op, ast.Invert) else ast.Not()
        if isinstance(node.op, ast.Not):
            node.operand = ast.UnaryOp(ast.Not(), node.operand)
    else:
        assert isinstance(node, ast.Constant)
        node.value = not node.value if isinstance(node.value, bool) else node.value + 1  # type: ignore[operator]
    ast.fix_missing_locations(tree)


def _tree(module: str) -> ast.Module:
    return ast.parse((FOLDER / f"{module}.py").read_text(encoding="utf-8"))


def _describe(module: str, place: int) -> str:
    node, field, _ = list(places_to_change(_tree(module)))[place]
    line = getattr(node, "lineno", 0)
    code = Path(FOLDER / f"{module}.py").read_text(encoding="utf-8").splitlines()[line - 1].strip()
    return f"{module}.py:{line} {field}: {json.dumps(code)}"
