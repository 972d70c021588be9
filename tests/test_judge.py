"""A look judged: what is left out by which rule, what is kept, and what it needed."""

import pytest

from assistant import Abstention, Assistant, Reason
from assistant.explanation import Judgement
from assistant.judge import NO_DOSE, OTHER_SUBJECT, UNSPOKEN
from tests.conftest import assistant_over

ARTICLES = {
    "als.txt": "ALS\n\nALS makes toes and ankles cold.\n\nRilozap slows ALS in cold toes.\n",
    "polio.txt": "Polio\n\nPost-polio syndrome is never contagious among cold toes.\n",
}


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return assistant_over(tmp_path_factory.mktemp("toes"), ARTICLES)


def judged(assistant: Assistant, question: str) -> Judgement:
    return assistant.explain(question).judgements[-1]


def rules(judgement: Judgement) -> dict[str, str]:
    """The first words of each passage that was left out, and the rule."""
    return {left.scored.passage.text.split()[0]: left.rule for left in judgement.left_out}


def test_what_is_left_out_is_left_out_by_a_rule(assistant: Assistant) -> None:
    contagious = judged(assistant, "Is ALS contagious in toes?")

    assert rules(contagious) == {
        "Post-polio": OTHER_SUBJECT,
        "ALS": f"{UNSPOKEN} infection",
        "Rilozap": f"{UNSPOKEN} infection",
    }
    assert contagious.strength == 0


def test_a_dose_is_the_one_thing_that_nothing_answers(assistant: Assistant) -> None:
    dose = judged(assistant, "What dose of rilozap slows ALS in cold toes?")

    assert set(rules(dose).values()) == {NO_DOSE}
    assert dose.evidence is Reason.NOTHING_RELEVANT
    unknown = judged(assistant, "What dose of frumelin helps against zorpen?")
    assert unknown.look.strength < 0.3
    assert unknown.evidence is Reason.NOTHING_RELEVANT


def test_a_subject_that_the_library_has_is_not_off_topic_whatever_is_asked_of_it(
    assistant: Assistant,
) -> None:
    question = "Does ALS make toes and ankles contagious?"
    found = judged(assistant, question)

    assert found.look.strength > 0.3
    assert found.strength == 0
    assert found.evidence is Reason.NOTHING_RELEVANT
    reply = assistant.ask(question)
    assert isinstance(reply, Abstention)
    assert reply.reason is Reason.NOTHING_RELEVANT


def test_another_topic_is_off_topic_though_it_asks_for_what_no_passage_speaks_of(
    assistant: Assistant,
) -> None:
    assert judged(assistant, "How much does a sports car cost?").evidence is Reason.OFF_TOPIC


def test_nothing_is_left_out_where_nothing_is_asked_for(assistant: Assistant) -> None:
    assert judged(assistant, "What makes toes and ankles cold?").left_out == ()


def test_a_question_about_a_person_is_held_against_the_bar_for_one(assistant: Assistant) -> None:
    whole = "Dropped zorpen frumel twice today is that ALS"
    (only,) = assistant.explain(whole).judgements

    assert only.is_personal
    assert only.bar == pytest.approx(0.54 + 0.06 * 1.0)  # "zorpen" is in no library


def test_a_clause_of_it_is_held_against_the_bar_for_any_question(assistant: Assistant) -> None:
    clause = "Cold toes"
    rambling = "I moved house last winter, sold the old piano and lost my hat, coat and umbrella"
    whole = f"{rambling}. {clause}. Do I have ALS?"
    first, second = assistant.explain(whole).judgements

    assert (first.is_personal, second.is_personal) == (True, False)
    assert second.look.query.question == clause
    assert second.bar == pytest.approx(0.69)


def test_what_is_asked_counts_though_another_clause_was_looked_up(assistant: Assistant) -> None:
    rambling = "I moved house last winter, sold the old piano and lost my hat, coat and umbrella"
    whole = f"{rambling}. Cold toes. Do I have a frumelin?"
    judgement = judged(assistant, whole)

    assert judgement.look.query.question == "Cold toes"
    assert judgement.bar == pytest.approx(0.69 + 0.2 * 1.0)  # "frumelin" is in no library


def test_a_story_that_does_not_end_in_a_question_is_held_against_its_own_words(
    assistant: Assistant,
) -> None:
    rambling = "I moved house last winter, sold the old piano and lost my hat, coat and umbrella"
    judgement = judged(assistant, f"{rambling}. Do I have ALS? Cold toes. It is a frumelin. Why?")

    assert judgement.look.query.question == "Cold toes"
    assert judgement.bar == pytest.approx(0.69)
