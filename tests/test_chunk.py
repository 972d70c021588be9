"""Stage 3: passages are verbatim slices that say one thing whole."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import Document, Metadata, Passage, Place
from ingest.chunk import chunk, collapse
from ingest.clean import clean
from ingest.quotable import split_quotable
from ingest.read.text import read_text
from ingest.records import Source

LINES = ["Heading", "A sentence. Another one.", "Lead:", "• item", "FAQ", "Q? ›", "However, so."]


def document_of(text: str) -> Document:
    elements, _ = read_text(text, Path("a.txt"))
    return clean(Source("a.txt", elements, Metadata()))


def texts(text: str, max_chars: int = 900) -> list[str]:
    return [p.text for p in chunk(document_of(text), max_chars=max_chars)]


def test_a_paragraph_is_a_passage_and_a_heading_is_not() -> None:
    assert texts("Feet\n\nCold\n\nFeet get cold.\n\nSocks help.") == [
        "Feet get cold.",
        "Socks help.",
    ]


def test_a_lead_in_and_its_whole_list_are_one_passage() -> None:
    page = "Feet get cold. Reasons include:\n\n• Frost\n\n• Ice\n\nSocks help."

    assert texts(page) == ["Feet get cold. Reasons include:\n• Frost\n• Ice", "Socks help."]


def test_a_list_is_not_split_however_long_it_is() -> None:
    page = "Reasons include:\n" + "\n".join(f"• Reason number {i} of many" for i in range(40))

    assert len(texts(page, max_chars=200)) == 1


def test_an_faq_answer_is_one_passage_with_its_question() -> None:
    document = document_of("FAQ\n\nIs ice cold? ›\n\nYes.\n\nIce and frost\n\nVery cold.\n")

    (passage,) = chunk(document, max_chars=900)

    assert passage.text == "Yes.\n\nIce and frost\n\nVery cold."
    assert passage.place.question == "Is ice cold?"
    assert passage.questions == ("Is ice cold?",)


def test_a_long_paragraph_is_split_between_sentences() -> None:
    sentence = "Feet get cold when the winter comes over the hills and far away."

    pieces = texts(" ".join([sentence] * 5), max_chars=200)

    assert pieces == [f"{sentence} {sentence} {sentence}", f"{sentence} {sentence}"]


def test_a_passage_knows_its_place() -> None:
    document = document_of("Feet\n\nCold\n\nFeet get cold.")

    (passage,) = chunk(document, max_chars=900)

    assert passage.place == Place("a.txt", 12, 26, ("Cold",), None)
    assert passage.id == "a.txt#12-26"


def test_the_same_words_in_two_places_are_one_passage_with_both_places() -> None:
    answer = Passage("Feet get cold.", Place("a", 50, 64, ("FAQ",), "Do feet get cold?"))
    body = Passage("Feet  get COLD", Place("a", 0, 14, ("Feet",)))

    (merged,) = collapse([answer, body], {"a": Document("a", "", (), Metadata())})

    assert merged.text == "Feet  get COLD"
    assert merged.place == body.place
    assert merged.also == (answer.place,)
    assert merged.questions == ("Do feet get cold?",)


def test_records_with_different_titles_keep_their_own_passage_of_the_same_words() -> None:
    twice = [Passage("It is rare.", Place(name, 0, 11)) for name in ("a", "b", "c")]
    titles = {"a": "Is gout rare?", "b": "Is yaws rare?", "c": "Is yaws rare?"}
    records = {n: Document(n, "It is rare.", (), Metadata(title=t)) for n, t in titles.items()}

    gout, yaws = collapse(twice, records)

    assert gout.also == ()
    assert yaws.also == (twice[2].place,)


def test_a_passage_that_is_not_as_long_as_its_slice_does_not_construct() -> None:
    with pytest.raises(ValueError, match="not as long as its slice"):
        Passage("Feet", Place("a", 0, 5))


@given(st.lists(st.sampled_from(LINES), max_size=14), st.integers(200, 400))
def test_every_passage_is_a_slice_inside_one_section(lines: list[str], max_chars: int) -> None:
    document = document_of("\n\n".join(lines))

    for passage in chunk(document, max_chars=max_chars):
        place = passage.place
        section = document.section_at(place.start)
        assert passage.text == document.text[place.start : place.end]
        assert section.start <= place.start < place.end <= section.end
        assert (place.heading_path, place.question) == (section.heading_path, section.question)


def test_a_list_item_is_quotable_only_with_its_lead_in_and_the_whole_list() -> None:
    text = "Feet get cold. Reasons include:\n• Frost. It bites.\n2. Ice\n\nSocks help. A lot."

    found = split_quotable(text)

    assert [text[q.start : q.end] for q in found] == [
        "Feet get cold.",
        "Reasons include:\n• Frost. It bites.\n2. Ice",
        "Socks help.",
        "A lot.",
    ]
    assert found[1].statements == ("Reasons include: Frost. It bites.", "Reasons include: Ice")


def test_a_list_under_its_heading_is_quotable_as_a_whole() -> None:
    (only,) = split_quotable("• Frost\n• Ice")

    assert (only.start, only.end) == (0, 13)
    assert only.statements == ("Frost", "Ice")


@given(st.text(alphabet=st.sampled_from("aB .:\n•1"), max_size=60))
def test_quotable_stretches_cover_everything_but_white_space(text: str) -> None:
    found = split_quotable(text)

    covered = "".join("".join(text[q.start : q.end].split()) for q in found)

    assert covered == "".join(text.split())
    assert all(q.statements for q in found)
