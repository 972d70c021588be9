"""Spelling repair: a word that is no word becomes the library's word next to it, others stay."""

from collections.abc import Mapping

import pytest

from assistant.spelling import MAX_LOOK_UPS, repair
from assistant.understand import understand
from ingest import analyse

WORDS = {"twitching": 9, "twitches": 4, "tongue": 2, "muscle": 7, "als": 9, "make": 1, "dose": 1}


class Library:
    """A lexicon of a few words."""

    words: Mapping[str, int] = WORDS

    def __len__(self) -> int:
        return 10

    def document_frequency(self, term: str) -> int:
        return sum(n for word, n in WORDS.items() if term in analyse(word))


def searched_for(question: str) -> str:
    return understand(question, Library()).search_text


def repaired(text: str, *keep: str) -> str:
    return repair(text, Library(), frozenset(keep))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("my tounge twiches", "my tongue twitches"),  # letters in another order; one left out
        ("iz musle twichin bad", "iz muscle twitching bad"),  # two left out of a long word
        ("MY TOUNGE TWICHES", "MY tongue twitches"),  # shouted
        ("do i hav asl", "do i hav als"),  # three letters: only in another order
    ],
)
def test_slips_are_repaired_to_words_of_the_library(typed: str, meant: str) -> None:
    assert repaired(typed) == meant


@pytest.mark.parametrize(
    "word",
    [
        "bake",  # English, one letter from "make"
        "doge",  # English too, one letter from "dose"
        "twitched",  # another form of a word that the library has
        "TwitChes9",  # digits inside: a name
        "tonGue",  # capitals inside: a name
        "zzzz",  # nothing is near
        "mucs",  # one slip from nothing
    ],
)
def test_other_words_stay(word: str) -> None:
    assert repaired(word) == word


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("why does my mus cle twitch", "why does my muscle twitch"),
        ("does the Ton gue, too", "does the Tongue, too"),
        ("mus cle mus cle", "muscle muscle"),
        ("make dose", "make dose"),  # the library knows both halves, and no whole
        ("a ls", "a ls"),  # a single letter is a word or a slip, not a half
    ],
)
def test_a_word_typed_in_two_halves_is_joined(typed: str, meant: str) -> None:
    assert repaired(typed) == meant


def test_a_reviewed_word_stays_though_the_library_does_not_use_it() -> None:
    assert repaired("twitchin") == "twitching"
    assert repaired("twitchin", "twitchin") == "twitchin"


def test_a_slip_of_a_reviewed_word_becomes_that_word_where_the_library_has_none_near() -> None:
    assert repaired("expectency", "expectancy") == "expectancy"
    assert repaired("expekteny", "expectancy") == "expekteny", "two slips"
    assert repaired("quiwer", "quiver") == "quiwer", "a short word is one slip from many"
    assert repaired("twitchez", "twitcher") == "twitches", "the library goes first"


def test_of_two_words_as_near_the_more_common_one_is_meant() -> None:
    assert repaired("twitchis") == "twitches"
    assert repaired("twitchinges") == "twitching"


def test_a_wall_of_nonsense_costs_a_fixed_number_of_look_ups() -> None:
    text = " ".join(["musle"] * (MAX_LOOK_UPS + 1))

    assert repaired(text) == " ".join(["muscle"] * MAX_LOOK_UPS + ["musle"])


def test_the_question_that_is_shown_stays_as_it_was_typed() -> None:
    query = understand("Musle pain?", Library())

    assert query.question == "Musle pain?"
    assert query.search_text == "muscle pain?"
    assert query.terms == ("muscl", "pain")


def test_a_reviewed_word_that_no_article_uses_is_searched_for_as_the_one_that_most_do() -> None:
    assert searched_for("a quivering muscle") == "a twitch muscle"
    assert understand("a quivering muscle", Library()).terms == ("twitch", "muscl")


def test_a_word_that_the_library_uses_or_has_no_other_for_stays() -> None:
    assert searched_for("it twitched") == "it twitched", "another form is there"
    assert searched_for("a sweaty muscle") == "a sweaty muscle", "no sweat in any passage"
    assert understand("a quivering muscle").search_text == "a quivering muscle", "no library"


def test_a_condition_keeps_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(WORDS, "sclerosis", 5)

    assert searched_for("is ms painful") == "is ms painful"
