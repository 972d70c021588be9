"""Links that scroll to a quote: everything but letters and digits is percent-encoded."""

import pytest

from assistant.deep_link import deep_link


def test_a_short_quote_is_linked_whole() -> None:
    assert deep_link("https://x.example/a#top", "Feet, cold & wet - 5%") == (
        "https://x.example/a#:~:text=Feet%2C%20cold%20%26%20wet%20%2D%205%25"
    )


def test_a_long_quote_is_linked_by_its_ends() -> None:
    quote = "one two three four five six seven eight nine ten eleven twelve thirteen"

    assert deep_link("http://x.example", quote) == (
        "http://x.example#:~:text=one%20two%20three%20four%20five%20six,"
        "eight%20nine%20ten%20eleven%20twelve%20thirteen"
    )


def test_a_list_is_linked_from_its_lead_in_to_its_last_item() -> None:
    assert deep_link("https://x.example", "Causes:\n• Frost\n• Ice") == (
        "https://x.example#:~:text=Causes%3A,Ice"
    )


@pytest.mark.parametrize("url", [None, "javascript:alert(1)", "ftp://x.example", "x.example"])
def test_only_http_addresses_are_linked(url: str | None) -> None:
    assert deep_link(url, "Feet") is None
