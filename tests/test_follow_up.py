"""A question that leans on the one before it is asked back with its topic changed."""

from pathlib import Path

import pytest

from assistant import Abstention, Assistant, Reason
from assistant.follow_up import topic_of_follow_up, with_topic
from assistant.understand import Topic, topics
from tests.conftest import assistant_over

SOCKS = (
    "Socks\n\nFAQ\n\nDo socks help in MS? ›\n\nWool socks warm feet.\n\n"
    "Do socks help in ALS? ›\n\nSocks are worn in winter.\n"
)


def topic(name: str) -> Topic:
    return next(t for t in topics() if t.name == name)


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("and in MS?", "MS"),
        ("And what about multiple sclerosis", "MS"),
        ("what about MND then?", "ALS"),
        ("how about BFS", "benign fasciculation syndrome"),
        ("or with Lou Gehrig's disease?", "ALS"),
        ("ok, and ALS too?", "ALS"),
        ("is it the same for Parkinson's?", "Parkinson's disease"),
    ],
)
def test_a_fragment_that_names_a_topic_leans_on_an_earlier_question(
    question: str, name: str
) -> None:
    assert topic_of_follow_up(question) == topic(name)


@pytest.mark.parametrize(
    "question",
    [
        "MS",
        "ALS?",
        "What is MS?",
        "and is twitching common in MS?",
        "what about my leg?",
        "and?",
        "",
    ],
)
def test_a_question_of_its_own_leans_on_nothing(question: str) -> None:
    assert topic_of_follow_up(question) is None


def test_the_topic_changes_and_nothing_else() -> None:
    assert with_topic("Are ALS twitches painful?", topic("MS")) == "Are MS twitches painful?"
    assert (
        with_topic("Is twitching common in amyotrophic lateral sclerosis?", topic("MS"))
        == "Is twitching common in MS?"
    )


@pytest.mark.parametrize(
    "previous",
    [
        "What helps with eyelid twitching?",  # no topic to change
        "Is it ALS or MS?",  # two
        "Is twitching common in MS?",  # this one already
        "My arm is weak, do I have ALS?",  # what a person said of themselves stays behind
        "How long do people with ALS live?",  # an outlook is never suggested
        "I want to die, is twitching ALS?",
    ],
)
def test_what_must_not_be_carried_over_is_not(previous: str) -> None:
    assert with_topic(previous, topic("MS")) is None


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return assistant_over(tmp_path_factory.mktemp("socks"), {"socks.txt": SOCKS})


def test_a_fragment_is_asked_back_as_the_earlier_question_with_its_topic_changed(
    assistant: Assistant,
) -> None:
    reply = assistant.ask("and in MS?", previous="Do wool socks warm feet in ALS?")

    assert isinstance(reply, Abstention)
    assert reply.reason is Reason.AMBIGUOUS
    assert reply.did_you_mean == ("Do wool socks warm feet in MS?", "Do socks help in MS?")


def test_a_changed_question_that_the_library_does_not_answer_is_not_offered(
    assistant: Assistant,
) -> None:
    unanswered = assistant.ask("and in MS?", previous="Are ALS hats contagious?")
    nothing_left = assistant.ask("and in Parkinson's?", previous="Are ALS hats contagious?")

    assert isinstance(unanswered, Abstention)
    assert unanswered.did_you_mean == ("Do socks help in MS?",)
    assert isinstance(nothing_left, Abstention)
    assert (nothing_left.reason, nothing_left.did_you_mean) == (Reason.OFF_TOPIC, ())


def test_a_question_that_the_library_asks_itself_is_offered_once(tmp_path: Path) -> None:
    asked = "Socks\n\nFAQ\n\nWhat are MS socks? ›\n\nMS socks are warm.\n"
    reply = assistant_over(tmp_path, {"socks.txt": asked}).ask(
        "and in MS?", previous="What are ALS socks?"
    )

    assert isinstance(reply, Abstention)
    assert reply.did_you_mean == ("What are MS socks?",)


def test_a_fragment_without_an_earlier_question_is_asked_back_with_the_librarys_own(
    assistant: Assistant,
) -> None:
    reply = assistant.ask("and in MS?")

    assert isinstance(reply, Abstention)
    assert reply.did_you_mean == ("Do socks help in MS?",)


def test_an_earlier_question_changes_nothing_about_a_whole_one(assistant: Assistant) -> None:
    whole = "Do socks help in MS?"

    assert assistant.ask(whole, previous="Do I have ALS?") == assistant.ask(whole)
