"""Folding, words, misspellings and the pattern language, piece by piece."""

import unicodedata

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assistant.safety.data import FOLDER, load
from assistant.safety.detectors import detectors
from assistant.safety.fold import fold
from assistant.safety.grammar import Element, Step, parse
from assistant.safety.places import Places
from assistant.safety.typos import Misspellings
from assistant.safety.vocabulary import Vocabulary
from assistant.safety.words import STOP, split_words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ＡＬＳ", "als"),
        ("Straße", "strasse"),
        ("mué\u0301rto", "muerto"),
        ("k\u200di\u2060ll", "kill"),
        ("кill", "kill"),
        ("can’t", "can't"),
        ("¿qué?", " que."),
        ("\ufdfa", " "),
        ("@ll", "all"),
    ],
)
def test_text_is_folded_to_plain_letters(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    "code",
    [
        *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0, 0x180B, 0x180F, 0x200B, 0x2060),
        *(0xFE00, 0xFE0F, 0xFEFF, 0xE0000, 0xE0041, 0xE0FFF),
    ],
)
def test_a_character_that_prints_nothing_hides_no_word(code: int) -> None:
    assert fold(f"ki{chr(code)}ll") == "kill"


@given(text=st.text(max_size=300))
def test_folding_leaves_no_capital_no_mark_and_no_invisible_character(text: str) -> None:
    for char in fold(text):
        assert unicodedata.category(char) not in ("Lu", "Lt", "Mn", "Me", "Cf")


@given(text=st.text(max_size=60))
def test_few_and_many_distinct_characters_fold_alike(text: str) -> None:
    many = "".join(chr(code) for code in range(0x4E00, 0x4F00))

    assert fold(text + many) == fold(text) + many


def test_sentences_end_at_a_full_stop_but_not_at_an_ellipsis_or_a_line_break() -> None:
    assert split_words("stop. go") == ["stop", STOP, "go"]
    assert split_words("wait... go") == ["wait", "go"]
    assert split_words(fold("wait\ngo")) == ["wait", "go"]


def test_spaced_and_stretched_letters_become_words() -> None:
    assert split_words("to d i e now") == ["to", "die", "now"]
    assert split_words("i d i e") == ["i", "die"]
    assert split_words("a b c d") == ["abcd"]
    assert split_words("b c") == ["b", "c"]
    assert split_words("a  b   c dd") == ["abc", "dd"]
    assert split_words("diiiie") == ["die"]
    assert split_words("i'll can't") == ["i", "will", "cant"]


def one_edit_away(word: str) -> set[str]:
    """All strings at Damerau distance one, over a few letters: the slow and plain way."""
    cuts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    return {
        *(head + letter + tail for head, tail in cuts for letter in "abz*"),
        *(head + letter + tail[1:] for head, tail in cuts if tail for letter in ("", *"abz*")),
        *(head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1),
    } - {word}


def found(words: list[str], typed: list[str]) -> dict[str, set[str]]:
    places, numbers = Misspellings(words).find(typed)
    meant: dict[str, set[str]] = {}
    for place, number in zip(places.tolist(), numbers.tolist(), strict=True):
        meant.setdefault(typed[place], set()).add(words[number])
    return meant


@given(word=st.text("abcde", min_size=4, max_size=9))
@settings(deadline=None)
def test_every_spelling_one_edit_away_is_found(word: str) -> None:
    typed = sorted(one_edit_away(word))

    assert found([word], typed) == {spelling: {word} for spelling in typed if len(spelling) > 2}


@given(word=st.text("abz", min_size=4, max_size=6), typed=st.text("abz", min_size=3, max_size=7))
@settings(deadline=None, max_examples=300)
def test_a_spelling_further_away_is_not_found(word: str, typed: str) -> None:
    assume(typed != word)

    assert bool(found([word], [typed])) == (typed in one_edit_away(word))


def test_a_spelling_may_stand_for_several_words() -> None:
    assert found(["dying", "lying", "trying"], ["eying"]) == {"eying": {"dying", "lying"}}


def test_words_of_three_letters_are_not_sought() -> None:
    assert found(["die"], ["dye", "dies", "di"]) == {}


def test_of_very_many_unknown_spellings_both_ends_are_read() -> None:
    typed = ["braeth", *(f"qq{number:05}" for number in range(5000)), "brethe"]

    assert found(["breath", "breathe"], typed) == {
        "braeth": {"breath"},
        "brethe": {"breathe"},
    }


def test_a_word_of_its_own_is_no_misspelling() -> None:
    words = Vocabulary(["breath"], ordinary=["wreath"])

    assert read(words, "breatj") == {"breath"}
    assert read(words, "wreath") == set()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("20", {"0", "00"}),
        ("5", {"0"}),
        ("20mg", {"0"}),
        ("x30", {"0"}),
        ("su1c1de", {"suicide"}),
        ("s**c*d*", {"suicide"}),
        ("k1ll", {"kill"}),
        ("15", {"is", "0", "00"}),
        ("0", {"0"}),
        ("b12", set()),
    ],
)
def test_digits_are_numbers_or_letters_and_stars_are_vowels(typed: str, meant: set[str]) -> None:
    assert read(Vocabulary(["suicide", "kill", "is"]), typed) == meant


def read(vocabulary: Vocabulary, typed: str) -> set[str]:
    _, numbers = vocabulary.read([typed])
    return {vocabulary.words[number] for number in numbers.tolist()}


def vocabulary(*lines: str) -> tuple[Vocabulary, list[tuple[Step, ...]]]:
    patterns = [parse(line, {"want": "want wish feel_like"}) for line in lines]
    elements = {step.element for pattern in patterns for step in pattern}
    words = {word for e in elements for word in e.words.union(*e.rows)}
    return Vocabulary(words, elements=elements), patterns


def matches(line: str, text: str) -> bool:
    words, (pattern,) = vocabulary(line)
    places = Places([STOP, *split_words(text), STOP], words)
    ends = places.begin(pattern[0].element, places.every)
    for step in pattern[1:]:
        ends = places.follow(step, ends)
    return ends != 0


@pytest.mark.parametrize(
    ("line", "text", "expected"),
    [
        ("aa bb", "aa bb", True),
        ("aa bb", "aa xx bb", False),
        ("aa ~1 bb", "aa xx bb", True),
        ("aa ~2 bb", "aa xx yy zz bb", False),
        ("aa ~5 bb", "aa xx yy zz zz bb", True),
        ("aa ~5 bb", "aa xx. bb", False),
        ("aa ~!3 bb", "aa not bb", False),
        ("aa ~!3 bb", "aa xx bb", True),
        ("aa &3 bb", "bb xx aa", True),
        ("aa &3 bb", "bb. aa", False),
        ("aa xx? bb", "aa bb", True),
        ("aa xx? bb", "aa xx bb", True),
        ("aa|cc bb", "cc bb", True),
        ("<want> bb", "feel like bb", True),
        ("<want> bb", "feel bb", False),
        ("^ aa", "aa", True),
        ("^ aa", "bb aa", False),
        ("^ aa", "bb. aa", True),
        ("aa $", "aa bb", False),
        ("aa $", "bb aa", True),
        ("0 b", "20 b", True),
        ("0 b", "20mg b", True),
        ("00 b", "20mg b", False),
        ("00 b", "20 b", True),
        ("00 b", "5 b", False),
        ("00 b", "6 b", True),
        ("breathe b", "braethe b", True),
        ("breathe b", "br3athe b", True),
    ],
)
def test_the_pattern_language_means_what_its_docstring_says(
    line: str, text: str, expected: bool
) -> None:
    assert matches(line, text) is expected


def test_an_element_is_words_and_rows_of_words() -> None:
    (step,) = parse("<want>|b", {"want": "want feel_like"})

    assert step.element == Element(frozenset({"want", "b"}), (("feel", "like"),))


def test_a_class_that_is_not_defined_is_an_error() -> None:
    with pytest.raises(KeyError):
        parse("<nothing>", {})


def test_every_group_is_reviewed_has_a_reason_and_guards_that_exist() -> None:
    for path in sorted((FOLDER / "patterns").glob("*.toml")):
        data = load(f"patterns/{path.name}")
        assert path.name == "unspaced.toml" or data["reviewed"], path.name
        for group in data.get("group", []):
            assert group["reason"], (path.name, group["id"])
            assert set(group.get("guards", ())) <= set(detectors().guards), (path.name, group["id"])


def test_every_word_of_a_pattern_file_is_spelt_as_the_detectors_see_it() -> None:
    words = set(detectors().vocabulary.words) - {STOP}

    assert {word for word in words if fold(word) != word or split_words(word) != [word]} == set()
    assert set(detectors().by_name) == {
        "crisis", "emergency", "personal", "prognosis", "medicine", "child", "pregnancy", "cautious"
    }  # fmt: skip


def test_a_gap_wider_than_is_looked_through_is_refused_when_it_is_read() -> None:
    assert parse("a ~16 b", {})[1].gap == 16
    with pytest.raises(ValueError, match="~17 is wider than 16 words, in: a ~17 b"):
        parse("a ~17 b", {})
