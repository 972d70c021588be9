"""The figures of Quoth beside other libraries, by hand; the libraries are not run here."""

import math
from pathlib import Path

import pytest

from benchmarks.beir import Beir
from benchmarks.peers import Served, first_right, ndcg_at_10
from benchmarks.pictures import bars
from benchmarks.questions import Accepted, Question
from ingest import Index, build_index, load_index
from tests.conftest import HashingEncoder

ARTICLES = {
    "feet.txt": "Feet\n\nFrost bites.\n\nWool warms.\n",
    "hats.txt": "Hats\n\nFelt is dry.\n",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder: Path = tmp_path_factory.mktemp("peers")
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    build_index([folder], folder / "index", encoder=HashingEncoder())
    loaded = load_index(folder / "index")
    assert [p.text for p in loaded.passages] == ["Frost bites.", "Wool warms.", "Felt is dry."]
    return loaded


def test_a_first_passage_is_right_when_it_holds_accepted_words_of_the_accepted_article(
    index: Index,
) -> None:
    warm = Question("1", "What warms?", (Accepted("feet.txt", "Wool  warms"),))
    dry = Question(
        "2", "What is dry?", (Accepted("feet.txt", "Felt is dry"),)
    )  # stands in hats.txt
    none = Question("3", "What is blue?", ())

    assert first_right([warm, dry, none], [[1, 0], [2], [0]], index) == 0.5
    assert first_right([warm], [[0, 1]], index) == 0.0
    assert first_right([warm], [[]], index) == 0.0


def test_ndcg_counts_each_document_where_its_best_passage_stands(index: Index) -> None:
    beir = Beir(
        "x", Path("x"), {"q": "dry", "r": "warm"}, {"q": {"hats.txt": 1}, "r": {"feet.txt": 1}}
    )

    # q: feet, feet, hats: the second document, 1 / log2(3); r: the first document, 1.
    expected = (1 / math.log2(3) + 1) / 2
    assert ndcg_at_10(beir, [[0, 1, 2], [1, 2]], index) == pytest.approx(expected)


def test_times_are_in_milliseconds_and_a_build_in_passages_a_second() -> None:
    served = Served(4.0, tuple([0.002] * 19 + [0.1]), ((0,),), 300.04)

    found = served.to_json(200)

    assert (found["p50_ms"], found["ready_s"], found["passages_per_s"]) == (2.0, 4.0, 50.0)
    assert found["resident_mib"] == 300.0


def test_the_longest_bar_has_the_whole_width_and_the_others_their_share() -> None:
    drawn = bars("a & b", {"one": (20.0, "20 ms"), "two": (5.0, "<5 ms>")})

    assert drawn.count("<rect ") == 3  # the ground and two bars
    assert 'width="340.0"' in drawn
    assert 'width="85.0"' in drawn
    assert "a &amp; b" in drawn
    assert "&lt;5 ms&gt;" in drawn
    with pytest.raises(ValueError, match="nothing to draw"):
        bars("empty", {})
