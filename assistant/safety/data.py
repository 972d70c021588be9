"""The safety package's own data files, read when the package is imported and never again."""

import tomllib
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


def load(name: str) -> dict[str, Any]:
    """One TOML file of this package, by its path below the package."""
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
