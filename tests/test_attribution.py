"""A quote from an article of ours names the sources that its section rests on, and no others."""

from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.quote import quote
from assistant.records import Answer, Citation, ScoredPassage, Scorer
from assistant.render import cite
from assistant.render.html import to_html
from assistant.render.json import to_json
from assistant.render.terminal import to_terminal
from assistant.safety import disclaimer, screen
from assistant.understand import understand
from ingest import build_index, load_index
from tests.conftest import HashingEncoder

ARTICLE = """---
title: Cold feet
publisher: Our library
sources:
  - {title: Feet, publisher: Weekly, url: "https://feet.example", sections: [Cold feet, Socks]}
  - title: Toes
    publisher: News
    url: "https://toes.example"
    sections: [Socks, "Do toes freeze?"]
  - {title: Ice, publisher: News, url: "https://ice.example", sections: [Socks]}
---
# Cold feet

Feet get cold in winter.

## Socks

Wool socks are warm.

## Frequently asked questions

### Do toes freeze?

Toes freeze in frost.

## Snow

Snow is white.
"""


@pytest.mark.parametrize(
    ("quoted", "written_from", "url"),
    [
        ("Feet get cold in winter.", ("Weekly",), "https://feet.example"),
        ("Wool socks are warm.", ("Weekly", "News"), "https://feet.example"),
        ("Toes freeze in frost.", ("News",), "https://toes.example"),
        ("Snow is white.", ("Weekly", "News"), "https://feet.example"),
    ],
    ids=["the opening", "a section", "an answer", "a section that no source names"],
)
def test_a_quote_names_the_sources_of_its_section(
    articles: Callable[..., Path],
    tmp_path: Path,
    quoted: str,
    written_from: tuple[str, ...],
    url: str,
) -> None:
    build_index([articles({"a.md": ARTICLE})], tmp_path / "index", encoder=HashingEncoder())

    (citation,) = asked(tmp_path / "index", quoted)

    assert citation.quote == quoted
    assert (citation.publisher, citation.written_from) == ("Our library", written_from)
    assert citation.url == url
    assert citation.flags == ("written_from_source",)


def test_a_publisher_that_is_not_stated_is_null_and_its_sources_are_still_named(
    articles: Callable[..., Path], tmp_path: Path
) -> None:
    nameless = ARTICLE.replace("publisher: Our library\n", "")
    build_index([articles({"a.md": nameless})], tmp_path / "index", encoder=HashingEncoder())

    (citation,) = asked(tmp_path / "index", "Wool socks are warm.")

    reply = Answer((citation,), (), disclaimer(), "g1")
    assert to_json(reply)["citations"][0]["publisher"] is None  # type: ignore[index]
    assert "[1] not stated (written from Weekly; News), Cold feet" in to_terminal(reply)
    assert "Cold feet, publisher not stated (written from Weekly; News)" in cite.plain(citation)
    assert "publisher not stated (written from Weekly; News)" in cite.markdown(citation)
    assert "publisher not stated (written from Weekly; News)" in to_html(reply, question="?")


def asked(index_dir: Path, question: str) -> tuple[Citation, ...]:
    """What is quoted of the passage that says `question`."""
    index = load_index(index_dir)
    (row,) = (n for n, passage in enumerate(index.passages) if passage.text == question)
    evidence = [ScoredPassage(row, index.passages[row], Scorer.STRENGTH, 1.0, 1)]
    vector = HashingEncoder().encode([question])
    return quote(evidence, understand(question), vector, index, screen(question))[0]
