"""What something is: the question that asks it, and the sentence that says it."""

import pytest

from assistant.definition import asks_what_is, defines, is_definition
from assistant.understand import understand


@pytest.mark.parametrize("question", ["What is a sock?", "whats a sock", "So what exactly is ALS?"])
def test_a_question_can_ask_what_something_is(question: str) -> None:
    assert asks_what_is(understand(question))


@pytest.mark.parametrize(
    "question", ["What causes socks?", "Is it a sock?", "What are the signs of ALS?"]
)
def test_a_question_can_ask_for_more(question: str) -> None:
    assert not asks_what_is(understand(question))


@pytest.mark.parametrize(
    ("sentence", "says"),
    [
        ("A sock is a garment for the foot.", True),
        ("Socks are usually harmless.", False),
        ("If socks are a burden, take them off.", False),
        ("Wool is warm, and a sock is wool.", False),
        ("Shoes are stiff.", False),
    ],
)
def test_a_sentence_defines_what_it_opens_with(sentence: str, says: bool) -> None:
    assert is_definition(understand("What is a sock?"), sentence) is says


def test_a_twitch_is_defined_as_a_fasciculation() -> None:
    query = understand("What is a twitch?")

    assert defines(query, "Wool is warm. A fasciculation is a short movement of a muscle.")
