"""Sources that disagree are shown side by side, and only when the question touches the claim."""

from collections.abc import Sequence

import pytest

from assistant.differ import both_sides
from assistant.records import ScoredPassage, Scorer
from assistant.understand import understand
from ingest import Passage, Place


def candidates(*texts: str) -> Sequence[ScoredPassage]:
    return [
        ScoredPassage(n, Passage(t, Place(f"d{n}", 0, len(t))), Scorer.STRENGTH, 1.0, n + 1)
        for n, t in enumerate(texts)
    ]


def sides(question: str, *texts: str) -> tuple[str, ...]:
    found = both_sides(understand(question), candidates(*texts))
    return tuple(s.scored.passage.text[s.start : s.end] for s in found or ())


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("Is ALS twitching painful?", "It is not painful.", "Painful muscle cramps occur."),
        (
            "Is fasciculation the first sign of ALS?",
            "An initial abnormality.",
            "Twitches alone are not enough.",
        ),
        ("How long does twitching last?", "A few days.", "It goes on for weeks or even months."),
        (
            "Can ALS twitches stay in one place?",
            "They do not keep to one muscle.",
            "They are more widespread.",
        ),
        (
            "Is twitching a sign of MS?",
            "It is not a symptom.",
            "Illness such as MS or ALS causes it.",
        ),
        (
            "How fast does ALS progress after twitching?",
            "It has not been found to have a link.",
            "The late stage.",
        ),
        (
            "Is twitching without weakness bad?",
            "With no weakness it is benign.",
            "If persistent, consult a doctor.",
        ),
        (
            "When should a doctor look at twitching?",
            "After a few months.",
            "People who notice it should go.",
        ),
    ],
)
def test_each_claim_shows_both_of_its_sides(question: str, one: str, other: str) -> None:
    assert set(sides(question, "Dogs bark.", one, other)) == {one, other}


def test_one_side_alone_is_not_a_disagreement() -> None:
    assert sides("Is ALS twitching painful?", "ALS twitching is not painful.") == ()


def test_one_sentence_does_not_disagree_with_itself() -> None:
    both = "ALS twitching is not painful, but painful cramps occur."

    assert sides("Is ALS twitching painful?", both) == ()
    assert sides("Is ALS twitching painful?", both, "It does not hurt.") == (
        both,
        "It does not hurt.",
    )


def test_the_foremost_pair_is_shown_in_the_order_of_the_candidates() -> None:
    painful, painless = "Painful muscle cramps occur.", "Twitches are not painful."

    found = sides("Is ALS twitching painful?", painful, "Dogs bark.", painless, "Not painful.")

    assert found == (painful, painless)


@pytest.mark.parametrize(
    "question",
    ["Is frostbite painful?", "How long do ALS fasciculations last?", "Is ALS twitching in MS?"],
)
def test_a_question_that_touches_no_claim_is_left_alone(question: str) -> None:
    texts = (
        "Twitches are not painful. They end in a few days.",
        "Painful cramps. For weeks or even months.",
    )

    assert sides(question, *texts) == ()
