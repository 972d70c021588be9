"""The arithmetic of docs/scale.md, worked out by hand for round costs."""

import pytest

from benchmarks.capacity import GIB, Cost, Machines, plan

ROUND = Cost(
    build_core_s=0.36, folder_bytes=1024, reader_bytes=GIB // 1000, vector_bytes=GIB // 100,
    hand_over_s=0.0036,
)  # fmt: skip
TEN = Machines(cores=10, memory_gib=10, used=0.5, copies=2, efficiency=0.5, builders=4)


def test_costs_are_multiplied_and_machines_rounded_up() -> None:
    found = plan(10_000, cost=ROUND, machines=TEN)

    assert found.build_core_hours == pytest.approx(1.0)  # 10,000 x .36 s
    assert found.rebuild_hours == pytest.approx(1 / 20)  # 4 machines of 10 cores, half as good
    assert found.folder_gib == pytest.approx(10_000 / 1024**2)
    assert found.vectors_gib == pytest.approx(100, rel=1e-5)
    assert found.search_machines == 40  # twice 100 GiB, 5 GiB a machine
    assert found.reader_gib == pytest.approx(10, rel=1e-5)
    assert (found.readers_fit, found.libraries) == (False, 2)
    assert found.hand_over_hours == pytest.approx(0.01)


def test_a_small_library_fits_one_machine() -> None:
    found = plan(1000, cost=ROUND, machines=TEN)

    assert (found.readers_fit, found.libraries) == (True, 1)


def test_no_passages_are_no_plan() -> None:
    with pytest.raises(ValueError, match="at least one passage"):
        plan(0)
