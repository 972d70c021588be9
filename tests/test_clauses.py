"""A long, personal question can be answered in one of its parts."""

import pytest

from assistant.clauses import split_clauses


@pytest.mark.parametrize(
    ("question", "clauses"),
    [
        (
            "I can't open jars anymore and my hand twitches. What do I have?",
            ("I can't open jars anymore", "my hand twitches", "What do I have?"),
        ),
        ("Do I have ALS?", ()),
        ("help, my calf jumps", ("my calf jumps",)),
        ("", ()),
    ],
)
def test_clauses_end_at_stops_commas_and_conjunctions(
    question: str, clauses: tuple[str, ...]
) -> None:
    assert split_clauses(question) == clauses


def test_at_most_six_clauses_are_looked_up() -> None:
    assert len(split_clauses("my leg twitches, " * 50)) == 6


def test_of_more_than_six_the_last_which_asks_is_among_them() -> None:
    clauses = split_clauses("my leg twitches, " * 9 + "what is it from?")

    assert clauses == (*["my leg twitches"] * 5, "what is it from?")
