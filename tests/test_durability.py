"""SAFETY F1 to F4 and F6 in short; the long forms are the benchmarks kills, damage, reingest."""

from pathlib import Path

import pytest

from benchmarks import damage, kills, reingest
from benchmarks.shelf import arrange, held, ingest
from ingest import IndexUnusableError
from ingest.index import disk


def test_ingests_that_are_killed_lose_nothing_and_the_old_index_answers_meanwhile(
    tmp_path: Path,
) -> None:
    found = kills.kill_at_random(tmp_path, 20, seed=3)

    assert (found["n_killed"], found["n_documents_lost"]) == (20, 0)
    assert int(str(found["n_looks_meanwhile"])) > 0


def test_an_ingest_killed_at_a_change_of_the_disk_leaves_one_whole_index(tmp_path: Path) -> None:
    found = kills.kill_at_every_call(tmp_path, every=11)

    assert int(str(found["n_killed_before_a_call"])) >= 8


def test_a_change_of_the_disk_that_fails_leaves_the_old_index_and_no_litter(
    tmp_path: Path,
) -> None:
    found = kills.fail_at_every_call(tmp_path, every=7)

    assert int(str(found["n_faults"])) >= 12


def test_every_flipped_bit_is_found_and_its_file_named(tmp_path: Path) -> None:
    found = damage.flip_bits(tmp_path, 84, seed=3)

    assert found == {"n_flips": 84, "n_flips_found": 84, "n_files": 42}


def test_a_full_disk_leaves_the_old_index_and_says_so(tmp_path: Path) -> None:
    assert damage.fill_disk(tmp_path, 4)["n_full_disks"] == 4


def test_a_limit_on_the_size_of_files_leaves_the_old_index(tmp_path: Path) -> None:
    assert damage.limit_files(tmp_path, 2) == {"n_file_limits": 2, "n_file_limits_refused": 2}


def test_questions_during_re_ingests_are_answered_from_one_generation_each(
    tmp_path: Path,
) -> None:
    found = reingest.reingest(tmp_path, 3, 20.0)

    assert (found["n_errors"], found["n_answers_that_mix_generations"]) == (0, 0)
    assert int(str(found["n_generations_answered_from"])) >= 2


def test_a_second_writer_is_turned_away_and_the_lock_of_a_killed_one_is_free(
    tmp_path: Path,
) -> None:
    assert reingest.lock(tmp_path, n=1)["stale_lock_recovered"]


def test_the_harness_sees_an_index_that_loses_a_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What these tests would miss if they could not fail: a file that is not written."""
    before = arrange(tmp_path / "articles", 1)
    ingest(tmp_path / "articles", tmp_path / "index")
    after = arrange(tmp_path / "articles", 2)
    write = disk.write_file
    monkeypatch.setattr(
        disk,
        "write_file",
        lambda p, parts: write(p, list(parts)[:1] if p.name != "documents.jsonl" else []),
    )

    ingest(tmp_path / "articles", tmp_path / "index")

    with pytest.raises((IndexUnusableError, AssertionError, ValueError)):
        kills.expect(tmp_path / "index", before, after)
    assert held
