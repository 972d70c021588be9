"""Which quotes stay folded (R8), and which state a dose (R9)."""

import pytest

from assistant.gates import asks_dose, gate_of, mentions_dose
from assistant.records import Gate


@pytest.mark.parametrize(
    "quote",
    [
        "Most reach the late stage within two to three years.",
        "The average survival time is 2-5 years.",
        "About half of them die within 30 months.",
        "Some 10% live for ten years or longer.",
        "Respiratory failure usually occurs within 3 to 5 years.",
        "Few people survive more than a decade.",
        "ALS is usually fatal within a few years.",
        "Some are still alive after several years.",
        "It kills most people in two years.",
    ],
)
def test_figures_about_how_long_people_live_are_gated(quote: str) -> None:
    assert gate_of(quote) is Gate.PROGNOSIS


@pytest.mark.parametrize(
    "quote",
    [
        "Fasciculations may persist for months or years.",
        "Twitching can go on for weeks, or even months.",
        "ALS is a progressive disease.",
        "Nobody can say how long a person will live.",
        "People of 40 years and older have it more often.",
        "PLS gets worse slowly, over years or decades, and it is not fatal.",
        "Twitching can last for a few months, several years or a decade.",
        "Respiratory failure can follow.",
    ],
)
def test_other_figures_and_other_words_are_not_gated(quote: str) -> None:
    assert gate_of(quote) is None


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        ("Take 50 mg twice a day.", True),
        ("Two doses of 1.5 ml", True),
        ("400 IU of it", True),
        ("take 2 tablets", True),
        ("take half a tablet daily", True),
        ("take two tablets", True),
        ("five hundred milligrams", True),
        ("2 puffs", True),
        ("a quarter of a pill", True),
        ("one teaspoonful", True),
        ("tablets of two kinds", False),
        ("one medicine, five days, 2 to 5 of 100,000 people", False),
        ("a low level of magnesium", False),
        ("within 30 minutes", False),
    ],
)
def test_an_amount_of_a_medicine_is_a_dose(quote: str, expected: bool) -> None:
    assert mentions_dose(quote) is expected


@pytest.mark.parametrize(
    "question",
    [
        "how many mg of zinc should I take",
        "How much magnesium should I take?",
        "what dose of diazepam helps",
        "What is the recommended dose of riluzole?",
        "vitamin D dosage for cramps",
    ],
)
def test_a_question_that_only_a_dose_would_answer(question: str) -> None:
    assert asks_dose(question)


@pytest.mark.parametrize(
    "question",
    [
        "Can a high dose of caffeine make muscles twitch?",
        "How much does an EMG hurt?",
        "Does magnesium help with twitching?",
        "how many people take riluzole",
    ],
)
def test_a_question_about_a_medicine_that_words_can_answer(question: str) -> None:
    assert not asks_dose(question)
