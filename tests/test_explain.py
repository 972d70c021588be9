"""`ask --explain`: every run with its scores, what was fused, and why it ended so."""

from pathlib import Path

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
    question = "Do wool socks warm cold feet?"
    lines = explanation_to_text(assistant.explain(question)).split("\n")

    assert lines[2] == "terms         wool, sock, warm, cold, feet"
    headings = [line.split(" (")[0] for line in lines if line.endswith("passages)")]
    fused = "fused: strength = cosine + coverage + words + twin"
    assert headings == ["cosine", "bm25", "faq_cosine", fused]
    assert "feet.txt#6-32  Wool socks warm cold feet." in lines[4]
    assert lines[-5:] == [
        "judged        Do wool socks warm cold feet?",
        "kept          1",
        f"strength      {assistant.explain(question).judgements[0].strength:.3f}, needed 0.690",
        "answered",
        "",
    ]


def test_a_strength_is_shown_with_what_it_is_the_sum_of(assistant: Assistant) -> None:
    lines = explanation_to_text(assistant.explain("Do wool socks warm cold feet?")).split("\n")
    fused = next(n for n, line in enumerate(lines) if line.startswith("fused"))

    _, strength, *parts, place = lines[fused + 1].split(maxsplit=6)

    assert place.startswith("feet.txt#6-32")
    assert parts[1:] == ["+0.200", parts[2], "+0.000"], "all words are there; no FAQ question"
    assert float(strength) == pytest.approx(sum(map(float, parts)), abs=0.002)


def test_what_was_left_out_is_shown_with_the_rule(assistant: Assistant) -> None:
    shown = explanation_to_text(assistant.explain("Are wool socks for cold feet contagious?"))

    lines = shown.split("\n")[-6:]
    assert lines[1:3] == ["left out      1: does not speak of infection", "kept          nothing"]
    assert lines[3].startswith("strength      0.000 (before leaving out 0.")
    assert lines[4:] == ["not answered: nothing_relevant", ""]


def test_the_bar_for_a_question_about_a_person_is_the_one_that_was_held_against_it(
    assistant: Assistant,
) -> None:
    shown = explanation_to_text(assistant.explain("Dropped zorpen frumel today is that ALS"))

    assert "needed 0.600, as it is about a person\n" in shown


def test_two_sides_of_what_is_asked_are_named(tmp_path: Path) -> None:
    sides = {
        "a.txt": "Twitches\n\nBenign twitching lasts a few days.\n",
        "b.txt": "Twitching\n\nBenign twitching goes on for weeks or even months.\n",
    }
    shown = explanation_to_text(
        assistant_over(tmp_path, sides).explain("How long does benign twitching last?")
    )

    assert "put first     1-2: two sides of what is asked\n" in shown


def test_an_explanation_says_why_there_is_no_answer(assistant: Assistant) -> None:
    declined = explanation_to_text(assistant.explain("Which stocks should somebody buy?"))

    assert declined.endswith("not answered: off_topic\n")
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
