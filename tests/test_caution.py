"""A sign that is denied is no word of caution, in a quote or in a question."""

import pytest

from assistant.caution import advises, asks_caution, cautions
from assistant.safety import screen


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        ("Growing weakness is the sign that marks ALS.", True),
        ("Twitching with weakness, not alone, matters.", True),
        ("Not only weakness matters.", True),
        ("People with twitches should see a doctor.", True),
        ("Twitching with no weakness points to a benign syndrome.", False),
        ("With no weakness, no wasting and no stronger reflexes it is benign.", False),
        ("Twitching without weakness, wasting or stronger reflexes is benign.", False),
        ("Muscles are not weak, have not wasted.", False),
        ("Most twitches are harmless.", False),
    ],
)
def test_a_quote_cautions_when_it_names_a_sign_or_says_what_to_do(
    quote: str, expected: bool
) -> None:
    assert cautions(quote) is expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("my grip feels weak and I twitch, is it benign", True),
        ("no wasting, but my legs are weak", True),
        ("my knees are normal, no muscle loss, not weak, so why twitching", False),
        ("why does my calf twitch", False),
    ],
)
def test_a_question_asks_for_caution_when_a_sign_is_there(question: str, expected: bool) -> None:
    assert asks_caution(question, screen(question)) is expected


def test_to_name_a_sign_is_not_to_say_what_to_do() -> None:
    assert advises("Weak muscles need a doctor.")
    assert not advises("Growing weakness is a sign.")
