"""Search by lists: what it finds, what it says of itself, and how it stands beside exact search."""

import json
from pathlib import Path

import numpy as np
import pytest

from ingest import (
    BuildOptions,
    IndexUnusableError,
    Vectors,
    add_articles,
    build_index,
    load_index,
    remove_documents,
)
from ingest.index.codec import manifest_from_json, manifest_to_json
from ingest.index.dense import DenseIndex
from ingest.index.inverted import RECALL, InvertedFile, tenth_best
from ingest.index.parts import PartedIndex
from ingest.records import Search
from tests.conftest import HashingEncoder


def unit(rows: Vectors) -> Vectors:
    scaled: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return scaled.astype(np.float32)


def clustered(n: int, *, seed: int = 1) -> Vectors:
    """Unit vectors around 40 centres, in 64 dimensions."""
    rng = np.random.default_rng(seed)
    centres = np.random.default_rng(0).standard_normal((40, 64))
    return unit(centres[rng.integers(40, size=n)] + 0.3 * rng.standard_normal((n, 64)))


def test_the_tenth_best_is_that_of_all_rows_in_whatever_order() -> None:
    cosines = [0.1, 0.9, 0.3, 0.2, 0.8, 0.7, 0.6, 0.5, 0.4, 0.35, 0.25, 1.0]
    vectors = np.array([[c, (1 - c * c) ** 0.5] for c in cosines], dtype=np.float32)

    found = tenth_best(vectors, np.array([[1, 0], [0, 1]], dtype=np.float32))

    assert found.tolist() == pytest.approx([0.25, (1 - 0.8**2) ** 0.5])  # .25 and of .8, .6
    assert tenth_best(vectors[:2], vectors[:1]).tolist() == pytest.approx(
        [0.1 * 0.9 + (0.99 * 0.19) ** 0.5]
    )


def test_lists_find_what_they_say_they_find_with_exact_cosines_in_order() -> None:
    vectors, queries = clustered(4000), clustered(50, seed=2)

    built = InvertedFile.build(vectors, queries)

    assert built is not None
    lists, how = built
    assert (how.n_lists, how.n_queries) == (63, 50)  # 63 * 63 < 4000 < 64 * 64
    bars = tenth_best(vectors, queries)
    assert how.recall == round(lists.recall(queries, bars), 4) >= RECALL
    hits = lists.search(queries[0], 5)
    assert hits == sorted(hits, key=lambda hit: -hit[1])
    for row, cosine in hits:
        assert cosine == pytest.approx(float(vectors[row] @ queries[0]), abs=1e-6)


def test_lists_that_do_not_find_enough_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.index.inverted.RECALL", 1.01)

    assert InvertedFile.build(clustered(400), clustered(20, seed=2)) is None


def test_more_hits_than_rows_are_not_made_up_and_no_query_without_a_length_is_taken() -> None:
    vectors = clustered(80)
    built = InvertedFile.build(vectors, vectors[:20])
    assert built is not None
    lists, _ = built

    assert 0 < len(lists.search(vectors[0], 500)) <= 80
    assert lists.search(vectors[0], 0) == []
    with pytest.raises(ValueError, match="not finite"):
        lists.search(np.full(64, np.nan, dtype=np.float32), 1)


def test_parts_are_searched_as_one_and_their_rows_are_counted_on() -> None:
    first = DenseIndex.build(np.array([[1, 0], [0, 1]], dtype=np.float32))
    second = DenseIndex.build(np.array([[0.6, 0.8]], dtype=np.float32))
    whole, query = PartedIndex([first, second]), np.array([[0, 1]], dtype=np.float32)

    assert (len(whole), whole.dimension) == (3, 2)
    assert whole.search(query, 2) == [(1, 1.0), (2, pytest.approx(0.8))]
    assert whole.scores([2, 0], query) == [(2, pytest.approx(0.8)), (0, 0.0)]
    assert whole.vectors()[2].tolist() == pytest.approx([0.6, 0.8])


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A library of 120 passages that is searched by lists."""
    folder = tmp_path / "articles"
    folder.mkdir()
    for n in range(120):
        words = f"Socks number{n % 12} warm toe{n} feet. Wool number{n % 12} is thick."
        (folder / f"{n}.txt").write_text(words, encoding="utf-8")
    options = BuildOptions(search=Search.LISTS)
    build_index([folder], tmp_path / "index", encoder=HashingEncoder(), options=options)
    return tmp_path / "index"


def test_a_library_with_lists_says_so_in_its_manifest_and_finds_the_same(library: Path) -> None:
    index, query = load_index(library), HashingEncoder().encode(["toe7 number7 socks"])
    exact = DenseIndex.build(index.passage_vectors.vectors())

    ((segment, how),) = index.manifest.inverted

    assert isinstance(index.passage_vectors, PartedIndex)
    assert (segment, how.n_lists, how.n_queries) == (index.manifest.segments[0], 3, 240)
    assert how.recall >= RECALL
    assert f"{segment}/passages.ivf" in {a.name for a in index.manifest.artefacts}
    assert index.passage_vectors.search(query, 1) == exact.search(query, 1)


def test_lists_stay_when_a_document_comes_and_are_made_again_when_one_goes(library: Path) -> None:
    before = load_index(library).manifest
    extra = library.parent / "extra.txt"
    extra.write_text("Gloves warm cold hands.", encoding="utf-8")

    add_articles([extra], library, encoder=HashingEncoder())
    added = load_index(library)
    remove_documents(["7.txt"], library, encoder=HashingEncoder())
    removed = load_index(library)

    assert added.manifest.inverted[0] == before.inverted[0]
    assert added.manifest.options_sha256 == before.options_sha256
    query = HashingEncoder().encode(["Gloves warm cold hands."])
    for index, n in ((added, 121), (removed, 120)):
        ((row, cosine),) = index.passage_vectors.search(query, 1)
        assert index.passages[row].text == "Gloves warm cold hands."
        assert (cosine, len(index.passage_vectors)) == (pytest.approx(1), n)
    assert removed.manifest.search is Search.LISTS


def test_damaged_lists_are_named(library: Path) -> None:
    (path,) = library.rglob("passages.ivf")
    content = bytearray(path.read_bytes())
    content[-9] ^= 1
    path.write_bytes(content)

    with pytest.raises(IndexUnusableError, match=r"passages\.ivf has changed"):
        load_index(library)


def test_a_small_library_is_searched_exactly_unless_told_otherwise(tmp_path: Path) -> None:
    article = tmp_path / "a.txt"
    article.write_text("Wool socks keep feet warm.", encoding="utf-8")

    build_index([article], tmp_path / "index", encoder=HashingEncoder())

    manifest = load_index(tmp_path / "index").manifest
    assert (manifest.search, manifest.inverted) == (Search.AUTO, ())


def test_a_manifest_of_before_there_were_lists_is_read(library: Path) -> None:
    manifest = load_index(library).manifest
    raw = json.loads(manifest_to_json(manifest))
    assert manifest_from_json(json.dumps(raw)) == manifest

    del raw["search"], raw["inverted"]

    older = manifest_from_json(json.dumps(raw))
    assert (older.search, older.inverted) == (Search.AUTO, ())
