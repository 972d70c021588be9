"""The second reading: what a stretch of text is like, and how much of a text is read."""

import pytest

from assistant.safety.detectors import Covers, detectors
from assistant.safety.fold import fold
from assistant.safety.likeness import Likeness, features, find_alike, is_read_whole, stands, windows
from assistant.safety.places import Places
from assistant.safety.screen import screen
from assistant.safety.words import STOP, split_words


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


def test_nothing_is_added_for_several_windows_unless_a_detector_says_so() -> None:
    likeness = Likeness({"a": 3.0}, {"a": 1.0}, intercept=0.0, threshold=2.0)

    assert likeness.has(["a"], is_one_of_several=True)


def test_two_windows_are_several(monkeypatch: pytest.MonkeyPatch) -> None:
    likeness = Likeness({"a": 3.0}, {"a": 1.0}, intercept=0.0, threshold=2.0, several=1.5)
    monkeypatch.setattr("assistant.safety.likeness._likenesses", lambda: {"crisis": likeness})

    assert find_alike(["a"] * 50) == {"crisis"}  # one window
    assert find_alike(["a"] * 51) == set()  # two


@pytest.mark.parametrize(("before", "after"), [(25, None), (None, 15)])
def test_words_around_a_finding_are_25_before_and_15_after(
    before: int | None, after: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    likeness = Likeness({"far": 5.0}, {"far": 1.0, "x": 1.0}, 0.0, 0.0, unlike=((1, 1.0),))
    monkeypatch.setattr("assistant.safety.likeness._likenesses", lambda: {"crisis": likeness})

    def meant(further: int) -> bool:
        words = ["x"] * 101
        words[50 - before - further if before else 50 + (after or 0) + further] = "far"
        return stands("crisis", words, 1 << 50)

    assert meant(0)
    assert not meant(1)


def test_words_lack_what_is_far_below_their_phrases_the_sooner_the_longer_the_text() -> None:
    likeness = Likeness({"a": -2.0}, {"a": 1.0}, 0.0, 0.0, unlike=((20, -3.0), (46, -1.5)))

    assert likeness.lacks(["a"], of_words=46)
    assert not likeness.lacks(["a"], of_words=45)  # -2 is not below -3
    assert not likeness.lacks(["a"], of_words=19)
    assert not likeness.lacks(["a", "x"], of_words=46)  # half of its words are unknown


CALM = "which tests do doctors order to find out what makes muscles twitch".split()


def stands_at(place: int, words: list[str], *, aside: int = 0) -> bool:
    """Whether an emergency that ends at this word stands among these words."""
    return stands("emergency", [STOP, *words, STOP], 1 << (place + 1), aside << 1)


def test_a_finding_among_calm_words_is_taken_back_unless_the_text_is_short() -> None:
    assert not stands_at(5, CALM)
    assert stands_at(5, CALM[:11])


def test_nothing_is_taken_back_from_a_text_whose_middle_is_left_out() -> None:
    assert is_read_whole(CALM * 50)  # 600 words
    assert not is_read_whole([*CALM * 50, STOP])


def test_one_finding_that_stands_is_enough() -> None:
    words = [STOP, *CALM, *CALM, STOP, *"now he is choking and turning blue".split(), STOP]
    calm, choking = 1 << 6, 1 << words.index("choking")

    assert not stands("emergency", words, calm)
    assert stands("emergency", words, calm | choking)


def test_words_of_a_frame_are_not_read_and_what_is_found_in_them_stands() -> None:
    frame = (1 << len(CALM)) - 1

    assert stands_at(len(CALM) + 1, [*CALM, "cannot", "breathe"], aside=frame)  # two words are left
    assert stands_at(5, CALM, aside=frame)


def test_an_emergency_amid_calm_words_is_not_taken_back() -> None:
    calm = "We have a call bell for him and the nurse comes twice a week to help with washing. "
    told = calm * 2 + "Now he is choking and turning blue. " + calm

    assert screen(told).emergency


def test_a_card_of_a_text_whose_middle_is_left_out_stands() -> None:
    calm = "Which tests do doctors order to find out what makes muscles twitch? "
    odd = "He choked on his words at the wedding and we all laughed. "

    assert not screen(calm * 4 + odd + calm * 2).emergency
    assert screen(calm * 30 + odd + calm * 30).emergency


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


def test_a_text_that_is_just_not_long_is_read_across_its_middle() -> None:
    words = [str(number) for number in range(600)]

    assert any({"299", "300"} <= set(window) for window in windows(words))


def test_of_a_long_text_both_ends_are_read() -> None:
    words = [str(number) for number in range(1000)]

    read = {word for window in windows(words) for word in window}

    assert read == set(words[:300] + words[-300:])


def test_a_wording_that_no_pattern_names_is_alike() -> None:
    assert find_alike("it would be so easy to step off the kerb".split()) == {"crisis"}
    assert find_alike("can barely breathe and my chest feels tight".split()) == {"emergency"}
    assert find_alike("what is a fasciculation".split()) == set()
    assert find_alike([]) == set()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Seriously thinking about driving into the median on the way home.", "crisis"),
        ("I splashed drain cleaner in both eyes a minute ago", "emergency"),
    ],
)
def test_what_no_pattern_finds_gets_the_card_of_what_it_is_alike(text: str, kind: str) -> None:
    words = split_words(fold(text))
    places, known = Places([STOP, *words, STOP], detectors().vocabulary), detectors()
    covers = Covers(known.guards, places)

    assert not known.by_name[kind].finds(places, None, covers)
    assert getattr(screen(text), kind)
