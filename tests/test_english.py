"""How much a word says: next to nothing for common words, all for rare ones."""

import pytest

from assistant.english import is_english, specificity


def test_common_words_say_next_to_nothing_and_rare_ones_all() -> None:
    assert specificity("the") == 0.1
    assert specificity("riluzole") == 1.0
    assert specificity("best") < specificity("cure") < specificity("contagious") < 1.0


def test_specificity_is_surprisal_between_seven_and_fourteen_nats() -> None:
    # 2,406 of 1,646,569,324 running words: -ln = 13.436 nats, of the way from 7 to 14.
    assert specificity("contagious") == pytest.approx((13.436 - 7) / 7, abs=1e-3)


def test_a_word_is_english_or_not() -> None:
    assert is_english("dogs")
    assert not is_english("twithing")


def test_a_long_misspelt_word_says_as_little_as_what_was_meant() -> None:
    assert specificity("definately") == specificity("definitely") < 0.5
    assert specificity("riluzole") == 1.0
    assert specificity("marfan") == 1.0, "a short unknown word may be a name"
