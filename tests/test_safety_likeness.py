"""The second reading: what a sentence is like, and how much of a text is read."""

import pytest

from assistant.safety.likeness import Likeness, _sentences, features, find_alike, stem
from assistant.safety.words import STOP


@pytest.mark.parametrize(
    ("word", "stemmed"),
    [
        ("jumping", "jump"),
        ("jumped", "jump"),
        ("wishes", "wish"),
        ("pills", "pill"),
        ("breathe", "breath"),
        ("does", "does"),
        ("sing", "sing"),
        ("bed", "bed"),
    ],
)
def test_an_ending_is_cut_off_when_enough_is_left(word: str, stemmed: str) -> None:
    assert stem(word) == stemmed


def test_features_are_stems_and_pairs_of_neighbours_with_both_ends() -> None:
    assert features(["cannot", "breathe"]) == {
        "cannot", "breath", "^ cannot", "cannot breath", "breath $"
    }  # fmt: skip
    assert features([]) == {"^ $"}


def test_a_score_is_the_sum_of_weights_over_the_root_of_the_number_of_features() -> None:
    likeness = Likeness({"a": 3.0, "b": -1.0}, intercept=0.5, threshold=0.0)

    assert likeness.of(frozenset("abcd")) == 0.5 + 2.0 / 2.0
    assert likeness.of(frozenset()) == 0.5


def test_each_sentence_is_read_alone() -> None:
    assert list(_sentences(["a", STOP, "b", "c", STOP, STOP])) == [["a"], ["b", "c"]]


def test_a_sentence_without_an_end_is_read_in_overlapping_pieces() -> None:
    words = [str(number) for number in range(90)]

    pieces = list(_sentences(words))

    assert [(piece[0], piece[-1], len(piece)) for piece in pieces] == [
        ("0", "39", 40),
        ("20", "59", 40),
        ("40", "79", 40),
        ("60", "89", 30),
    ]


def test_of_a_long_text_both_ends_are_read() -> None:
    words = [str(number) for number in range(1000)]

    read = {word for piece in _sentences(words) for word in piece}

    assert read == set(words[:300] + words[-300:])


def test_a_wording_that_no_pattern_names_is_alike() -> None:
    assert find_alike("it would be so easy to step off the kerb".split()) == {"crisis"}
    assert find_alike("can barely breathe and my chest feels tight".split()) == {"emergency"}
    assert find_alike("what is a fasciculation".split()) == set()
    assert find_alike([]) == set()
