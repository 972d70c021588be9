"""Stage 5: what is on disk is what was written, or it is not read at all."""

import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import bm25s
import numpy as np
import pytest
from filelock import FileLock

from ingest import (
    AskedQuestion,
    BuildOptions,
    IndexBusyError,
    IndexUnusableError,
    ModelError,
    NothingToIndexError,
    Vectors,
    build_index,
    is_up_to_date,
    load_index,
)
from ingest.index import analyse
from ingest.index.dense import DenseIndex
from ingest.index.generations import current
from ingest.index.lexical import LexicalIndex
from ingest.index.postings import Postings
from ingest.index.statements import Blocks, Statement, StatementIndex, rows_of
from tests.conftest import HashingEncoder

Write = Callable[[dict[str, str]], Path]
FEET = "Cold feet\n\nFeet get cold in winter.\n\nFAQ\n\nDo socks help? ›\n\nWool socks help most.\n"


@pytest.fixture
def built(articles: Write, tmp_path: Path, encoder: HashingEncoder) -> Path:
    """A small index of one article."""
    folder = articles({"feet.txt": FEET})
    build_index([folder], tmp_path / "index", encoder=encoder)
    return tmp_path / "index"


def message_after_flip(index_dir: Path, path: Path, bit: int) -> str:
    """What loading says with one bit of a file the other way round; the file is mended after."""
    whole = path.read_bytes()
    flipped = bytearray(whole)
    flipped[bit // 8] ^= 1 << bit % 8
    path.write_bytes(flipped)
    with pytest.raises(IndexUnusableError) as caught:
        load_index(index_dir)
    path.write_bytes(whole)
    return str(caught.value)


def forge_manifest(index_dir: Path, change: dict[str, object]) -> None:
    """Change the manifest, and make the pointer agree with it."""
    path = generation_folder(index_dir) / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    (index_dir / "CURRENT").write_text(f"{path.parent.name} {sha256}\n")


def generation_folder(index_dir: Path) -> Path:
    pointer = current(index_dir)
    assert pointer is not None
    return index_dir / "generations" / pointer[0]


def test_dense_search_equals_a_plain_dot_product() -> None:
    rng = np.random.default_rng(7)
    vectors = rng.normal(size=(50, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    query = vectors[3]

    hits = DenseIndex.build(vectors).search(query, 5)

    expected = vectors @ query
    order = sorted(range(50), key=lambda row: (-expected[row], row))[:5]
    assert [row for row, _ in hits] == order
    assert [score for _, score in hits] == pytest.approx([expected[row] for row in order], abs=1e-6)
    assert hits[0] == (3, pytest.approx(1.0, abs=1e-6))


def test_asking_for_more_than_there_is_gives_what_there_is() -> None:
    index = DenseIndex.build(np.eye(2, 4, dtype=np.float32))

    assert index.search(np.array([1, 0, 0, 0], dtype=np.float32), 10) == [(0, 1.0), (1, 0.0)]


def test_ties_come_in_the_order_of_the_rows() -> None:
    index = DenseIndex.build(np.ones((4, 1), dtype=np.float32))

    assert [row for row, _ in index.search(np.ones(1, dtype=np.float32), 3)] == [0, 1, 2]


@pytest.mark.parametrize(
    ("vector", "message"),
    [
        (np.full(4, np.nan, dtype=np.float32), "not finite"),
        (np.ones(3, dtype=np.float32), "dimension 3, the index 4"),
    ],
)
def test_a_query_that_faiss_would_answer_with_rubbish_is_refused(
    vector: np.ndarray, message: str
) -> None:
    index = DenseIndex.build(np.eye(2, 4, dtype=np.float32))

    with pytest.raises(ValueError, match=message):
        index.search(vector, 1)


def test_bm25_scores_are_those_of_the_formula() -> None:
    index = LexicalIndex.build(["wool socks", "cold feet feet", "ice"])

    ((row, score),) = index.search("feet", 3)

    # Lucene: idf = ln(1 + (3 - 1 + .5) / (1 + .5)); tf part = 2 / (2 + 1.5 (.25 + .75 * 3 / 2))
    idf = np.log(1 + 2.5 / 1.5)
    assert row == 1
    assert score == pytest.approx(idf * 2 / (2 + 1.5 * (0.25 + 0.75 * 3 / 2)), rel=1e-5)


def test_terms_are_stemmed_and_negation_is_kept() -> None:
    assert analyse("The twitches are NOT painful, twitching isn’t") == [
        "twitch", "not", "pain", "twitch", "isn't",
    ]  # fmt: skip


def test_document_frequency_counts_passages() -> None:
    index = LexicalIndex.build(["cold feet feet", "cold hands"])

    assert [index.document_frequency(t) for t in ("cold", "feet", "ice")] == [2, 1, 0]


def test_the_best_statement_of_many_passages_is_that_of_each_alone() -> None:
    vectors = np.random.default_rng(7).normal(size=(9, 4))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float16)
    passage_of = (0, 0, 2, 3, 3, 3, 5, 6, 6)  # passages 1 and 4 have no statement
    statements = [Statement(row, i, i + 1, "") for i, row in enumerate(passage_of)]
    blocks = Blocks([vectors[:3], vectors[3:3], vectors[3:]])
    index = StatementIndex(blocks, rows_of(statements))
    asked, query = [6, 1, 0, 3, 5, 4, 2], np.array([[0.5, -0.5, 0.5, 0.5]], dtype=np.float32)

    found = index.best(asked, query)

    for row, best in zip(asked, found, strict=True):
        alone = [cosine for _, _, cosine in index.scores(row, query)]
        assert best == pytest.approx(max(alone, default=np.nan), abs=1e-6, nan_ok=True)
    assert [row for row, best in zip(asked, found, strict=True) if np.isnan(best)] == [1, 4]
    assert index.best([], query).shape == (0,)


def test_the_best_rows_by_words_are_those_of_a_full_sort_ties_by_row() -> None:
    texts = ["cold feet"] * 3 + ["warm feet and warm hands"] + ["cold cold feet"] * 2 + ["tea"]
    index = LexicalIndex.build(texts)
    every = index.scores(range(len(texts)), "cold feet warm")
    in_full = sorted((h for h in every if h[1] > 0), key=lambda hit: (-hit[1], hit[0]))

    assert len(in_full) == 6
    for k in range(9):
        assert index.search("cold feet warm", k) == in_full[:k]


def test_statement_scores_take_the_best_statement_of_each_stretch() -> None:
    statements = [Statement(0, 0, 4, "a"), Statement(1, 0, 9, "b"), Statement(1, 0, 9, "c")]
    blocks = Blocks([np.eye(3, dtype=np.float16)[:1], np.eye(3, dtype=np.float16)[1:]])
    index = StatementIndex(blocks, rows_of(statements))

    assert index.scores(1, np.array([[0.0, 0.5, 1.0]], dtype=np.float32)) == [(0, 9, 1.0)]
    assert index.scores(0, np.array([[0.0, 0.5, 1.0]], dtype=np.float32)) == [(0, 4, 0.0)]


def test_what_is_loaded_is_what_was_built(built: Path) -> None:
    index = load_index(built)

    assert [p.text for p in index.passages] == ["Feet get cold in winter.", "Wool socks help most."]
    assert index.questions == (AskedQuestion("Do socks help?", 1),)
    assert len(index.passage_vectors) == 2
    assert len(index.question_vectors) == 1
    assert (index.manifest.n_documents, index.manifest.n_passages) == (1, 2)
    assert index.documents["feet.txt"].text.startswith("Cold feet\n\nFeet get cold")


def test_no_index_says_how_to_build_one(tmp_path: Path) -> None:
    with pytest.raises(IndexUnusableError) as caught:
        load_index(tmp_path / "none")

    assert str(caught.value) == (
        f"No index at {tmp_path}/none."
        f" Build it: python -m ingest build corpus --index {tmp_path}/none"
    )


def test_any_flipped_bit_is_found_before_anything_is_read(built: Path) -> None:
    """Every artefact, the manifest and the pointer; first, middle and last bit of each."""
    files = [p for p in built.rglob("*") if p.is_file() and p.name != ".lock"]
    for path in files:
        n_bits = 8 * path.stat().st_size
        for bit in {0, n_bits // 2, n_bits - 8}:
            assert "python -m ingest build" in message_after_flip(built, path, bit)
    assert len(files) == 22
    load_index(built)


@pytest.mark.parametrize("name", ["passages.npy", "documents.jsonl", "manifest.json"])
def test_a_missing_file_is_named(built: Path, name: str) -> None:
    next(built.rglob(name)).unlink()

    with pytest.raises(IndexUnusableError) as caught:
        load_index(built)

    assert caught.value.artefact == name


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"schema": 99}, "has format 99.4; this Quoth reads format 3.4"),
        ({"rules": 1}, "has format 3.1; this Quoth reads format 3.4"),
        ({"normalised": False}, "has format 3.4"),
        ({"corpus_sha256": "0" * 64}, "not of one piece: the documents differ"),
        ({"n_passages": 3}, "not of one piece: the number of passages differ"),
        ({"surprise": 1}, "made by another version of Quoth"),
    ],
)
def test_an_index_that_is_not_what_its_manifest_says_is_refused(
    built: Path, change: dict[str, object], message: str
) -> None:
    forge_manifest(built, change)

    with pytest.raises(IndexUnusableError, match=message):
        load_index(built)


def test_vectors_of_another_dimension_than_the_manifests_are_refused(built: Path) -> None:
    encoder = {"name": "hashing", "weights_sha256": "0" * 64, "dimension": 8, "max_tokens": 256}
    forge_manifest(built, {"encoder": encoder})

    with pytest.raises(IndexUnusableError, match="not of one piece: the dimension"):
        load_index(built)


def test_an_encoder_whose_vectors_do_not_have_length_1_is_refused(
    articles: Write, tmp_path: Path
) -> None:
    class Long(HashingEncoder):
        def encode(self, texts: Sequence[str]) -> Vectors:
            return 2 * super().encode(texts)

    with pytest.raises(ModelError, match="do not have length 1"):
        build_index([articles({"a.txt": FEET})], tmp_path / "index", encoder=Long())


def test_a_second_writer_is_turned_away(built: Path, articles: Write) -> None:
    with FileLock(built / ".lock"), pytest.raises(IndexBusyError, match="Another process"):
        build_index([articles({"a.txt": "x."})], built, encoder=HashingEncoder())


def test_a_build_that_finds_nothing_leaves_the_old_index_in_place(
    built: Path, tmp_path: Path
) -> None:
    before = load_index(built).manifest.generation

    with pytest.raises(NothingToIndexError, match="no such file or folder"):
        build_index([tmp_path / "nowhere"], built, encoder=HashingEncoder())

    assert load_index(built).manifest.generation == before


def test_a_half_written_generation_is_never_read_and_is_swept(built: Path, articles: Write) -> None:
    half = built / "generations" / "20990101T000000000000Z-half"
    shutil.copytree(generation_folder(built), half)
    (half / "manifest.json").unlink()

    assert len(load_index(built).passages) == 2
    build_index([articles({"b.txt": "Hands get cold."})], built, encoder=HashingEncoder())

    assert not half.exists()


def test_the_last_two_generations_are_kept(built: Path, articles: Write) -> None:
    names = [
        build_index(
            [articles({"b.txt": f"Hands get cold {n} times."})], built, encoder=HashingEncoder()
        ).generation
        for n in range(3)
    ]

    kept = sorted(p.name for p in (built / "generations").iterdir())

    assert kept == sorted(names[-2:])


def test_the_report_names_every_article_read_or_skipped(articles: Write, tmp_path: Path) -> None:
    folder = articles(
        {"a.txt": "Feet get cold.", "b.txt": "", "c.xyz": "x", "d.txt": "MORE: Socks"}
    )

    report = build_index([folder], tmp_path / "index", encoder=HashingEncoder())

    assert [(a.document_id or a.path.rsplit("/")[-1], a.reason) for a in report.articles] == [
        ("a.txt", None),
        ("b.txt", "the article is empty"),
        ("c.xyz", "no reader for '.xyz'"),
        ("d.txt", "nothing but headings and page furniture"),
    ]


def test_an_index_is_up_to_date_until_an_article_or_an_option_changes(
    built: Path, articles: Write
) -> None:
    folder = articles({"feet.txt": FEET})
    assert is_up_to_date([folder], built)

    assert not is_up_to_date([folder], built, options=BuildOptions(max_chars=400))
    articles({"feet.txt": FEET.replace("Wool", "Silk")})
    assert not is_up_to_date([folder], built)
    assert not is_up_to_date([folder], built / "nowhere")


def test_bm25_scores_are_those_of_a_library_that_others_use() -> None:
    words = "cold feet wool socks frost ice winter hands reindeer not painful twitch".split()
    rng = np.random.default_rng(11)
    texts = [" ".join(rng.choice(words, size=rng.integers(1, 30))) for _ in range(60)]
    reference = bm25s.BM25(method="lucene", k1=1.5, b=0.75)
    reference.index([analyse(text) for text in texts], show_progress=False)
    ours = LexicalIndex.build(texts)

    for question in ("cold feet", "wool wool frost", "painful twitch in winter", "zebra"):
        known = [t for t in analyse(question) if t in reference.vocab_dict]
        expected = reference.get_scores(known) if known else np.zeros(60)
        found = [score for _, score in ours.scores(range(60), question)]
        assert found == pytest.approx(expected.tolist(), abs=1e-5)


def test_postings_lose_and_gain_rows_as_if_they_had_been_built_so() -> None:
    texts = [["b", "a", "b"], [], ["c"], ["a", "d"]]
    kept = Postings.build(texts).keep(np.array([True, True, False, True]))
    joined = Postings.join([kept, Postings.build([["e", "a"]])])

    expected = Postings.build([["b", "a", "b"], [], ["a", "d"], ["e", "a"]])
    assert joined.vocabulary == expected.vocabulary == ("a", "b", "d", "e")
    assert joined.starts.tolist() == expected.starts.tolist() == [0, 3, 4, 5, 6]
    assert joined.rows.tolist() == expected.rows.tolist() == [0, 2, 3, 0, 2, 3]
    assert joined.counts.tolist() == expected.counts.tolist() == [1, 1, 1, 2, 1, 1]
