"""The scale benchmark: what it makes up, what it counts, and what it compares."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.scale import grown, measure
from ingest import build_index, load_index
from tests.conftest import HashingEncoder


def test_rows_that_are_missing_lie_between_neighbours_and_the_real_ones_come_first() -> None:
    real = np.eye(8, dtype=np.float32)

    found = grown(real, 40)

    assert np.array_equal(found[:8], real)
    assert np.array_equal(grown(real, 3), real[:3])
    assert np.linalg.norm(found, axis=1) == pytest.approx(np.ones(40))
    for row in found[8:]:
        one, other = np.flatnonzero(row)
        assert min((one - other) % 8, (other - one) % 8) <= 4  # of 8 in a ring, 5 away is 3 away


@pytest.mark.slow
def test_exact_search_finds_all_and_lists_are_measured_on_other_questions(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    for n in range(90):
        text = (
            f"# Wool{n}\n\n## FAQ\n\n### Is wool{n} warm?\n\nWool{n} socks warm toe{n} feet."
            f" Ice{n} is cold.\n"
        )
        (folder / f"{n}.md").write_text(text, encoding="utf-8")
    build_index([folder], tmp_path / "index", encoder=HashingEncoder())
    (tmp_path / "ice.txt").write_text("Ice is cold.", encoding="utf-8")
    empty = tmp_path / "empty"
    build_index([tmp_path / "ice.txt"], empty, encoder=HashingEncoder())

    with pytest.raises(ValueError, match="answers no question"):
        measure(load_index(empty), [100])
    found = measure(load_index(tmp_path / "index"), [100, 400], n_questions=30)

    assert (found["texts"], found["questions"]) == (270, 30)
    for size in ("100", "400"):
        figures = found[size]
        assert isinstance(figures, dict)
        assert figures["exact"]["recall_at_10"] > 0.95  # equal cosines may change places
        assert figures["exact"]["own_bytes_a_vector"] > 0
        assert 0 < figures["exact"]["p50_ms"] <= figures["exact"]["p95_ms"]
    assert isinstance(found["growth"], float)
