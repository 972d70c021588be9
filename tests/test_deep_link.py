"""Links that scroll to a quote: everything but letters and digits is percent-encoded."""

import pytest

from assistant.deep_link import deep_link


def link(text: str, quote: str, *, nth: int = 0) -> str | None:
    """The directive of a link to the nth place of a quote in a text."""
    start = -1
    for _ in range(nth + 1):
        start = text.index(quote, start + 1)
    found = deep_link("https://x.example/a#top", text, start, start + len(quote))
    assert found is not None
    return found.removeprefix("https://x.example/a#:~:text=")


def test_a_short_quote_is_linked_whole() -> None:
    assert link("Feet, cold & wet - 5%", "Feet, cold & wet - 5%") == (
        "Feet%2C%20cold%20%26%20wet%20%2D%205%25"
    )


def test_a_long_quote_is_linked_by_its_ends() -> None:
    quote = "one two three four five six seven eight nine ten eleven twelve thirteen"

    assert link(quote, quote) == (
        "one%20two%20three%20four%20five%20six,eight%20nine%20ten%20eleven%20twelve%20thirteen"
    )


def test_a_list_is_linked_from_its_lead_in_to_its_last_item() -> None:
    quote = "Causes:\n• Frost\n• Ice"

    assert link(quote, quote) == "Causes%3A,Ice"


def test_a_quote_that_is_the_first_of_its_kind_needs_no_words_around_it() -> None:
    text = "Rest helps.\nSnow is cold. Rest helps. Ask.\nRest helps."

    assert link(text, "Rest helps.") == "Rest%20helps%2E"


def test_a_repeated_quote_is_singled_out_by_the_words_before_it() -> None:
    text = "Rest helps.\nSnow is cold. Rest helps. Ask.\nRest helps."

    assert link(text, "Rest helps.", nth=1) == "cold%2E-,Rest%20helps%2E"
    assert link(text, "Rest helps.", nth=2) == "Ask%2E-,Rest%20helps%2E"


def test_words_after_it_single_out_what_the_words_before_cannot() -> None:
    text = "Snow. Rest helps. Now.\nSnow. Rest helps. Later."

    assert link(text, "Rest helps.", nth=1) == "Snow%2E-,Rest%20helps%2E,-Later%2E"


def test_the_end_grows_until_it_stands_nowhere_earlier_in_the_quote() -> None:
    again = "and it may come back soon"
    quote = f"It was cold there that day {again} or {again}"

    assert link(quote, quote) == (
        "It%20was%20cold%20there%20that%20day,or%20and%20it%20may%20come%20back%20soon"
    )


@pytest.mark.parametrize("url", [None, "javascript:alert(1)", "ftp://x.example", "x.example"])
def test_only_http_addresses_are_linked(url: str | None) -> None:
    assert deep_link(url, "Feet", 0, 4) is None
