"""The gate: no figure falls below its floor, and no floor falls by accident."""

from pathlib import Path

import pytest

from benchmarks.beir import read_beir
from benchmarks.gate import fallen, raised, read_floors, replaced, write_floors
from benchmarks.gate_figures import answering, declining, part_of, retrieving, sha256_of
from ingest import load_encoder
from ingest.options import DEFAULT_MODEL
from tests.conftest import REPOSITORY

ASKED = REPOSITORY / "benchmarks/data/starter_accept.jsonl"


def test_a_figure_below_its_floor_is_named_with_both() -> None:
    floors = {"a": 0.9, "b": 0.9, "c": 0.9, "not measured": 1.0}

    assert fallen({"a": 0.896, "b": 0.89, "c": 0.95}, floors) == ["b is 0.8900, its floor 0.9000"]


def test_pinning_raises_floors_and_lowers_none() -> None:
    floors = {"a": 0.9, "b": 0.8, "kept": 1.0}

    assert raised({"a": 0.899, "b": 0.85, "new": 0.5}, floors) == {
        "a": 0.9,
        "b": 0.85,
        "kept": 1.0,
        "new": 0.5,
    }


def test_a_floor_falls_only_on_purpose() -> None:
    with pytest.raises(ValueError, match=r"^a is 0\.5000, its floor .*--allow-regression$"):
        raised({"a": 0.5}, {"a": 0.9})

    assert replaced({"a": 0.5}, {"a": 0.9, "b": 1.0}) == {"a": 0.5, "b": 1.0}


def test_floors_are_read_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "floors.json"
    assert read_floors(path) == ({}, {})

    write_floors({"a": 0.9}, {"data": "00"}, path)

    assert read_floors(path) == ({"a": 0.9}, {"data": "00"})


def test_a_checksum_is_of_names_and_content(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/x").write_text("1", encoding="utf-8")
    before = sha256_of(tmp_path / "a")

    (tmp_path / "a/x").rename(tmp_path / "a/y")

    assert sha256_of(tmp_path / "a") != before


@pytest.mark.slow
def test_the_starter_library_holds_its_floors(starter_index: Path) -> None:
    floors, data = read_floors()
    assert data["starter questions"] == sha256_of(ASKED), "the questions changed: pin again"

    assert fallen(answering("starter", ASKED, starter_index), floors) == []


@pytest.mark.slow
def test_the_source_articles_hold_their_floors(seeds_index: Path, shared_eval: Path) -> None:
    floors, data = read_floors()
    questions = shared_eval / "twitching/questions_dev.jsonl"
    off_topic = shared_eval / "abstention/offtopic_clinc_dev.jsonl"
    assert data["source articles"] == sha256_of(shared_eval.parent / "seeds"), "pin again"

    measured = answering("source articles", questions, seeds_index)
    measured |= declining("source articles", off_topic, seeds_index, load_encoder(DEFAULT_MODEL))

    assert fallen(measured, floors) == []


@pytest.mark.slow
def test_a_part_of_scifact_holds_its_floor(shared_eval: Path, tmp_path: Path) -> None:
    floors, data = read_floors()
    folder = shared_eval / "scifact"
    assert data["part of scifact"] == sha256_of(
        part_of(read_beir(folder), tmp_path / "scifact.jsonl").corpus
    ), "the draw changed: pin again"

    assert fallen(retrieving(folder, tmp_path / "part", load_encoder(DEFAULT_MODEL)), floors) == []
