"""The extraction benchmark counts what it says it counts."""

import gzip
import json
from pathlib import Path

import pytest

from benchmarks.extraction import Page, measure, read_pages, token_f1

PROSE = "Feet get cold when less blood reaches them, and in winter that happens to everyone. " * 3
GOLD = f"<div><h2>Causes</h2><p>{PROSE}</p><ul><li>Frost</li><li>Ice</li></ul></div>"
HIDDEN = f"<p style='display:none'>{'Words that no reader of this page ever sees. ' * 5}</p>"


def test_token_f1_counts_each_word_as_often_as_both_have_it() -> None:
    # found: feet feet cold; gold: feet cold cold winter -> 2 shared of 3 and of 4
    assert token_f1("Feet feet cold", "feet cold, COLD winter") == (
        pytest.approx(4 / 7),
        2 / 3,
        2 / 4,
    )
    assert token_f1("", "feet") == (0.0, 0.0, 0.0)


def test_pages_are_read_with_their_gold(tmp_path: Path) -> None:
    (tmp_path / "p.html.gz").write_bytes(gzip.compress(b"<p>Feet</p>"))
    row = {"id": "p", "file": "p.html.gz", "expected_html": "<p>Feet</p>"}
    (tmp_path / "gold.jsonl").write_text(json.dumps(row) + "\n")

    assert read_pages(tmp_path) == [Page("p", b"<p>Feet</p>", "<p>Feet</p>")]


def test_both_systems_are_measured_on_the_same_pages() -> None:
    page = Page("p", f"<html><body><main>{GOLD}{HIDDEN}</main></body></html>".encode(), GOLD)

    found = measure([page])

    ours, theirs = found["ours"], found["trafilatura"]
    assert isinstance(ours, dict)
    assert isinstance(theirs, dict)
    assert (ours["f1"], ours["headings"], ours["list_items"]) == (1.0, [1, 1], [2, 2])
    assert (theirs["f1"], theirs["headings"], theirs["list_items"]) == (1.0, [1, 1], [2, 2])
    assert found["own_words"] == [2, 2]


@pytest.mark.slow
def test_our_articles_are_no_worse_than_plain_trafilaturas(shared_eval: Path) -> None:
    found = measure(read_pages(shared_eval / "html"))

    ours, theirs, own_words = found["ours"], found["trafilatura"], found["own_words"]
    assert isinstance(ours, dict)
    assert isinstance(theirs, dict)
    assert isinstance(own_words, list)
    assert ours["f1"] >= theirs["f1"]
    # Six of 103 go on purpose: two tables of contents, two with nothing visible under them, an
    # empty one, and a box that features another page.
    assert ours["headings"] == [97, 103]
    assert ours["list_items"][0] >= theirs["list_items"][0]
    assert own_words[0] == own_words[1]
