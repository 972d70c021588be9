"""The living library: whatever came and went, it holds what a fresh build of the rest would."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest import (
    BuildOptions,
    EncoderIdentity,
    Index,
    IndexUnusableError,
    NothingToIndexError,
    UnknownDocumentError,
    Vectors,
    add_articles,
    build_index,
    current_generation,
    load_index,
    remove_documents,
)
from ingest.records import Outcome
from tests.conftest import HashingEncoder

Write = Callable[[dict[str, str]], Path]
FEET = "Feet get cold in winter.\n\nWool socks help most."
PARAGRAPHS = (
    "Feet get cold in winter.",
    "Wool socks help most.",
    "Hands get cold as well.",
    "WOOL socks, help most!",
    "Reasons include:\n- Frost\n- Ice",
)


class Counting(HashingEncoder):
    """Remembers which texts it was asked for."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def encode(self, texts: list[str]) -> Vectors:  # type: ignore[override]
        self.seen.extend(texts)
        return super().encode(texts)


def library(index_dir: Path) -> Mapping[str, object]:
    """All that a library answers from, whatever the order of its rows."""
    index = load_index(index_dir)
    asked = {
        (text, index.passages[row].id): index.question_vectors.vectors()[n].tolist()
        for n, (text, row, _) in enumerate(index.questions)
    }
    return {
        "documents": dict(index.documents),
        "passages": {passage.id: about(index, row) for row, passage in enumerate(index.passages)},
        "questions": asked,
        "words": index.bm25.words,
    }


def about(index: Index, row: int) -> tuple[object, ...]:
    """Everything that the index holds on one passage, and its scores for some questions."""
    passage = index.passages[row]
    vector = np.ones(256, dtype=np.float32)
    (bm25,) = index.bm25.scores([row], "cold wool frost")
    return (
        passage,
        index.passage_vectors.vectors()[row].tolist(),
        index.statements.scores(row, vector),
        round(bm25[1], 5),
    )


def record(number: int, paragraphs: list[int], title: int) -> str:
    text = "\n\n".join(PARAGRAPHS[i] for i in paragraphs)
    return json.dumps({"_id": f"d{number}", "title": f"What is {title}?", "text": text})


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["add", "remove", "build"]),
            st.integers(0, 4),
            st.lists(st.integers(0, len(PARAGRAPHS) - 1), min_size=1, max_size=3),
            st.integers(0, 1),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_a_library_that_changed_equals_one_built_afresh(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, list[int], int]]
) -> None:
    folder = tmp_path_factory.mktemp("library")
    file, index_dir = folder / "records.jsonl", folder / "index"
    records: dict[int, str] = {}
    built: set[int] = set()
    for verb, number, paragraphs, title in steps:
        line = record(number, paragraphs, title)
        if verb == "add":
            if records.get(number) != line or number in built:  # else it stays where it is
                records.pop(number, None)
                records[number] = line
            built.discard(number)
            file.write_text(line + "\n")
            add_articles([file], index_dir, encoder=HashingEncoder())
        elif verb == "build":
            stays = number in built and records[number] == line
            records = {
                n: r for n, r in records.items() if n not in built or (stays and n == number)
            }
            if not stays:
                records.pop(number, None)
                records[number] = line
            built = {number}
            file.write_text(line + "\n")
            build_index([file], index_dir, encoder=HashingEncoder())
        elif number in records:
            del records[number]
            built.discard(number)
            remove_documents([f"d{number}"], index_dir, encoder=HashingEncoder())
    if not records:
        return
    file.write_text("".join(f"{line}\n" for line in records.values()))
    build_index([file], folder / "afresh", encoder=HashingEncoder())

    assert library(index_dir) == library(folder / "afresh")


def test_a_build_of_the_same_articles_writes_and_embeds_nothing(
    articles: Write, tmp_path: Path
) -> None:
    folder, encoder = articles({"a.txt": FEET, "b.txt": "Hands get cold."}), Counting()
    first = build_index([folder], tmp_path / "index", encoder=encoder)
    encoder.seen.clear()

    second = build_index([folder], tmp_path / "index", encoder=encoder)

    assert second.generation == first.generation
    assert [a.outcome for a in second.articles] == [Outcome.UNCHANGED] * 2
    assert (second.n_passages, second.n_changed, encoder.seen) == (3, 0, [])


def test_only_what_changed_is_embedded(articles: Write, tmp_path: Path) -> None:
    folder, encoder = articles({"a.txt": FEET, "b.txt": "Hands get cold."}), Counting()
    build_index([folder], tmp_path / "index", encoder=encoder)
    encoder.seen.clear()

    report = build_index(
        [articles({"a.txt": FEET + "\n\nIce is slippery."})], tmp_path / "index", encoder=encoder
    )

    assert [(a.document_id, a.outcome) for a in report.articles] == [
        ("a.txt", Outcome.READ),
        ("b.txt", Outcome.UNCHANGED),
    ]
    assert encoder.seen == ["Ice is slippery."]


def test_a_changed_option_makes_everything_again_and_embeds_only_new_texts(
    articles: Write, tmp_path: Path
) -> None:
    long = " ".join(f"Sentence number {n} says that feet get cold." for n in range(10))
    folder, encoder = articles({"a.txt": long, "b.txt": "Hands get cold."}), Counting()
    build_index([folder], tmp_path / "index", encoder=encoder)
    encoder.seen.clear()

    report = build_index(
        [folder], tmp_path / "index", encoder=encoder, options=BuildOptions(max_chars=200)
    )

    assert [a.outcome for a in report.articles] == [Outcome.READ] * 2
    assert len(load_index(tmp_path / "index").passages) == 4
    assert len(encoder.seen) == 3  # the pieces of the long paragraph; its sentences are known


def test_another_encoder_makes_every_vector_again(articles: Write, tmp_path: Path) -> None:
    class Other(Counting):
        identity = EncoderIdentity("hashing", "1" * 64, 256, 256)

    folder, encoder = articles({"a.txt": FEET}), Other()
    build_index([folder], tmp_path / "index", encoder=HashingEncoder())

    build_index([folder], tmp_path / "index", encoder=encoder)

    assert load_index(tmp_path / "index").manifest.encoder == Other.identity
    assert encoder.seen == sorted(FEET.split("\n\n"), key=len)


def test_what_was_added_stays_when_a_folder_is_built_again(articles: Write, tmp_path: Path) -> None:
    folder, index = articles({"a.txt": FEET}), tmp_path / "index"
    build_index([folder], index, encoder=HashingEncoder())
    extra = tmp_path / "extra.txt"
    extra.write_text("Hands get cold.")
    add_articles([extra], index, encoder=HashingEncoder())

    again = build_index([folder], index, encoder=HashingEncoder())
    (folder / "a.txt").unlink()
    report = build_index([articles({"c.txt": "Ice."})], index, encoder=HashingEncoder())

    assert again.n_changed == 0
    assert set(load_index(index).documents) == {"extra.txt", "c.txt"}
    assert [(a.document_id, a.outcome) for a in report.articles] == [
        ("c.txt", Outcome.READ),
        ("a.txt", Outcome.REMOVED),
    ]


def test_an_added_article_is_found_beside_the_others(articles: Write, tmp_path: Path) -> None:
    index = tmp_path / "index"
    build_index([articles({"a.txt": FEET})], index, encoder=HashingEncoder())
    extra = tmp_path / "extra.txt"
    extra.write_text("Hands get cold.")

    report = add_articles([extra], index, encoder=HashingEncoder())

    loaded = load_index(index)
    assert [a.document_id for a in report.articles] == ["extra.txt"]
    assert [p.text for p in loaded.passages][-1] == "Hands get cold."
    assert loaded.bm25.search("hands", 9)[0][0] == 2
    assert loaded.bm25.document_frequency("cold") == 2


def test_a_removed_document_leaves_no_byte_in_the_generation_that_answers(
    articles: Write, tmp_path: Path
) -> None:
    index = tmp_path / "index"
    folder = articles({"a.txt": FEET, "b.txt": "Zebras wear\n\nWool socks help most."})
    build_index([folder], index, encoder=HashingEncoder())

    report = remove_documents(["b.txt"], index)

    loaded = load_index(index)
    assert [(a.document_id, a.outcome) for a in report.articles] == [("b.txt", Outcome.REMOVED)]
    assert set(loaded.documents) == {"a.txt"}
    assert [place.document_id for p in loaded.passages for place in (p.place, *p.also)] == [
        "a.txt", "a.txt",
    ]  # fmt: skip
    here = index / "generations" / str(current_generation(index))
    held = b"".join(path.read_bytes() for path in here.rglob("*") if path.is_file())
    assert b"Zebra" not in held
    assert b"zebra" not in held


def test_a_shared_paragraph_stays_when_one_of_its_documents_goes(
    articles: Write, tmp_path: Path
) -> None:
    index = tmp_path / "index"
    folder = articles({"a.txt": FEET, "b.txt": "Hands.\n\nWOOL socks help most!"})
    build_index([folder], index, encoder=HashingEncoder())

    remove_documents(["a.txt"], index, encoder=HashingEncoder())

    (shared,) = [p for p in load_index(index).passages if "socks" in p.text]
    assert (shared.text, shared.place.document_id) == ("WOOL socks help most!", "b.txt")
    assert shared.also == ()


def test_the_last_document_can_be_removed_and_another_added(
    articles: Write, tmp_path: Path
) -> None:
    index = tmp_path / "index"
    build_index([articles({"a.txt": FEET})], index, encoder=HashingEncoder())

    remove_documents(["a.txt"], index)
    empty = load_index(index)
    add_articles([articles({"b.txt": "Hands get cold."})], index, encoder=HashingEncoder())

    assert (len(empty.documents), len(empty.passages), empty.bm25.search("cold", 3)) == (0, 0, [])
    assert len(load_index(index).passages) == 3


def test_removing_what_is_not_there_removes_nothing(articles: Write, tmp_path: Path) -> None:
    index = tmp_path / "index"
    build_index([articles({"a.txt": FEET})], index, encoder=HashingEncoder())

    with pytest.raises(UnknownDocumentError, match=r"Not in the library: x.txt, y.txt\."):
        remove_documents(["x.txt", "a.txt", "y.txt"], index)

    assert set(load_index(index).documents) == {"a.txt"}


def test_one_article_at_two_addresses_is_recognised_and_found_once(
    articles: Write, tmp_path: Path
) -> None:
    index = tmp_path / "index"
    folder = articles({"a.txt": FEET, "copy/a.txt": FEET, "b.txt": "Hands get cold."})

    report = build_index([folder], index, encoder=HashingEncoder())

    assert [(a.document_id, a.same_as) for a in report.articles] == [
        ("a.txt", None),
        ("b.txt", None),
        ("copy/a.txt", "a.txt"),
    ]
    places = [
        [p.place.document_id, *(q.document_id for q in p.also)] for p in load_index(index).passages
    ]
    assert places == [["a.txt", "copy/a.txt"]] * 2 + [["b.txt"]]


def test_many_small_additions_stay_few_segments(tmp_path: Path) -> None:
    index, file = tmp_path / "index", tmp_path / "a.jsonl"
    for n in range(20):
        file.write_text(json.dumps({"_id": f"d{n}", "text": f"Number {n} is said here."}))
        add_articles([file], index, encoder=HashingEncoder())

    loaded = load_index(index)

    assert len(loaded.documents) == 20
    assert len(loaded.manifest.segments) == 2  # 16 and 4


def test_a_damaged_library_is_not_added_to(articles: Write, tmp_path: Path) -> None:
    index = tmp_path / "index"
    build_index([articles({"a.txt": FEET})], index, encoder=HashingEncoder())
    next(index.rglob("statements.npy")).write_bytes(b"x")

    with pytest.raises(IndexUnusableError, match=r"statements\.npy has changed"):
        add_articles([articles({"b.txt": "Ice."})], index, encoder=HashingEncoder())


def test_adding_nothing_readable_changes_nothing(articles: Write, tmp_path: Path) -> None:
    index = tmp_path / "index"
    before = build_index([articles({"a.txt": FEET})], index, encoder=HashingEncoder()).generation

    with pytest.raises(NothingToIndexError, match="no such file or folder"):
        add_articles([tmp_path / "nowhere"], index, encoder=HashingEncoder())

    assert current_generation(index) == before
