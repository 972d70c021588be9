"""Nothing of the starter library is carried over, and every section names where it comes from."""

import random
import re
from collections.abc import Iterator
from datetime import date
from urllib.parse import urlsplit

from tests.conftest import REPOSITORY
from tests.starter import (
    ARTICLES,
    Article,
    every_article,
    medquad,
    needs_medquad,
    needs_seeds,
    runs,
    seed_facts,
    seed_texts,
    sentences,
    words,
)

RUN_LENGTH = 8  # words in a row that count as carried over
SHORT_SENTENCE = 4  # a whole sentence counts from this many words, below that it is a name
ALLOWED_RUNS: frozenset[str] = frozenset()  # reviewed names and fixed terms; none yet

PUBLISHERS = {
    "GARD": "GARD (NIH)",
    "GHR": "Genetics Home Reference (NIH)",
    "MPlusHealthTopics": "MedlinePlus (NIH)",
    "NHLBI": "NHLBI (NIH)",
    "NIDDK": "NIDDK (NIH)",
    "NIHSeniorHealth": "NIHSeniorHealth (NIH)",
    "NINDS": "NINDS (NIH)",
}


def carried_over(texts: Iterator[tuple[str, str]]) -> set[tuple[str, str, str]]:
    """Every run of eight words of an article that one of the named texts holds too."""
    ours = {run: a.name for a in ARTICLES for run in runs(a.body, RUN_LENGTH)}
    return {
        (ours[run], name, " ".join(run))
        for name, text in texts
        for run in runs(text, RUN_LENGTH)
        if run in ours and " ".join(run) not in ALLOWED_RUNS
    }


def test_a_run_of_eight_words_is_found_whatever_its_case_and_punctuation() -> None:
    eight = " ".join(words(ARTICLES[0].body)[10:18])

    assert {(ARTICLES[0].name, "a", eight)} <= carried_over(iter([("a", f"So: {eight.upper()}!")]))
    assert carried_over(iter([("a", " ".join(eight.split()[:7]))])) == set()


@needs_seeds
def test_no_run_of_eight_words_is_carried_over_from_a_source_article() -> None:
    assert len(seed_texts()) == 5

    assert carried_over(iter(seed_texts().items())) == set()


@needs_medquad
def test_no_run_of_eight_words_is_carried_over_from_medquad() -> None:
    assert len(medquad()) == 16_407

    assert carried_over((record["_id"], record["text"]) for record in medquad()) == set()


@needs_seeds
@every_article
def test_no_whole_sentence_or_list_item_of_a_source_article_is_carried_over(
    article: Article,
) -> None:
    known = {tuple(words(s)) for text in seed_texts().values() for s in sentences(text)}

    ours = [s for s in sentences(article.body) if len(words(s)) >= SHORT_SENTENCE]

    assert not [s for s in ours if tuple(words(s)) in known]


@every_article
def test_every_source_has_an_address_and_dates(article: Article) -> None:
    addresses = [source["url"] for source in article.sources]

    assert addresses
    assert len(set(addresses)) == len(addresses)
    for source in article.sources:
        parts = urlsplit(source["url"])
        assert parts.scheme in {"https", "http"}
        assert re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", parts.netloc)
        assert not re.search(r"\s", source["url"])
        assert date.fromisoformat(source["read"]) <= date.fromisoformat(
            article.front_matter["written"]
        )
        if source["published"] != "not stated":
            date.fromisoformat(source["published"])


@every_article
def test_every_section_rests_on_a_source_that_the_front_matter_names(article: Article) -> None:
    """A source without `sections` stands behind the whole article."""
    named = [section for s in article.sources for section in s.get("sections", article.headings)]

    assert set(named) == set(article.headings)


@needs_seeds
def test_each_source_article_is_retold_and_its_facts_are_stated_unchanged() -> None:
    stated = {s["url"]: [] for a in ARTICLES for s in a.sources}
    for article in ARTICLES:
        for source in article.sources:
            stated[source["url"]].append(source)

    assert len(seed_facts()) == 5
    for address, fact in seed_facts().items():
        assert stated[address]
        for source in stated[address]:
            assert source["published"] == fact.get("published", "not stated")
            assert source.get("authors", []) == fact["authors"]
            assert source.get("doi") == fact.get("doi")
            assert source.get("copy_of") == fact.get("copy_of")
            for key in ("title", "publisher", "kind"):
                assert source[key] == fact[key]


@needs_medquad
@needs_seeds
def test_every_other_source_is_a_page_that_medquad_holds() -> None:
    pages = {(r["metadata"]["url"], r["metadata"]["publisher"]) for r in medquad()}
    known = {(url, PUBLISHERS[name]) for url, name in pages if name in PUBLISHERS}

    for article in ARTICLES:
        for source in article.sources:
            if source["url"] not in seed_facts():
                assert source["read_in"] == "MedQuAD"
                assert (source["url"], source["publisher"]) in known


def test_the_table_of_ten_articles_has_every_sentence_and_a_record_for_each() -> None:
    table = (REPOSITORY / "docs/starter-library-sources.md").read_text(encoding="utf-8")
    names = random.Random(10).sample([article.name for article in ARTICLES], 10)
    records = dict(re.findall(r"^\| (`\S+`|source article \d) \| .+ \| <(\S+)> \|$", table, re.M))

    assert re.findall(r"^## `(.+)`$", table, re.M) == names
    for article in (a for a in ARTICLES if a.name in names):
        part = table.split(f"## `{article.name}`\n", 1)[1].split("\n## ", 1)[0]
        rows = re.findall(r"^\| (?!statement|---)(.+) \| (.+) \|$", part, re.M)
        stated = " ".join(statement for statement, _ in rows)
        for block in article.blocks:
            for said in () if block.level else sentences(block.text):
                assert said in stated or said.endswith(":"), said
        named = {source["url"] for source in article.sources}
        for statement, sources in rows:
            for record in () if sources == "about the library" else sources.split(", "):
                assert records[record] in named, statement
