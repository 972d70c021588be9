"""The retrieval benchmark: a BEIR folder in, one line of figures a system out."""

import json
from pathlib import Path

import pytest

from benchmarks.beir import Beir, read_beir
from benchmarks.retrieval import documents_of, indexed, measure, to_json
from benchmarks.systems import SYSTEMS, rrf
from ingest import Index
from tests.conftest import HashingEncoder

CORPUS = (
    {"_id": "wool", "title": "Sheep", "text": "Wool makes feet warm."},
    {"_id": "copy", "title": "Sheep", "text": "Wool makes feet warm."},
    {"_id": "frost", "title": "Dew", "text": "Frost makes feet cold."},
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "qrels").mkdir()
    (tmp_path / "corpus.jsonl").write_text("\n".join(map(json.dumps, CORPUS)), encoding="utf-8")
    queries = [{"_id": "q1", "text": "cold frost"}, {"_id": "q2", "text": "unjudged"}]
    (tmp_path / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)), encoding="utf-8")
    (tmp_path / "qrels/dev.tsv").write_text(
        "query-id\tcorpus-id\tscore\nq1\tfrost\t2\nq1\twool\t0\n", encoding="utf-8"
    )
    return tmp_path


@pytest.fixture
def index(folder: Path) -> Index:
    return indexed(folder / "corpus.jsonl", folder / "index", HashingEncoder())


def test_only_judged_queries_are_asked(folder: Path) -> None:
    beir = read_beir(folder)

    assert beir.queries == {"q1": "cold frost"}
    assert beir.qrels == {"q1": {"frost": 2, "wool": 0}}
    assert beir.n_judgments == 2


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda f: (f / "queries.jsonl").unlink(), "is no BEIR folder"),
        (lambda f: (f / "qrels/test.tsv").write_text("x"), "name one split with --split"),
        (
            lambda f: (f / "qrels/dev.tsv").write_text("query-id\tcorpus-id\tscore\nq9\ta\t1\n"),
            "judged, but not in queries.jsonl: q9",
        ),
    ],
)
def test_an_incomplete_folder_is_refused(folder: Path, spoil: object, message: str) -> None:
    assert callable(spoil)
    spoil(folder)

    with pytest.raises(ValueError, match=message):
        read_beir(folder)


def test_a_document_stands_where_its_best_passage_stands(index: Index) -> None:
    rows = {passage.text: row for row, passage in enumerate(index.passages)}
    wool, frost = rows["Wool makes feet warm."], rows["Frost makes feet cold."]

    assert documents_of([frost, wool, frost], index) == ["frost", "wool", "copy"]
    assert documents_of([frost, wool], index, only={"copy"}) == ["copy"]
    assert documents_of([frost, wool], index, k=1) == ["frost"]


def test_every_system_has_a_line_and_says_how_far_it_is_from_the_app(
    folder: Path, index: Index
) -> None:
    beir = read_beir(folder)

    app, *others = to_json(measure(beir, index, HashingEncoder()), beir)

    assert app["system"] == "app"
    assert [line["system"] for line in others] == list(SYSTEMS)[1:]
    assert app["queries"] == 1
    assert app["judgments"] == 2
    assert (app["nDCG@10"], app["recall@100"], app["MRR@10"]) == (1.0, 1.0, 1.0)
    assert app["mean_grade@1"] == 2.0
    assert app["interval"]["nDCG@10"] == [1.0, 1.0]  # type: ignore[index]
    assert "minus_app" not in app
    assert all(line["minus_app"]["recall@100"] == [0.0, 0.0, 0.0] for line in others)  # type: ignore[index]


def test_an_index_that_is_up_to_date_is_not_built_again(folder: Path, index: Index) -> None:
    again = indexed(folder / "corpus.jsonl", folder / "index", HashingEncoder())

    assert again.manifest.generation == index.manifest.generation


def test_judged_only_orders_the_judged_documents_and_no_others(folder: Path, index: Index) -> None:
    unjudged_best = Beir("x", folder, {"q": "cold frost"}, {"q": {"wool": 1, "copy": 0}})

    (app,) = measure(unjudged_best, index, HashingEncoder(), judged_only=True, systems=["app"])

    assert app.values["MRR@10"] == {"q": 1.0}


def test_fused_ranks_are_sums_of_one_over_sixty_plus_rank() -> None:
    # 8: 1/62 + 1/61; 7: 1/61; 9: 1/62. Ties keep first appearance.
    assert rrf([[7, 8], [8, 9]]) == [8, 7, 9]
    assert rrf([[5, 3], [3, 5]]) == [5, 3]
    assert rrf([]) == []
