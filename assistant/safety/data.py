"""The safety package's own data files, each read when it is first needed and never again."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@cache
def load(name: str) -> dict[str, Any]:
    """One TOML file of this package, by its path below the package."""
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
