"""A passage answers only if it speaks of the very thing that is asked: a price, catching it."""

import re

import pytest

from assistant.aspect import ASPECTS, asked_aspects, aspects, on_aspect
from assistant.records import ScoredPassage, Scorer
from ingest import Passage, Place


def passage(text: str, *, heading: str = "ALS", question: str | None = None) -> ScoredPassage:
    place = Place("a.md", 0, len(text), (heading,), question)
    return ScoredPassage(0, Passage(text, place), Scorer.STRENGTH, 0.9, 1)


def kept(question: str, *texts: str) -> list[str]:
    return [
        s.passage.text
        for s in on_aspect(asked_aspects(question), [passage(text) for text in texts])
    ]


@pytest.mark.parametrize(
    ("question", "answers", "shares_its_words"),
    [
        ("can i catch als from my husband", "ALS is not contagious.", "ALS weakens a husband."),
        ("how much does an emg cost", "An EMG costs more there.", "An EMG shows muscles."),
        ("Which brand of magnesium is best?", "No brand is best.", "Magnesium is a mineral."),
        ("best als clinic near me", "A directory lists clinics.", "A clinic has a team."),
        ("do dogs get twitches", "Dogs twitch as well.", "Twitches come in sleep."),
        ("does botox hurt when injected", "It can be sore.", "Botox loosens muscles."),
        ("does an emg hurt", "The needle is unpleasant.", "An EMG shows muscles."),
        ("twitching after a few beers", "Alcohol can bring twitches.", "Twitches are common."),
        ("does smoking raise the risk of als", "Tobacco was studied.", "Age raises the risk."),
        ("can my employer fire me", "Employers have to adapt.", "Fatigue is common."),
        ("can i still drive with als", "Some stop driving.", "Some stop walking."),
        ("What is the treatment for ataxia?", "Exercise helps.", "Ataxia makes gait unsteady."),
        ("bfs treatment?", "Medicines ease it.", "Health care begins with a medical examination."),
        ("How is a feeding tube placed?", "It is put through the skin.", "A tube is used in ALS."),
        ("normal range for potassium", "It is 3.5 to 5.", "Potassium is a mineral."),
        ("Can stem cells cure ALS?", "Stem cells were tried.", "The brain stem has cells."),
    ],
)
def test_what_does_not_speak_of_it_is_left_out(
    question: str, answers: str, shares_its_words: str
) -> None:
    assert kept(question, shares_its_words, answers) == [answers]


@pytest.mark.parametrize(
    "question",
    [
        "what helps against charley horses",  # a cramp
        "is a cat scan needed for twitching",
        "my leg hurts and twitches",  # no test is asked about
        "why do muscles fire by themselves",
        "twitching while driving to work",
        "how do i catch my breath after running",
        "is it normal to fear als",
        "does treatment come before the emg",
    ],
)
def test_a_question_that_is_after_nothing_of_the_kind_keeps_every_passage(question: str) -> None:
    assert kept(question, "Muscles twitch.", "Nerves fire.") == ["Muscles twitch.", "Nerves fire."]


def test_headings_and_the_question_that_is_answered_count_as_what_a_passage_says() -> None:
    under_heading = passage("It varies.", heading="What a test costs")
    of_question = passage("No.", question="Can people catch it?")

    assert on_aspect(asked_aspects("price of an emg"), [under_heading]) == (under_heading,)
    assert on_aspect(asked_aspects("is als contagious"), [of_question]) == (of_question,)


def test_two_things_at_once_need_both() -> None:
    question = "can my dog catch als from me"

    assert kept(question, "Dogs catch no ALS.", "Dogs bark.") == ["Dogs catch no ALS."]


def test_the_table_is_dated_reasoned_and_each_name_stands_once() -> None:
    text = ASPECTS.read_text(encoding="utf-8")

    assert re.search(r"^reviewed = \d{4}-\d\d-\d\d$", text, re.MULTILINE)
    assert text.count("[[aspect]]") == text.count("reason = ") == len(aspects()) == 14
    assert len({aspect.name for aspect in aspects()}) == 14
