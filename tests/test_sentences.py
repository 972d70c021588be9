"""Sentence boundaries: a quote is whole sentences, so a wrong boundary is a wrong quote."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import split_sentences


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    "expected",
    [
        ["Feet get cold.", "Socks help!", "Do they?", "They do."],
        ["Cold feet (e.g., low heat or high winds) pass.", "They do."],
        ["Dr. Foot and J. Sock agree.", "So do we."],
        ["It is 3.5 degrees.", "That is cold."],
        ['He said "cold."', "Then he left."],
        ["Feet vs. hands: no contest.", "Both freeze."],
        ["People may feel 1) cold and 2) wet.", "(See also Ice.)"],
        ["Frost, ice etc.", "Snow is next."],
    ],
)
def test_boundaries_fall_between_sentences_and_nowhere_else(expected: list[str]) -> None:
    assert sentences(" ".join(expected)) == expected


def test_a_line_break_ends_a_sentence() -> None:
    assert sentences("Causes include:\n• Frost\n• Ice") == ["Causes include:", "• Frost", "• Ice"]


def test_a_list_number_is_not_a_sentence() -> None:
    assert sentences("Causes:\n1. Frost: it bites.\n2. Ice.") == [
        "Causes:",
        "1. Frost: it bites.",
        "2. Ice.",
    ]


@given(st.text(alphabet=st.sampled_from("aB .!?\n1)\"'(•e.g."), max_size=80))
def test_every_character_but_white_space_is_in_exactly_one_sentence(text: str) -> None:
    spans = split_sentences(text)

    joined = "".join("".join(text[start:end].split()) for start, end in spans)

    assert joined == "".join(text.split())
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert all(text[start:end] == text[start:end].strip() for start, end in spans)
