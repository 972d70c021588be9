"""The starter library can be read: plain words, sentences that stand alone, no advice to a person.

And nothing in it contradicts anything else in it without a reader being told.
"""

import re
import tomllib
from typing import Any

import pytest
import textstat

from assistant.differ import CLAIMS
from assistant.gates import gate_of, mentions_dose
from assistant.records import Gate
from ingest import split_quotable
from tests.conftest import REPOSITORY
from tests.starter import (
    ARTICLES,
    Article,
    Block,
    every_article,
    folded,
    sentences,
    words,
)

AVERAGE_EASE = 55.0  # Flesch reading ease that the library keeps on average; plain English is 60
LEAST_EASE = 40.0  # of one article: "fasciculation" alone has five syllables

SURVIVAL = (
    "muscle-twitching-ms-and-als.md",
    "How fast does ALS get worse after the first symptoms?",
)
OUTLOOK = re.compile(r"surviv|life expectancy|late stage|\blives? for\b|\bdie[sd]?\b|fatal", re.I)
NUMBER = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|twenty)"
FIGURE = re.compile(rf"%|per ?cent|\b{NUMBER} (?:months|years)", re.I)

DIFFERENCES: list[dict[str, Any]] = tomllib.loads(
    (REPOSITORY / "docs/starter-library-differences.toml").read_text(encoding="utf-8")
)["difference"]
every_difference = pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda d: d["about"])
BY_NAME = {article.name: article for article in ARTICLES}


def ease(article: Article) -> float:
    """Flesch reading ease: about 0 (hard) to 100 (easy), 60 to 70 is plain English."""
    return float(textstat.flesch_reading_ease(article.prose))


def test_the_library_reads_easily_on_average() -> None:
    eases = [ease(article) for article in ARTICLES]

    assert sum(eases) / len(eases) >= AVERAGE_EASE


@every_article
def test_no_article_is_hard_to_read(article: Article) -> None:
    assert ease(article) >= LEAST_EASE


@every_article
def test_no_sentence_speaks_to_the_reader(article: Article) -> None:
    personal = {"you", "your", "yours", "yourself", "we", "us", "our", "me", "my"}

    assert not personal & set(words(article.prose))


@every_article
def test_no_sentence_opens_with_a_word_that_points_at_the_sentence_before(
    article: Article,
) -> None:
    pointing = {"however", "but", "this", "these", "that", "those", "it", "they", "he", "she"}
    pointing |= {"both", "its", "their", "such", "also", "instead", "therefore"}

    openings = [(s, words(s)[0]) for b in article.paragraphs for s in sentences(b.text)]

    assert not [sentence for sentence, first in openings if first in pointing]


@every_article
def test_no_paragraph_is_longer_than_four_sentences(article: Article) -> None:
    for block in article.paragraphs:
        assert len(sentences(block.text)) <= 4, block.text


@every_article
def test_no_dose_is_named(article: Article) -> None:
    assert not mentions_dose(article.body)
    assert not re.search(r"\d\s*(?:mg|mcg|µg|ml|g|iu|units|tablets?)\b", article.body, re.I)


@every_article
def test_nothing_is_promised(article: Article) -> None:
    assert not re.search(
        r"\b(?:guarantee|nothing to worry|no need to worry|certainly|always will)",
        article.body,
        re.I,
    )


def test_survival_figures_stand_in_one_answer_only_and_are_gated() -> None:
    def gives_one(block: Block) -> bool:
        gated = gate_of(block.text) is Gate.PROGNOSIS
        return gated or bool(OUTLOOK.search(block.text) and FIGURE.search(block.text))

    found = [
        (a.name, b.headings[-1]) for a in ARTICLES for b in a.blocks if not b.level and gives_one(b)
    ]

    assert found == [SURVIVAL]
    (answer,) = BY_NAME[SURVIVAL[0]].questions[SURVIVAL[1]]
    assert gate_of(answer.text) is Gate.PROGNOSIS


@every_difference
def test_every_side_of_a_difference_is_said_where_the_list_says(difference: dict[str, Any]) -> None:
    assert len(difference["sides"]) >= 2
    for name, said in difference["sides"]:
        assert said in folded(BY_NAME[name].body)


@every_difference
def test_no_difference_stays_unseen(difference: dict[str, Any]) -> None:
    """A claim shows both sides, or an article names both."""
    assert ("claim" in difference) != ("said_in" in difference)
    if "said_in" in difference:
        assert difference["said_in"] in BY_NAME
        return
    claim = tomllib.loads(CLAIMS.read_text(encoding="utf-8"))[difference["claim"]]
    taken = {side: [] for side in ("one", "other")}
    for article in ARTICLES:
        for block in article.blocks:
            for stretch in split_quotable(block.text):
                said = block.text[stretch.start : stretch.end].casefold()
                for side, found in taken.items():
                    if all(re.search(pattern, said) for pattern in claim[side]):
                        found.append(said)
    for _, side in difference["sides"]:
        assert any(side.casefold() in said for found in taken.values() for said in found), side
    assert all(taken.values())


def test_every_claim_that_quoth_knows_is_in_the_list() -> None:
    claims = tomllib.loads(CLAIMS.read_text(encoding="utf-8"))

    assert set(claims) == {d["claim"] for d in DIFFERENCES if "claim" in d}


def test_every_article_that_says_sources_differ_is_in_the_list() -> None:
    listed = {name for d in DIFFERENCES for name, _ in d["sides"]}
    listed |= {d["said_in"] for d in DIFFERENCES if "said_in" in d}

    saying = {a.name for a in ARTICLES if re.search(r"sources differ", a.body, re.I)}

    assert saying <= listed
