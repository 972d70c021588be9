"""The five source articles: every trap in them that concerns what is stored. Read, never copied."""

import re
from pathlib import Path

import pytest

from ingest import Document, Passage
from ingest.chunk import chunk, collapse
from ingest.clean import clean
from ingest.read import read_articles
from ingest.read.faq import squeeze
from ingest.records import DropReason, Source

ALS_NEWS = "000_85ce7150d4173021.txt"
BLOG = "001_9b99bc6872e96e5f.txt"
COPY = "002_e5aaec687aab1a45.txt"
FEEL = "003_22f89a0bce425af1.txt"
REVIEW = "004_044d96582ba81b92.txt"


@pytest.fixture(scope="module")
def documents(seeds: Path) -> dict[str, Document]:
    found = {s.id: clean(s) for s in read_articles([seeds]) if isinstance(s, Source)}
    assert len(found) == 5
    return found


@pytest.fixture(scope="module")
def passages(documents: dict[str, Document]) -> list[Passage]:
    return [p for d in documents.values() for p in chunk(d, max_chars=900)]


def answers(document: Document) -> dict[str, str]:
    return {p.place.question: p.text for p in chunk(document, max_chars=900) if p.place.question}


def reasons(document: Document) -> set[DropReason]:
    return {d.reason for d in document.dropped}


def test_the_reader_comment_is_nowhere(documents: dict[str, Document]) -> None:
    stored = "\n".join(f"{d.text}\n{d.metadata}" for d in documents.values())

    for trace in ("Marilynn", "Nehring", "Myasthenia", "Alzheimer", "cousin", "Leave a Comment"):
        assert trace not in stored
    assert DropReason.COMMENT in reasons(documents[ALS_NEWS])


def test_the_invented_author_is_nowhere(documents: dict[str, Document]) -> None:
    stored = "\n".join(f"{d.text}\n{d.metadata}" for d in documents.values())

    for trace in ("Arline", "Emard", "Hintz", "13454700762376", "6103", "Soapmaking", "voted"):
        assert trace not in stored
    assert documents[COPY].metadata.authors == ()
    assert DropReason.AUTHOR_BLOCK in reasons(documents[COPY])


def test_journal_furniture_and_addresses_are_nowhere(documents: dict[str, Document]) -> None:
    text = documents[REVIEW].text

    for trace in (
        "Carvalho",
        "{at}",
        "Lisbon",
        "PDF",
        "RightsLink",
        "hyperexcitability",
        "Statistics",
    ):
        assert trace not in text
    assert len(documents[REVIEW].sections) == 1
    assert documents[REVIEW].metadata.is_abstract_only


@pytest.mark.parametrize("name", [ALS_NEWS, FEEL])
def test_a_publishers_disclaimer_is_metadata(documents: dict[str, Document], name: str) -> None:
    assert "medical advice" not in documents[name].text
    assert "medical advice" in (documents[name].metadata.publisher_disclaimer or "")


def test_promotion_lines_are_dropped(documents: dict[str, Document]) -> None:
    assert "MORE:" not in documents[ALS_NEWS].text
    assert "Radicava" not in documents[ALS_NEWS].text


def test_all_22_faq_questions_have_their_whole_answers(documents: dict[str, Document]) -> None:
    blog, copied = answers(documents[BLOG]), answers(documents[COPY])

    assert (len(blog), len(copied)) == (5, 17)
    assert all(q.endswith("?") and not q[0].isdigit() for q in (*blog, *copied))
    assert copied["What cancers can cause muscle twitching?"].startswith(
        "Seizures and brain cancer\n"
    )
    assert copied["What are the first warning signs of ALS?"].count("•") == 6
    assert copied["What neurological conditions cause fasciculations?"].count("•") == 4
    assert "References" not in copied["What are the symptoms of slow progressing ALS?"]
    assert not any("›" in answer for answer in copied.values())


def raw_answers(lines: list[str], question: re.Pattern[str]) -> dict[str, str]:
    """What stands between two question lines of a raw file, letters and digits only.

    Worked out without our cleaning: a line of its own that is a date belongs to nobody, and the
    last answer ends where the page begins to speak of itself.
    """
    found: dict[str, list[str]] = {}
    asked: str | None = None
    for line in filter(None, map(str.strip, lines)):
        if match := question.fullmatch(line):
            asked = match[1].strip()
        elif re.fullmatch(r"References|Conclusion|Top Articles", line):
            break
        elif asked and not re.fullmatch(r"[A-Z][a-z]{2} \d{1,2}, \d{4}", line):
            found.setdefault(asked, []).append(line)
    return {asked: squeeze("".join(answer)) for asked, answer in found.items()}


@pytest.mark.parametrize(
    ("name", "begins", "question", "n"),
    [
        (BLOG, "Frequently Asked Questions", r"\d\. (.*\?)", 5),
        (COPY, "FAQs", r"(.*) ›", 17),
    ],
)
def test_each_answer_begins_and_ends_where_the_raw_page_says(
    documents: dict[str, Document], seeds: Path, name: str, begins: str, question: str, n: int
) -> None:
    lines = [line.strip() for line in (seeds / name).read_text(encoding="utf-8").splitlines()]
    start = next(i for i, line in enumerate(lines) if begins in line)

    expected = raw_answers(lines[start + 1 :], re.compile(question))

    assert len(expected) == n
    assert {q: squeeze(a) for q, a in answers(documents[name]).items()} == expected


def test_no_date_of_a_snippet_is_left_and_none_became_the_articles(
    documents: dict[str, Document],
) -> None:
    assert "Apr 10, 2024" not in documents[COPY].text
    assert "Jan 23, 2022" not in documents[COPY].text
    assert documents[COPY].metadata.published is None


def test_related_links_label_no_section(documents: dict[str, Document]) -> None:
    headings = {h for s in documents[COPY].sections for h in s.heading_path}

    assert not any(
        "Botox" in h or "Mimic" in h or "as a Symptom of Multiple" in h for h in headings
    )
    assert {"Clonus", "Spasticity", "Summary", "How Can I Stop Muscle Twitching?"} <= headings


def test_every_list_is_one_passage_with_its_lead_in(passages: list[Passage]) -> None:
    with_items = [p for p in passages if "•" in p.text or "\n1. " in p.text]

    assert all(not p.text.startswith(("•", "1.")) for p in with_items)
    assert sum(p.text.count("•") for p in with_items) == 62
    clonus = next(p for p in passages if "Hereditary spastic paraparesis" in p.text)
    assert clonus.text.startswith("Other causes of clonus include:")
    assert clonus.text.endswith("Stroke")


def test_self_help_and_prescription_drugs_are_two_passages(passages: list[Passage]) -> None:
    sleep = next(p for p in passages if "Get enough sleep" in p.text)
    drugs = next(p for p in passages if "Benzodiazepines" in p.text)

    assert sleep.id != drugs.id
    assert "spasticity and clonus" in drugs.text


def test_the_summary_and_the_first_faq_answer_are_one_passage_with_two_places(
    documents: dict[str, Document], passages: list[Passage]
) -> None:
    (double,) = [p for p in collapse(passages, documents) if p.also]

    assert double.place.heading_path == ("Summary",)
    assert double.questions == ("Are Muscle Twitches a Symptom of MS or ALS?",)


def test_no_title_is_a_passage(documents: dict[str, Document], passages: list[Passage]) -> None:
    titles = {d.metadata.title for d in documents.values()}

    assert not any(p.text in titles for p in passages)


def test_typos_and_joined_words_are_stored_unchanged(documents: dict[str, Document]) -> None:
    assert "electrial" in documents[ALS_NEWS].text
    assert "Spasticityis" in documents[COPY].text
    assert "electromyogramto" in documents[COPY].text


def test_no_break_spaces_are_plain_spaces(documents: dict[str, Document], seeds: Path) -> None:
    assert "\u00a0" in (seeds / ALS_NEWS).read_text(encoding="utf-8")
    assert "\u00a0" not in documents[ALS_NEWS].text


def test_what_is_known_of_a_source_is_what_its_listing_says(documents: dict[str, Document]) -> None:
    about = documents[REVIEW].metadata

    assert about.publisher == "Journal of Neurology, Neurosurgery & Psychiatry (BMJ)"
    assert (about.doi, about.published) == ("10.1136/jnnp-2017-315574", "2017-05-10")
    assert documents[COPY].metadata.is_copy
    assert documents[BLOG].metadata.licence is None
