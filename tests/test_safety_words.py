"""Folding, words, misspellings and the pattern language, piece by piece."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.safety.data import FOLDER, load
from assistant.safety.detectors import DETECTORS, GUARDS, VOCABULARY
from assistant.safety.fold import fold
from assistant.safety.grammar import Element, Step, parse
from assistant.safety.places import Places
from assistant.safety.typos import REAL_WORDS, edits, masked, slips, typos
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
    assert split_words("i d i e") == ["i", "die", "idie"]
    assert split_words("diiiie") == ["die"]
    assert split_words("i'll can't") == ["i", "will", "cant"]


def test_the_edits_of_a_word_are_all_strings_at_distance_one() -> None:
    assert {"ab", "b", "a", "ba", "cab", "a*", "xb", "abz"} <= edits("ab")
    assert "abcd" not in edits("ab")
    assert masked("ate") == {"*te", "at*", "*t*"}


def test_a_word_of_its_own_is_no_misspelling() -> None:
    assert "brreath" in typos("breath")
    assert "wreath" in REAL_WORDS | {"wreath"}
    assert not typos("breath") & (REAL_WORDS - masked("breath"))
    assert "breasts" not in typos("breath")


def test_slips_are_the_commonest_misspellings() -> None:
    assert {"apthy", "appathy", "aptahy", "apaxhy"} <= slips("apathy")
    assert "apatxhy" not in slips("apathy")
    assert slips("breath") & REAL_WORDS == set()


def test_other_words_are_read_in_their_commonest_misspellings_only() -> None:
    (pattern,) = [parse("apathy", {})]
    words = Vocabulary([pattern], frozenset(), frozenset({"apathy"}))

    assert words.read(["apathy"]) == words.read(["appathy"])
    assert words.read(["apatxhy"]) == [-1]


def vocabulary(*lines: str) -> tuple[Vocabulary, list[tuple[Step, ...]]]:
    patterns = [parse(line, {"want": "want wish feel_like"}) for line in lines]
    return Vocabulary(patterns, frozenset({"breathe"})), patterns


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
            assert set(group.get("guards", ())) <= set(GUARDS), (path.name, group["id"])


def test_every_word_of_a_pattern_file_is_spelt_as_the_detectors_see_it() -> None:
    words = {word for element in VOCABULARY.ids for word in element} - {STOP}

    assert {word for word in words if fold(word) != word or split_words(word) != [word]} == set()
    assert set(DETECTORS) == {
        "crisis", "emergency", "personal", "prognosis", "medicine", "child", "pregnancy", "cautious"
    }  # fmt: skip
