"""Assistant.search: whole passages, behind the same door as ask."""

import pytest

from assistant import Abstention, Answer, Assistant, InputError, Reason
from assistant.records import Gate, NoticeKind
from tests.conftest import assistant_over

FEET = (
    "Cold feet\n\nCauses\n\nFeet get cold in winter frost."
    " Causes of cold feet include:\n• Frost\n• Ice\n\n"
    "Care\n\nWool socks warm cold feet. See a nurse when cold feet stay white.\n\n"
    "Medicine\n\nFor cold feet some take 20 mg of a medicine.\n"
)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return assistant_over(tmp_path_factory.mktemp("feet"), {"feet.txt": FEET})


def test_a_passage_is_whole_and_is_the_slice_that_it_says_it_is(assistant: Assistant) -> None:
    reply = assistant.search("What do wool socks do for cold feet?", k=1)

    assert isinstance(reply, Answer)
    (found,) = reply.citations
    assert found.quote == "Wool socks warm cold feet. See a nurse when cold feet stay white."
    assert assistant.documents[0].text[found.start : found.end] == found.quote


def test_what_ask_declines_is_not_found_either(assistant: Assistant) -> None:
    reply = assistant.search("Which stocks should somebody buy?")

    assert isinstance(reply, Abstention)
    assert reply.reason is Reason.OFF_TOPIC


def test_no_dose_is_found_for_a_question_about_a_medicine(assistant: Assistant) -> None:
    reply = assistant.search("How many mg should I take for cold feet?", k=8)

    quotes = [c.quote for c in reply.citations] if isinstance(reply, Answer) else []
    assert NoticeKind.MEDICINE in [notice.kind for notice in reply.notices]
    assert not any("20 mg" in quote for quote in quotes)


def test_a_crisis_card_stands_first_and_gates_every_passage(assistant: Assistant) -> None:
    reply = assistant.search("I want to kill myself. What do wool socks do for cold feet?")

    assert reply.notices[0].kind is NoticeKind.CRISIS
    assert isinstance(reply, Answer)
    assert {c.gate for c in reply.citations} == {Gate.CRISIS}


def test_an_empty_question_is_an_input_error(assistant: Assistant) -> None:
    assert isinstance(assistant.search(" "), InputError)
