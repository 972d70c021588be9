"""Figures of a ranking are those worked out by hand; intervals hold still."""

import math

import numpy as np
import pytest

from benchmarks.intervals import interval, paired_difference, two_sided_interval
from benchmarks.metrics import per_query

QRELS = {"q1": {"a": 3, "b": 1, "c": 0}, "q2": {"d": 2}}


def test_measures_are_those_worked_out_by_hand() -> None:
    found = per_query({"q1": ["c", "x", "a"], "q2": ["d"]}, QRELS)

    # q1 finds the 3 in third place and not the 1; gains are the grades (trec_eval).
    ideal = 3 / math.log2(2) + 1 / math.log2(3)
    assert found["nDCG@10"]["q1"] == pytest.approx((3 / math.log2(4)) / ideal)
    assert found["recall@10"]["q1"] == 1 / 2
    assert found["MRR@10"]["q1"] == pytest.approx(1 / 3)
    assert found["mean_grade@1"] == {"q1": 0.0, "q2": 2.0}
    assert found["p@1_correct"] == {"q1": 0.0, "q2": 1.0}
    assert found["mrr_correct"]["q1"] == pytest.approx(1 / 3)
    assert [found[name]["q2"] for name in ("nDCG@10", "recall@100", "MRR@10")] == [1, 1, 1]


def test_ten_is_ten_and_a_hundred_is_a_hundred() -> None:
    far = [f"x{n}" for n in range(10)]

    found = per_query({"q": [*far, "a"]}, {"q": {"a": 1}})

    assert {name: by_query["q"] for name, by_query in found.items()} == {
        "nDCG@10": 0.0,
        "recall@10": 0.0,
        "recall@100": 1.0,
        "MRR@10": 0.0,
        "mean_grade@1": 0.0,
    }


def test_a_query_that_found_nothing_counts_as_nothing() -> None:
    assert per_query({"q1": [], "q2": ["d"]}, QRELS)["nDCG@10"] == {"q1": 0.0, "q2": 1.0}


def test_an_unjudged_first_document_has_grade_nothing() -> None:
    assert per_query({"q": ["x", "a"]}, {"q": {"a": 1}})["mean_grade@1"] == {"q": 0.0}


def test_a_missing_or_an_unknown_query_is_refused() -> None:
    for rankings in ({"q1": ["a"]}, {"q1": ["a"], "q2": ["d"], "q3": ["d"]}):
        with pytest.raises(ValueError, match="exactly the judged queries"):
            per_query(rankings, QRELS)


def test_the_interval_of_equal_values_is_the_value() -> None:
    assert interval([0.25] * 7) == (0.25, 0.25)


def test_an_interval_is_the_same_every_time_and_near_the_normal_one() -> None:
    values = np.random.default_rng(1).normal(size=400).tolist()

    low, high = interval(values)

    half = 1.96 * np.std(values) / 20
    assert (low, high) == interval(values)
    assert high - low == pytest.approx(2 * half, rel=0.1)


def test_both_sides_of_a_table_are_resampled() -> None:
    rows_differ = np.repeat([[0.0], [1.0]], 50, axis=0) @ np.ones((1, 3))

    assert two_sided_interval(rows_differ) == pytest.approx(
        two_sided_interval(rows_differ.T), abs=0.02
    )
    low, high = two_sided_interval(rows_differ)
    assert high - low == pytest.approx(2 * 1.96 * 0.5 / 10, rel=0.1)


def test_a_paired_difference_is_taken_query_by_query() -> None:
    mean, (low, high) = paired_difference({"a": 1.0, "b": 0.5}, {"b": 0.25, "a": 0.75})

    assert (mean, low, high) == (0.25, 0.25, 0.25)
    with pytest.raises(ValueError, match="same queries"):
        paired_difference({"a": 1.0}, {"b": 1.0})


def test_nothing_has_no_interval() -> None:
    with pytest.raises(ValueError, match="at least one value"):
        interval([])
