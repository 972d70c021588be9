"""A question that asks what something is, and quotes that say so."""

import pytest

from assistant.define import asks_definition


@pytest.mark.parametrize(
    "question",
    [
        "What is clonus?",
        "whats clonus",
        "What exactly is a clonus?",
        "what does the word clonus mean",
        "clonus meaning",
        "definition of clonus",
        "define clonus",
    ],
)
def test_the_quote_that_says_what_it_is_defines_it(question: str) -> None:
    defines = asks_definition(question)

    assert defines is not None
    assert defines("Clonus is a series of jerks.")
    assert defines("Reflexes may be brisk. Clonus describes repeated jerks.")
    assert not defines("Causes of clonus are many.")
    assert not defines("In clonus the foot is a sign.")
    assert not defines("Clonus is common in MS.")


def test_one_of_several_names_of_a_condition_is_as_good_as_another() -> None:
    defines = asks_definition("what is ALS")

    assert defines is not None
    assert defines("Amyotrophic lateral sclerosis (ALS) is a disease of motor neurons.")
    assert not defines("Benign fasciculation syndrome is a condition.")


def test_several_are_defined_by_what_one_is_and_one_by_what_several_are() -> None:
    ones, several = asks_definition("What are cramps?"), asks_definition("what is a cramp")

    assert ones is not None
    assert several is not None
    assert ones("A cramp is a painful tightening.")
    assert several("Cramps are sudden and painful.")


@pytest.mark.parametrize(
    "question",
    [
        "Is clonus dangerous?",
        "what is the best hospital in town for clonus",  # about it, not what it is
        "what is " + "." * 120 + " clonus",
        "what is it",  # nothing that could be looked for
        "",
    ],
)
def test_other_questions_ask_for_no_definition(question: str) -> None:
    assert asks_definition(question) is None
