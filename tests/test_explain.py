"""`ask --explain`: every run with its scores, what was fused, and why it ended so."""

import pytest

from assistant import Assistant
from assistant.render.explain import explanation_to_text
from tests.conftest import assistant_over


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return assistant_over(
        tmp_path_factory.mktemp("feet"), {"feet.txt": "Feet\n\nWool socks warm cold feet.\n"}
    )


def test_an_explanation_shows_each_run_the_fusion_and_the_bar(assistant: Assistant) -> None:
    lines = explanation_to_text(assistant.explain("Do wool socks warm cold feet?")).split("\n")

    assert lines[2] == "terms         wool, sock, warm, cold, feet"
    headings = [line.split(" (")[0] for line in lines if line.endswith("passages)")]
    assert headings == ["cosine", "bm25", "faq_cosine", "fused: strength"]
    assert "feet.txt#6-32  Wool socks warm cold feet." in lines[4]
    assert lines[-2].startswith("answered; best strength 1.")
    assert lines[-2].endswith("needed 0.690")


def test_an_explanation_says_why_there_is_no_answer(assistant: Assistant) -> None:
    declined = explanation_to_text(assistant.explain("Which stocks should somebody buy?"))

    assert "not answered: off_topic; best strength 0." in declined
    assert explanation_to_text(assistant.explain("???")) == (
        "not answered: empty, before anything was weighed\n"
    )


def test_each_clause_that_was_looked_up_is_shown(assistant: Assistant) -> None:
    shown = explanation_to_text(assistant.explain("I lost my hat. My cold feet ache, is it ALS?"))

    assert "question      My cold feet ache" in shown


def test_the_reply_is_the_one_that_ask_gives(assistant: Assistant) -> None:
    question = "Do wool socks warm cold feet?"

    assert assistant.explain(question).reply == assistant.ask(question)


def test_an_explanation_is_safe_on_a_terminal(assistant: Assistant) -> None:
    assert "\x1b" not in explanation_to_text(assistant.explain("wool \x1b[31m socks"))
