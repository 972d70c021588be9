"""The starter library keeps the form that corpus/README.md states: front matter, headings, FAQ."""

import re
from datetime import date

import pytest
import yaml

from tests.starter import ARTICLES, CORPUS, FAQ, Article, every_article, words

KEYS = {
    "title": str,
    "topic": str,
    "publisher": str,
    "kind": str,
    "published": str,
    "written": str,
    "reviewed": str,
    "licence": str,
    "statement": str,
    "sources": list,
    "asked_as": dict,
}
SOURCE_KEYS = {"title", "publisher", "url", "published", "kind", "read"}
OPTIONAL_SOURCE_KEYS = {"read_in", "sections", "doi", "authors", "copy_of", "notes"}

WHOLE_RETELLING = (
    "muscle-twitching-ms-and-als.md"  # retells one long page: longer, and 17 questions
)
FEWEST_WORDS, MOST_WORDS = 300, 900

# Each topic of the sources' 5 + 17 questions, as a pattern that our question has to match.
FAQ_TOPICS = {
    "muscle-twitching-causes-and-warning-signs.md": (
        "always point to ALS",
        "only symptom of ALS",
        "How long",
        "certain muscles",
        "see a doctor",
    ),
    WHOLE_RETELLING: (
        "ALS or MS",
        "Does ALS make muscles twitch",
        "show up in MS",
        "besides ALS",
        "autoimmune disease makes muscles twitch",
        "early warning signs",
        "reason to see a doctor",
        "spasms take in MS",
        "conditions of the nervous system",
        "MRI",
        "deficiencies",
        "cancers",
        "autoimmune diseases are hard",
        "How fast",
        "swallowing",
        "hands",
        "progresses slowly",
    ),
}


def test_the_library_has_twenty_to_thirty_articles_with_topics_of_their_own() -> None:
    assert 20 <= len(ARTICLES) <= 30
    for key in ("title", "topic"):
        assert len({article.front_matter[key] for article in ARTICLES}) == len(ARTICLES)


@every_article
def test_the_front_matter_has_exactly_the_keys_that_the_readme_shows(article: Article) -> None:
    fields = article.front_matter

    assert {key: type(value) for key, value in fields.items()} == KEYS
    assert all(fields.values())
    for source in article.sources:
        assert set(source) >= SOURCE_KEYS
        assert set(source) <= SOURCE_KEYS | OPTIONAL_SOURCE_KEYS
        assert all(source.values())


@every_article
def test_the_front_matter_says_what_the_article_is_and_that_no_clinician_reviewed_it(
    article: Article,
) -> None:
    fields = article.front_matter

    assert fields["publisher"] == "Quoth starter library"
    assert fields["kind"] == "summary written for this project"
    assert fields["reviewed"] == "not reviewed by a clinician"
    assert fields["licence"] == "Apache-2.0"
    assert fields["statement"].endswith("not clinically reviewed.")
    assert date.fromisoformat(fields["published"]) <= date.fromisoformat(fields["written"])


@every_article
def test_an_article_has_three_hundred_to_nine_hundred_words(article: Article) -> None:
    if article.name == WHOLE_RETELLING:
        assert len(article.questions) == 17
    else:
        assert FEWEST_WORDS <= len(article.body.split()) <= MOST_WORDS


@every_article
def test_an_article_ends_with_three_to_six_questions(article: Article) -> None:
    sections = [b.text for b in article.blocks if b.level == 2]

    assert sections[-1] == f"## {FAQ}"
    assert f"## {FAQ}" not in sections[:-1]
    if article.name != WHOLE_RETELLING:
        assert 3 <= len(article.questions) <= 6


@every_article
def test_the_body_opens_with_the_title_and_a_paragraph(article: Article) -> None:
    title, opening, *_ = article.blocks

    assert title.text == f"# {article.front_matter['title']}"
    assert opening in article.paragraphs
    assert [b for b in article.blocks if b.level == 1] == [title]


@every_article
def test_every_heading_has_something_under_it(article: Article) -> None:
    for heading, following in zip(article.blocks, (*article.blocks[1:], None), strict=True):
        if heading.level:
            assert following is not None, f"nothing under {heading.text!r}"
            assert following.level == 0 or following.level > heading.level, heading.text


@pytest.mark.parametrize("name", FAQ_TOPICS)
def test_every_faq_topic_of_the_sources_has_its_question(name: str) -> None:
    (article,) = (a for a in ARTICLES if a.name == name)
    questions = list(article.questions)

    assert len(questions) == len(FAQ_TOPICS[name])
    for topic, question in zip(FAQ_TOPICS[name], questions, strict=True):
        assert topic in question


@every_article
def test_every_question_is_a_question_with_an_answer(article: Article) -> None:
    for question, answer in article.questions.items():
        assert question.endswith("?")
        assert answer, f"no answer to {question!r}"
        assert [b.is_list for b in answer] in ([False], [False, True]), question


def test_no_question_stands_in_two_articles() -> None:
    asked = [question for article in ARTICLES for question in article.questions]

    assert len(asked) == len(set(asked))


@every_article
def test_no_answer_opens_with_yes_or_no(article: Article) -> None:
    for question, answer in article.questions.items():
        assert words(answer[0].text)[0] not in {"yes", "no"}, question


@every_article
def test_every_list_follows_a_lead_in_and_every_lead_in_has_its_list(article: Article) -> None:
    for before, block in zip(article.blocks, article.blocks[1:], strict=False):
        is_lead_in = not before.level and not before.is_list and before.text.endswith(":")
        assert block.is_list == is_lead_in, block.text
        if block.is_list:
            assert len(words(before.text)) >= 4, f"the lead-in says too little: {before.text!r}"
            assert all(line.startswith("- ") for line in block.text.splitlines()), block.text
    assert not article.blocks[-1].text.endswith(":")


def test_the_readme_lists_every_article_with_its_title() -> None:
    readme = (CORPUS / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(.+?\.md)` \| (.+?) \|", readme, re.MULTILINE)

    assert sorted(listed) == [(a.name, a.front_matter["title"]) for a in ARTICLES]


def test_the_front_matter_in_the_readme_has_the_keys_of_the_articles() -> None:
    readme = (CORPUS / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```yaml\n---\n(.*?)---\n```", readme, re.DOTALL)

    fields = yaml.safe_load(example)

    assert set(fields) == set(KEYS)
    assert set(fields["sources"][0]) == SOURCE_KEYS | OPTIONAL_SOURCE_KEYS
