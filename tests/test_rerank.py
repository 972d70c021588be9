"""The optional cross-encoder: it orders what may be quoted, and nothing else."""

import logging
from collections.abc import Sequence
from pathlib import Path

import pytest

from assistant import Abstention, Answer, Assistant
from assistant.records import ScoredPassage, Scorer
from assistant.rerank import CrossEncoderReranker, load_reranker, rerank
from ingest import Passage, Place, build_index, load_index
from tests.conftest import HashingEncoder


class ByWord:
    """Scores a text by how often it says a word."""

    def __init__(self, word: str) -> None:
        self.word = word

    def scores(self, question: str, texts: Sequence[str]) -> Sequence[float]:
        return [float(text.count(self.word)) for text in texts]


def scored(text: str, rank: int) -> ScoredPassage:
    passage = Passage(text, Place("a", 0, len(text)))
    return ScoredPassage(rank, passage, Scorer.STRENGTH, 1 / rank, rank)


def test_evidence_is_put_in_order_and_keeps_its_strength() -> None:
    evidence = [scored("Ice.", 1), scored("Wool wool.", 2), scored("Wool.", 3), scored("Snow.", 4)]

    found = rerank("Is wool warm?", evidence, ByWord("ool"))

    assert [(s.passage.text, s.rank) for s in found] == [
        ("Wool wool.", 1), ("Wool.", 2), ("Ice.", 3), ("Snow.", 4)
    ]  # fmt: skip
    assert [s.score for s in found] == [1 / 2, 1 / 3, 1, 1 / 4]


def test_without_a_reranker_nothing_moves() -> None:
    evidence = (scored("Ice.", 1), scored("Wool.", 2))

    assert rerank("Is wool warm?", evidence, None) == evidence
    assert load_reranker(None) is None


def test_an_assistant_quotes_in_the_rerankers_order_and_abstains_as_before(tmp_path: Path) -> None:
    articles = {
        "a": "Wool socks keep cold feet warm at night.",
        "b": "Wool socks also warm feet that are dry.",
    }
    for name, text in articles.items():
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    build_index([tmp_path], tmp_path / "index", encoder=HashingEncoder())
    index, question = load_index(tmp_path / "index"), "Do wool socks warm feet?"

    plain = Assistant(index, HashingEncoder()).ask(question)
    turned = Assistant(index, HashingEncoder(), reranker=ByWord("night"))
    reply = turned.ask(question)

    assert isinstance(plain, Answer)
    assert isinstance(reply, Answer)
    assert [c.document_id for c in plain.citations] == ["b.txt", "a.txt"]
    assert [c.document_id for c in reply.citations] == ["a.txt", "b.txt"]
    assert isinstance(turned.ask("Which night stocks should somebody buy?"), Abstention)


def test_a_model_that_is_not_had_is_named_and_done_without(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert load_reranker(str(tmp_path / "nowhere")) is None

    assert "Passages keep their order, without a cross-encoder" in caplog.text
    assert "nowhere" in caplog.text


@pytest.mark.slow
def test_a_cross_encoder_in_a_folder_scores_as_sentence_transformers_does(tmp_path: Path) -> None:
    """A tiny one with weights by chance: none comes with Quoth."""
    import torch
    from sentence_transformers import CrossEncoder
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "is", "wool", "warm", "ice", "cold", "."]
    (tmp_path / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    torch.manual_seed(1)
    shape = BertConfig(
        vocab_size=len(words), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=16, num_labels=1, initializer_range=1.0,
    )  # fmt: skip
    BertForSequenceClassification(shape).save_pretrained(tmp_path, safe_serialization=True)
    BertTokenizerFast(str(tmp_path / "vocab.txt")).save_pretrained(tmp_path)
    texts = ["wool is warm .", "ice is cold .", "wool ."]

    reranker = load_reranker(str(tmp_path))

    assert isinstance(reranker, CrossEncoderReranker)
    found = reranker.scores("is wool warm", texts)
    direct = CrossEncoder(str(tmp_path), num_labels=1, device="cpu", local_files_only=True)
    expected = direct.predict([("is wool warm", text) for text in texts])
    assert found == pytest.approx([float(score) for score in expected])
    assert len(set(found)) == 3
