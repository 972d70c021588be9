"""The gate: figures that must not fall. `floors.json` holds them, and what they were measured on.

Pinning raises floors to what is measured now; it lowers one only when told to, so a regression is
a decision and not a slip.
"""

import json
from collections.abc import Mapping
from pathlib import Path

FLOORS = Path(__file__).with_name("floors.json")
TOLERANCE = 0.005  # vectors differ in the last digits between processors

Figures = dict[str, float]
Checksums = dict[str, str]


def read_floors(path: Path = FLOORS) -> tuple[Figures, Checksums]:
    """The floors and the checksums of the data behind them; empty before the first pinning."""
    if not path.exists():
        return {}, {}
    raw = json.loads(path.read_text(encoding="utf-8"))
    return raw["floors"], raw["data_sha256"]


def write_floors(floors: Figures, data: Checksums, path: Path = FLOORS) -> None:
    """Both, in the order of their names."""
    content = {"floors": floors, "data_sha256": data}
    path.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def fallen(measured: Mapping[str, float], floors: Mapping[str, float]) -> list[str]:
    """What lies below its floor, one sentence each. A floor that nobody measured is passed over."""
    return [
        f"{name} is {measured[name]:.4f}, its floor {floor:.4f}"
        for name, floor in floors.items()
        if name in measured and measured[name] < floor - TOLERANCE
    ]


def raised(measured: Mapping[str, float], floors: Mapping[str, float]) -> Figures:
    """Floors raised to what was measured; none is lowered.

    Raises:
        ValueError: a figure has fallen.
    """
    below = fallen(measured, floors)
    if below:
        raise ValueError("; ".join(below) + ". To lower a floor on purpose: --allow-regression")
    return {**floors, **{n: round(max(v, floors.get(n, v)), 4) for n, v in measured.items()}}


def replaced(measured: Mapping[str, float], floors: Mapping[str, float]) -> Figures:
    """Floors set to what was measured, lower ones too."""
    return {**floors, **{name: round(value, 4) for name, value in measured.items()}}
