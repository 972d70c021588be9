"""The map of a library: the two directions of most variance, the same on every build."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from assistant.atlas import MARGIN, Atlas, atlas_of
from assistant.web.pictures import draw_map, draw_timeline
from ingest import Index, build_index, load_index
from tests.conftest import HashingEncoder

FILES = {
    "ice.md": "# Ice\n\nIce floats on water.\n\n## Cold\n\nSnow falls in winter.\n",
    "tea.md": "# Tea\n\nTea is brewed from leaves.\n\n## Milk\n\nMilk cools the tea.\n",
}


@pytest.fixture
def index(articles: Callable[..., Path], encoder: HashingEncoder, tmp_path: Path) -> Index:
    build_index([articles(FILES)], tmp_path / "index", encoder=encoder)
    return load_index(tmp_path / "index")


@pytest.fixture
def atlas(index: Index) -> Atlas:
    return atlas_of(index)


def test_every_passage_lies_inside_the_margins_and_the_widest_touch_them(atlas: Atlas) -> None:
    assert len(atlas.points) == len(atlas.places)
    assert atlas.points.min(axis=0) == pytest.approx([MARGIN, MARGIN], abs=1e-5)
    assert atlas.points.max(axis=0) == pytest.approx([1 - MARGIN, 1 - MARGIN], abs=1e-5)


def test_the_directions_are_those_of_a_singular_value_decomposition(
    index: Index, atlas: Atlas
) -> None:
    vectors = index.passage_vectors.vectors()
    centred = vectors - vectors.mean(axis=0)
    _, _, rows = np.linalg.svd(centred, full_matrices=False)
    first = centred @ rows[0]
    x = atlas.points[:, 0]

    assert abs(np.corrcoef(first, x)[0, 1]) == pytest.approx(1, abs=1e-4)


def test_a_question_that_is_a_passage_s_vector_lies_on_that_passage(
    index: Index, atlas: Atlas
) -> None:
    vector = index.passage_vectors.vectors()[1]
    place = atlas.places[1]

    assert atlas.point_of(vector) == pytest.approx(tuple(atlas.points[1].tolist()), abs=1e-5)
    assert atlas.point_at(place.document_id, place.start) == pytest.approx(
        tuple(atlas.points[1].tolist())
    )
    assert atlas.point_at("nothing.md", 0) is None


def test_a_picture_is_the_same_each_time_and_names_no_place_outside(atlas: Atlas) -> None:
    once, again = draw_map(atlas, ("ice.md",)), draw_map(atlas, ("ice.md",))
    timeline = draw_timeline([2017.5, 2017.1, 2020.0], scheme="dark").decode()

    assert once == again
    assert "<svg" in timeline
    for picture in (once.decode(), timeline):
        assert 'href="http' not in picture
        assert "<script" not in picture
        assert "@import" not in picture
