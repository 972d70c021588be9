"""What a source's card says: dates, age, reading ease, the words of a glossary beside a quote."""

from datetime import date

import pytest

from assistant.glossary import all_terms, terms_in
from assistant.reading_ease import band_of, reading_ease
from assistant.render.dates import in_words, is_old, year_of
from assistant.safety import sentence
from tests.test_safety_voice import VERDICT


@pytest.mark.parametrize(
    ("published", "shown", "year"),
    [
        ("2017-07-19", "19 July 2017", 2017.5), ("2017", "2017", 2017.0),
        ("2017-13-01", "2017-13-01", 2018.0), ("last May", "last May", None),
    ],
)  # fmt: skip
def test_a_date_in_words_and_as_a_year(published: str, shown: str, year: float | None) -> None:
    assert in_words(published) == shown
    assert year_of(published) == year


@pytest.mark.parametrize(
    ("published", "old"),
    [
        ("2023-11-24", True), ("2023-11-25", False), ("2023-10", True), ("2023-11", False),
        ("2022", True), ("2023", False), ("long ago", False), (None, False),
    ],
)  # fmt: skip
def test_a_source_is_old_after_three_years_and_a_bare_year_counts_from_its_end(
    published: str | None, old: bool
) -> None:
    assert is_old(published, date(2026, 11, 25)) is old


def test_reading_ease_is_flesch_s_figure() -> None:
    # 10 words, 2 sentences, 13 syllables: 206.835 - 1.015 * 5 - 84.6 * 1.3 = 91.78
    assert reading_ease("The doctor asks about the muscle. It moves a bit.") == 92
    assert reading_ease("Medical examination.") == 0  # 8 syllables in 2 words: below the scale
    assert (band_of(92), band_of(0)) == ("easy", "very_hard")
    assert reading_ease("… 12 %") is None


def test_the_glossary_explains_each_term_once_in_the_order_of_the_text() -> None:
    found = terms_in("Spasticity and fasciculations; a fasciculation lasts 20 ms, MS lasts longer.")

    assert [term.name for term in found] == ["spasticity", "fasciculation", "MS"]


def test_the_glossary_explains_words_and_weighs_nothing() -> None:
    terms = all_terms()

    assert 30 <= len(terms) <= 60
    assert len({term.name for term in terms}) == len(terms)
    assert [term.meaning for term in terms if VERDICT.search(term.meaning)] == []


def test_every_band_of_reading_ease_has_its_words() -> None:
    bands = {band_of(ease) for ease in range(101)}

    assert len({sentence(f"ease_{band}") for band in bands}) == 5
