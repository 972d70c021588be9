"""What a library of N passages takes: measured costs a passage, and a few assumptions, multiplied.

Nothing here was measured beyond a million vectors; docs/scale.md says where each number comes from
and what breaks first. Change an assumption and run it again.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import ceil

GIB = 1 << 30
HOUR_S = 3600


@dataclass(frozen=True, slots=True)
class Cost:
    """What one passage costs in a library of MedQuAD's shape, measured on 2 cores (docs/scale.md).

    42,067 passages, 3.9 statements and .38 questions to each, 384 dimensions.
    """

    build_core_s: float = 0.126  # 2,658 s on 2 cores: read, clean, cut, embed, index
    folder_bytes: int = 6_990  # 281 MiB
    reader_bytes: int = 8_150  # resident of a process that asks a server: words, places, postings
    vector_bytes: int = 8_110  # 5.28 vectors of 384 float32 in a server's memory, searched exactly
    hand_over_s: float = 99 / 42_067  # one writer to a standalone server on the same machine


@dataclass(frozen=True, slots=True)
class Machines:
    """What is assumed of the machines and of how they are used."""

    cores: int = 16
    memory_gib: int = 64
    used: float = 0.75  # of a machine's memory; the rest is the system's and a rebuild's
    copies: int = 2  # of each shard in the search engine, so that one may fail
    efficiency: float = 0.85  # of many builders, against one (benchmarks ray)
    builders: int = 8


@dataclass(frozen=True, slots=True)
class Plan:
    """What `n_passages` take."""

    n_passages: int
    build_core_hours: float
    rebuild_hours: float  # on `builders` machines
    folder_gib: float
    vectors_gib: float
    search_machines: int
    reader_gib: float
    readers_fit: bool  # whether one reader's words fit one machine
    libraries: int  # into how many libraries it must be split for its readers to fit
    hand_over_hours: float  # by one writer


def plan(n_passages: int, *, cost: Cost | None = None, machines: Machines | None = None) -> Plan:
    """Costs times passages, machines rounded up.

    Raises:
        ValueError: there is not one passage.
    """
    if n_passages < 1:
        raise ValueError(f"need at least one passage, not {n_passages}")
    cost, machines = cost or Cost(), machines or Machines()
    room = machines.memory_gib * machines.used
    core_hours = n_passages * cost.build_core_s / HOUR_S
    vectors = n_passages * cost.vector_bytes / GIB
    reader = n_passages * cost.reader_bytes / GIB
    return Plan(
        n_passages=n_passages,
        build_core_hours=core_hours,
        rebuild_hours=core_hours / (machines.builders * machines.cores * machines.efficiency),
        folder_gib=n_passages * cost.folder_bytes / GIB,
        vectors_gib=vectors,
        search_machines=ceil(vectors * machines.copies / room),
        reader_gib=reader,
        readers_fit=reader <= room,
        libraries=ceil(reader / room),
        hand_over_hours=n_passages * cost.hand_over_s / HOUR_S,
    )


def plans(sizes: Sequence[int]) -> list[dict[str, object]]:
    """Each plan as a row, numbers rounded to three figures."""
    return [{n: _rounded(v) for n, v in asdict(plan(size)).items()} for size in sizes]


def _rounded(value: object) -> object:
    return float(f"{value:.3g}") if isinstance(value, float) else value
