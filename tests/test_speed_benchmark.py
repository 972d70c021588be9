"""The speed benchmarks: what they count, and where their gate says no."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from benchmarks.parity import compare
from benchmarks.speed import ask_and_encode, beyond_limits, build_rate, memory_of_a_reply
from ingest import Vectors
from tests.conftest import HashingEncoder


class Counting(HashingEncoder):
    """Remembers how many texts came in each call."""

    def __init__(self) -> None:
        self.calls: list[int] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.calls.append(len(texts))
        return super().encode(texts)


def test_both_encoders_get_every_text_once_and_torch_32_at_a_time() -> None:
    ours, theirs = Counting(), Counting()
    texts = [f"word{i} " * (i % 7 + 1) for i in range(200)]

    figures = build_rate(texts, ours, theirs)

    assert ours.calls == [4, 40, 40, 40, 40, 40]
    assert theirs.calls == [4, *[32, 8] * 5]
    ratio = figures["texts_per_s"] / figures["torch_texts_per_s"]
    assert abs(figures["over_torch"] - ratio) < 1e-9 * ratio


def test_each_question_is_followed_by_one_bare_encoder_call() -> None:
    class Silent:
        asked = 0

        def ask(self, question: str) -> None:
            self.asked += 1

    encoder, assistant = Counting(), Silent()

    figures = ask_and_encode(assistant, encoder, ["cold feet"] * 20)  # type: ignore[arg-type]

    assert (assistant.asked, encoder.calls) == (8 + 20, [1] * 20)
    assert figures["encode_p50_ms"] > 0


def test_the_gate_names_each_ratio_beyond_its_limit() -> None:
    good = {"ask": {"ask_over_encode": 4.0}, "memory": {"reply_over_bare": 6.0}}
    bad = {"ask": {"ask_over_encode": 4.01}, "memory": {"reply_over_bare": 6.01}}

    assert beyond_limits(good) == []
    assert beyond_limits({"passages": 78}) == []
    assert beyond_limits(bad) == [
        "a reply takes 4.01 encoder calls, at most 4.0",
        "a reply takes 6.01 times the memory of bare imports, at most 6.0",
    ]


@pytest.mark.slow
def test_a_reply_takes_more_memory_than_the_imports_it_needs(starter_index: Path) -> None:
    figures = memory_of_a_reply(starter_index)

    assert 20 < figures["bare_mib"] < figures["reply_mib"] < 1024
    assert figures["reply_over_bare"] == figures["reply_mib"] / figures["bare_mib"]


def test_an_encoder_is_on_a_par_with_itself_and_not_with_its_opposite() -> None:
    class Blind(HashingEncoder):
        def encode(self, texts: Sequence[str]) -> Vectors:
            turned: Vectors = np.roll(super().encode(texts), len(texts[0]), axis=1)
            return turned

    texts = [f"ache number{i} of the knee{i % 5}" for i in range(40)]
    same = compare(texts[:5], texts, HashingEncoder(), HashingEncoder())
    other = compare(texts[:5], texts, Blind(), HashingEncoder())

    assert (same["lowest_cosine"] > 0.9999, same["same_top_10"]) == (True, 1.0)
    assert other["lowest_cosine"] < 0.9


def test_texts_that_are_equally_near_may_change_places() -> None:
    class Jittery(HashingEncoder):
        def encode(self, texts: Sequence[str]) -> Vectors:
            vectors = super().encode(texts)
            vectors[len(vectors) // 2 :] *= 1 + 1e-6
            return vectors

    texts = ["ache of the knee"] * 14 + ["cold hands"] * 14

    assert compare(["ache knee"], texts, Jittery(), HashingEncoder())["same_top_10"] == 1.0
