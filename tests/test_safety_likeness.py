"""The second reading: what a stretch of text is like, and how much of a text is read."""

import pytest

from assistant.safety.likeness import Likeness, features, find_alike, is_unlike, windows
from assistant.safety.screen import screen
from assistant.safety.words import STOP


def test_features_are_words_and_pairs_of_neighbours() -> None:
    assert features(["cannot", "breathe"]) == {"cannot", "breathe", "cannot breathe"}
    assert features([]) == frozenset()


def test_a_score_is_the_sum_of_weights_over_the_length_of_the_rarities() -> None:
    rarities = {"a": 3.0, "b": 4.0, "c": 1.0}
    likeness = Likeness({"a": 3.0, "b": -1.0}, rarities, intercept=0.5, threshold=0.0)

    assert likeness.of(frozenset("ab")) == 0.5 + 2.0 / 5.0
    assert likeness.of(frozenset("abxyz")) == likeness.of(frozenset("ab"))
    assert likeness.of(frozenset("c")) == 0.5
    assert likeness.of(frozenset()) == 0.5


def test_a_window_of_several_has_to_be_more_alike() -> None:
    likeness = Likeness({"a": 3.0}, {"a": 1.0}, intercept=0.0, threshold=2.0, several=1.5)

    assert likeness.has(["a"])
    assert not likeness.has(["a"], is_one_of_several=True)


def test_a_window_lacks_what_is_far_below_its_phrases_and_made_of_their_words() -> None:
    likeness = Likeness({"a": -3.0}, {"a": 1.0}, intercept=0.0, threshold=0.0, unlike=-2.5)
    never = Likeness({"a": -3.0}, {"a": 1.0}, intercept=0.0, threshold=0.0)

    assert likeness.lacks(["a"])
    assert not likeness.lacks(["a", "x"])  # half of its words are unknown
    assert not never.lacks(["a"])


def test_a_short_or_a_very_long_text_is_never_unlike() -> None:
    calm = "which tests do doctors order to find out what makes muscles twitch".split()

    assert is_unlike(calm, "emergency")
    assert not is_unlike(calm[:7], "emergency")
    assert is_unlike([*calm, STOP] * 46, "emergency")  # 552 words and 46 sentence ends
    assert not is_unlike([*calm, STOP] * 47, "emergency")  # 611 places: the middle is not read
    assert not is_unlike(calm * 60, "emergency")
    assert not is_unlike(calm, "crisis")


def test_an_emergency_amid_calm_words_is_not_taken_back() -> None:
    calm = "We have a call bell for him and the nurse comes twice a week to help with washing. "
    told = calm * 2 + "Now he is choking and turning blue. " + calm

    assert screen(told).emergency


def test_short_sentences_are_read_together() -> None:
    assert windows(["a", STOP, "b", "c", STOP, STOP]) == [["a", "b", "c"]]


def test_a_longer_text_is_read_in_overlapping_windows() -> None:
    words = [str(number) for number in range(90)]

    read = [(window[0], window[-1], len(window)) for window in windows(words)]

    assert read == [("0", "49", 50), ("25", "74", 50), ("50", "89", 40)]


@pytest.mark.parametrize("length", [1, 49, 50, 51, 75, 76, 100, 600])
def test_every_word_of_a_text_that_is_not_long_is_read(length: int) -> None:
    words = [str(number) for number in range(length)]

    assert {word for window in windows(words) for word in window} == set(words)


def test_of_a_long_text_both_ends_are_read() -> None:
    words = [str(number) for number in range(1000)]

    read = {word for window in windows(words) for word in window}

    assert read == set(words[:300] + words[-300:])


def test_a_wording_that_no_pattern_names_is_alike() -> None:
    assert find_alike("it would be so easy to step off the kerb".split()) == {"crisis"}
    assert find_alike("can barely breathe and my chest feels tight".split()) == {"emergency"}
    assert find_alike("what is a fasciculation".split()) == set()
    assert find_alike([]) == set()
