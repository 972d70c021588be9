"""The other ways to ask that articles state in their front matter: true to corpus/README.md."""

from collections import Counter
from pathlib import Path

import pytest

from assistant import Answer, Assistant
from assistant.safety import screen
from tests.starter import ARTICLES, FAQ, Article, every_article

FEWEST, MOST = 3, 20  # words of a wording


def wordings(article: Article) -> list[str]:
    asked: dict[str, list[str]] = article.front_matter["asked_as"]
    return [wording for of_section in asked.values() for wording in of_section]


@every_article
def test_every_section_and_question_has_wordings_of_its_own_heading(article: Article) -> None:
    headings = {b.text.lstrip("# ") for b in article.blocks if b.level} - {FAQ}

    assert set(article.front_matter["asked_as"]) <= headings
    assert set(article.questions) <= set(article.front_matter["asked_as"])


@every_article
def test_a_wording_is_a_few_words_and_not_the_question_that_stands(article: Article) -> None:
    stands = {question.casefold() for question in article.questions}

    for wording in wordings(article):
        assert FEWEST <= len(wording.split()) <= MOST, wording
        assert wording.casefold() not in stands


def test_no_two_sections_are_asked_for_in_the_same_words() -> None:
    counted = Counter(w.casefold() for article in ARTICLES for w in wordings(article))

    assert [wording for wording, times in counted.items() if times > 1] == []


@every_article
def test_who_asks_in_these_words_gets_no_card_for_a_crisis_or_an_emergency(
    article: Article,
) -> None:
    screened = {wording: screen(wording) for wording in wordings(article)}

    assert [w for w, found in screened.items() if found.crisis or found.emergency] == []


@pytest.mark.parametrize("article", ARTICLES[::6], ids=lambda article: article.name)
def test_most_wordings_are_answered_from_their_own_article_first(
    article: Article, starter_index: Path
) -> None:
    assistant = Assistant.load(starter_index)
    replies = [assistant.ask(wording) for wording in wordings(article)]

    first = [r.citations[0].document_id for r in replies if isinstance(r, Answer)]
    own = sum(id.endswith(article.name) for id in first)
    assert own >= 0.9 * len(replies)
