"""Words that are neighbours in a question, and whether a passage has them side by side."""

import math
from pathlib import Path

import pytest

from assistant.proximity import Pairs
from assistant.rank import LARGE, WEIGHTS, rank
from assistant.ranking import Ranking
from assistant.records import Scorer
from assistant.understand import understand
from ingest import Index, build_index, load_index
from tests.conftest import HashingEncoder

VALVE = "The stenosis of the valve is mended through a vein that goes to the pulmonary artery."
VEIN = "Pulmonary vein stenosis is rare."


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder: Path = tmp_path_factory.mktemp("pairs")
    (folder / "a.txt").write_text(f"Vessels\n\n{VALVE}\n\n{VEIN}\n", encoding="utf-8")
    build_index([folder], folder / "index", encoder=HashingEncoder())
    return load_index(folder / "index")


@pytest.mark.parametrize(
    ("question", "text", "apart"),
    [
        ("pulmonary vein stenosis", VEIN, 0),
        ("pulmonary vein stenosis", VALVE, 1),
        ("zorpen blicken", "The zorpen is the blicken.", 0),  # in a text such words do not count
        ("stenosis of the vein", "A vein stenosis.", None),  # in a question they part
        ("zorpen blicken of frumel quaxel", "Blicken, zorpen. A frumel and a blue quaxel.", 1 / 2),
        ("zorpen twitching", "Zorpen fasciculations.", 0),  # a reviewed word of the same meaning
        ("zorpen zorpen", "Zorpen.", None),  # a word is no neighbour of itself
        ("", "", None),
    ],
)
def test_the_share_of_neighbours_that_a_text_has_apart(
    index: Index, question: str, text: str, apart: float | None
) -> None:
    pairs = Pairs(understand(question), index)

    assert bool(pairs) is (apart is not None)
    if apart is not None:
        assert pairs.apart(text) == pytest.approx(apart)


def ranked(index: Index, *cosines: float) -> list[tuple[int, float]]:
    """Row and strength, best first, of a question whose words both passages have."""
    runs = {
        Scorer.COSINE: Ranking.of(Scorer.COSINE, enumerate(cosines), index.passages),
        Scorer.BM25: Ranking.of(Scorer.BM25, [], index.passages),
        Scorer.FAQ_COSINE: Ranking.of(Scorer.FAQ_COSINE, [], index.passages),
    }
    ranking = rank(understand("pulmonary vein stenosis"), runs, index)
    return [(scored.row, scored.score) for scored in ranking]


def test_words_that_stand_apart_count_in_a_large_library_only(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = ranked(index, 0.61, 0.6)
    monkeypatch.setattr("assistant.rank.LARGE", 1)
    large = ranked(index, 0.61, 0.6)

    taken_off = WEIGHTS.apart * math.log(2)  # two passages, one of which has all the words apart
    assert len(index.passages) < LARGE
    assert [row for row, _ in small] == [0, 1]
    assert large == [
        (1, pytest.approx(dict(small)[1])),
        (0, pytest.approx(dict(small)[0] - taken_off)),
    ]


def test_what_is_not_read_counts_as_apart(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    small = dict(ranked(index, 0.5, 0.6))
    monkeypatch.setattr("assistant.rank.LARGE", 1)
    monkeypatch.setattr("assistant.rank.READ", 0)

    taken_off = WEIGHTS.apart * math.log(2)
    assert dict(ranked(index, 0.5, 0.6)) == pytest.approx(
        {r: s - taken_off for r, s in small.items()}
    )
