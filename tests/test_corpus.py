"""The starter library keeps the rules that corpus/README.md states.

The articles are our own words about five published articles. Where those are present, in
`../shared/seeds`, each article is compared with all of them.
"""

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

REPOSITORY = Path(__file__).resolve().parents[1]
CORPUS = REPOSITORY / "corpus"
SOURCES = REPOSITORY.parent / "shared" / "seeds"

needs_sources = pytest.mark.skipif(
    not (SOURCES / "sources.toml").is_file(),
    reason="the source articles are not part of this repository; they lie in ../shared/seeds",
)

RUN_LENGTH = 8  # words in a row that count as carried over
SHORT_SENTENCE = 4  # a whole sentence counts from this many words, below that it is a name
ALLOWED_RUNS: frozenset[tuple[str, ...]] = frozenset()  # reviewed names and fixed terms; none yet

KEYS = {
    "title": str,
    "publisher": str,
    "kind": str,
    "published": str,
    "written": str,
    "licence": str,
    "statement": str,
    "source": dict,
}
SOURCE_KEYS = {"title", "publisher", "url", "published", "kind"}
OPTIONAL_SOURCE_KEYS = {"doi", "authors", "copy_of", "notes"}

FAQ = "Frequently asked questions"
SURVIVAL_QUESTION = "How fast does ALS get worse after the first symptoms?"
NUMBER = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|twenty)"
SURVIVAL = re.compile(
    rf"surviv|life expectancy|late stage|live for|\b{NUMBER} (?:months|years)|%|per ?cent", re.I
)

# Each topic of the sources' 5 + 17 questions, as a pattern that our question has to match.
FAQ_TOPICS = {
    "muscle-twitching-causes-and-warning-signs.md": (
        "always point to ALS",
        "only symptom of ALS",
        "How long",
        "certain muscles",
        "see a doctor",
    ),
    "muscle-twitching-ms-and-als.md": (
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


@dataclass(frozen=True, slots=True)
class Block:
    """One heading, paragraph or whole list of an article, and the headings that it stands under."""

    text: str
    headings: tuple[str, ...]

    @property
    def level(self) -> int:
        """1-6 for a heading, 0 for anything else."""
        return len(self.text) - len(self.text.lstrip("#"))

    @property
    def is_list(self) -> bool:
        """Whether this is a list."""
        return self.text.startswith("- ")


@dataclass(frozen=True, slots=True)
class Article:
    """One file of corpus/articles."""

    name: str
    front_matter: dict[str, Any]
    body: str
    blocks: tuple[Block, ...]

    @property
    def paragraphs(self) -> tuple[Block, ...]:
        """Paragraphs, lead-ins among them."""
        return tuple(b for b in self.blocks if not b.level and not b.is_list)

    @property
    def questions(self) -> dict[str, list[Block]]:
        """Each question of the FAQ with the blocks of its answer."""
        under_faq = [b for b in self.blocks if FAQ in b.headings]
        found: dict[str, list[Block]] = {b.text.lstrip("# "): [] for b in under_faq if b.level == 3}
        for block in under_faq:
            if not block.level:
                found[block.headings[-1]].append(block)
        return found


def read_article(path: Path) -> Article:
    """The article at `path`; front matter stands between the first two `---` lines."""
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    blocks: list[Block] = []
    headings: tuple[str, ...] = ()
    for text in (part.strip() for part in body.split("\n\n")):
        block = Block(text, headings)
        if block.level:
            headings = (*headings[: block.level - 1], text.lstrip("# "))
        blocks.append(block)
    return Article(path.name, yaml.safe_load(head), body, tuple(blocks))


ARTICLES = tuple(read_article(path) for path in sorted((CORPUS / "articles").glob("*.md")))
every_article = pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.name)


def words(text: str) -> list[str]:
    """Casefolded alphanumeric words."""
    return re.findall(r"[^\W_]+", text.casefold())


def runs(text: str, length: int) -> list[tuple[str, ...]]:
    """Every run of `length` words of `text`, in order."""
    found = words(text)
    return [tuple(found[i : i + length]) for i in range(len(found) - length + 1)]


def sentences(text: str) -> list[str]:
    """Sentences, list items and headings: split at line ends and after closing punctuation."""
    parts = re.split(r"\n+|(?<=[.:?!])[\"”]?\s+", text)
    return [part.strip(" -#•") for part in parts if part.strip(" -#•")]


@cache
def source_texts() -> dict[str, str]:
    """Text of each source article by file name."""
    return {p.name: p.read_text(encoding="utf-8") for p in sorted(SOURCES.glob("*.txt"))}


@cache
def source_facts() -> dict[str, dict[str, Any]]:
    """What is known of each source article, by address."""
    listing = tomllib.loads((SOURCES / "sources.toml").read_text(encoding="utf-8"))
    return {entry["url"]: entry for entry in listing["source"]}


@needs_sources
@every_article
def test_no_run_of_eight_words_is_carried_over_from_a_source(article: Article) -> None:
    known = {run: name for name, text in source_texts().items() for run in runs(text, RUN_LENGTH)}
    assert len(source_texts()) == 5

    carried = {" ".join(r): known[r] for r in runs(article.body, RUN_LENGTH) if r in known}

    assert not {text: at for text, at in carried.items() if tuple(words(text)) not in ALLOWED_RUNS}


@needs_sources
@every_article
def test_no_whole_sentence_or_list_item_of_a_source_is_carried_over(article: Article) -> None:
    known = {tuple(words(s)) for text in source_texts().values() for s in sentences(text)}

    ours = [s for s in sentences(article.body) if len(words(s)) >= SHORT_SENTENCE]

    assert not [s for s in ours if tuple(words(s)) in known]


@every_article
def test_the_front_matter_has_exactly_the_keys_that_the_readme_shows(article: Article) -> None:
    fields = article.front_matter
    source = fields["source"]

    assert {key: type(value) for key, value in fields.items()} == KEYS
    assert set(source) >= SOURCE_KEYS
    assert set(source) <= SOURCE_KEYS | OPTIONAL_SOURCE_KEYS
    assert all(value for value in (*fields.values(), *source.values()))


@every_article
def test_the_front_matter_says_what_the_article_is_and_that_no_clinician_reviewed_it(
    article: Article,
) -> None:
    fields = article.front_matter

    assert fields["publisher"] == "Quoth starter library"
    assert fields["kind"] == "summary written for this project"
    assert fields["licence"] == "Apache-2.0"
    assert fields["statement"].endswith("not clinically reviewed.")
    assert date.fromisoformat(fields["published"]) <= date.fromisoformat(fields["written"])
    assert fields["source"]["url"].startswith("https://")
    if fields["source"]["published"] != "not stated":
        date.fromisoformat(fields["source"]["published"])


def test_each_article_has_its_own_source() -> None:
    addresses = [article.front_matter["source"]["url"] for article in ARTICLES]

    assert len(addresses) >= 5
    assert len(set(addresses)) == len(addresses)


@needs_sources
def test_each_source_has_its_article_and_its_facts_are_stated_unchanged() -> None:
    stated = {a.front_matter["source"]["url"]: a.front_matter["source"] for a in ARTICLES}

    assert len(source_facts()) == 5
    for address, fact in source_facts().items():
        source = stated[address]
        assert source["published"] == fact.get("published", "not stated")
        assert source.get("authors", []) == fact["authors"]
        for key in ("title", "publisher", "kind"):
            assert source[key] == fact[key]
        for key in ("doi", "copy_of"):
            assert source.get(key) == fact.get(key)


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


def test_the_faqs_have_twenty_two_questions_in_all() -> None:
    assert sum(len(a.questions) for a in ARTICLES if a.name in FAQ_TOPICS) == 22


@every_article
def test_every_question_is_a_question_with_an_answer(article: Article) -> None:
    for question, answer in article.questions.items():
        assert question.endswith("?")
        assert answer, f"no answer to {question!r}"
        assert [b.is_list for b in answer] in ([False], [False, True]), question


@every_article
def test_no_answer_opens_with_yes_or_no(article: Article) -> None:
    for question, answer in article.questions.items():
        assert words(answer[0].text)[0] not in {"yes", "no"}, question


@every_article
def test_the_faq_is_the_last_section(article: Article) -> None:
    sections = [b.text for b in article.blocks if b.level == 2]

    assert f"## {FAQ}" not in sections[:-1]


def test_survival_figures_stand_in_one_answer_only() -> None:
    found = [
        (article.name, block.headings[-1])
        for article in ARTICLES
        for block in article.blocks
        if SURVIVAL.search(block.text)
    ]

    assert found == [("muscle-twitching-ms-and-als.md", SURVIVAL_QUESTION)]


@every_article
def test_no_sentence_speaks_to_the_reader(article: Article) -> None:
    prose = "\n".join(b.text for b in article.blocks if not b.level)

    assert not {"you", "your", "yours", "yourself", "we", "our", "i", "my"} & set(words(prose))


@every_article
def test_no_sentence_opens_with_a_word_that_points_at_the_sentence_before(
    article: Article,
) -> None:
    pointing = {"however", "but", "this", "these", "that", "those", "it", "they", "he", "she"}

    openings = [(s, words(s)[0]) for b in article.paragraphs for s in sentences(b.text)]

    assert not [sentence for sentence, first in openings if first in pointing]


@every_article
def test_every_list_follows_a_lead_in_and_every_lead_in_has_its_list(article: Article) -> None:
    for before, block in zip(article.blocks, article.blocks[1:], strict=False):
        is_lead_in = not before.level and not before.is_list and before.text.endswith(":")
        assert block.is_list == is_lead_in, block.text
        if block.is_list:
            assert len(words(before.text)) >= 4, f"the lead-in says too little: {before.text!r}"
            assert all(line.startswith("- ") for line in block.text.splitlines()), block.text
    assert not article.blocks[-1].text.endswith(":")


@every_article
def test_no_paragraph_is_longer_than_four_sentences(article: Article) -> None:
    for block in article.paragraphs:
        assert len(sentences(block.text)) <= 4, block.text


@every_article
def test_no_dose_is_named(article: Article) -> None:
    assert not re.search(r"\d\s*(?:mg|mcg|µg|ml|g|iu|units|tablets?)\b", article.body, re.I)


def test_the_readme_lists_every_article_with_its_source() -> None:
    rows = [r for r in (CORPUS / "README.md").read_text(encoding="utf-8").splitlines() if "|" in r]

    for article in ARTICLES:
        (row,) = (row for row in rows if f"`{article.name}`" in row)
        source = article.front_matter["source"]
        for key in ("title", "publisher", "url", "published"):
            assert source[key] in row


def test_the_front_matter_in_the_readme_has_the_keys_of_the_articles() -> None:
    readme = (CORPUS / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```yaml\n---\n(.*?)---\n```", readme, re.DOTALL)

    fields = yaml.safe_load(example)

    assert set(fields) == set(KEYS)
    assert set(fields["source"]) == SOURCE_KEYS | OPTIONAL_SOURCE_KEYS
