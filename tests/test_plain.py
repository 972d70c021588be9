"""The plain copy: what it takes off, and that each of its characters knows where it came from."""

from hypothesis import given
from hypothesis import strategies as st

from ingest.plain import plain_copy


def test_spaces_quotes_dashes_case_and_ligatures_are_levelled() -> None:
    text = "  The\n\n\u201cFirst\u201d \ufb01ngers\u00a0\u2013 cold\u00ad "

    assert plain_copy(text).text == 'the "first" fingers - cold'


def test_what_is_found_is_told_in_offsets_of_the_original() -> None:
    text = "Socks:\n \u201cwarm\u201d  \ufb01ngers."

    found = plain_copy(text).find('"warm" fingers')

    assert found == (8, 22)
    assert text[8:22] == "\u201cwarm\u201d  \ufb01ngers"


def test_what_is_not_there_is_not_found() -> None:
    assert plain_copy("Socks").find("hats") is None
    assert plain_copy("Socks").find("") is None
    assert plain_copy(" \n").text == ""


@given(st.text(max_size=60))
def test_each_character_comes_from_where_its_offset_says(text: str) -> None:
    copy = plain_copy(text)

    assert len(copy.offsets) == len(copy.text)
    assert copy.offsets.tolist() == sorted(copy.offsets.tolist())
    for char, offset in zip(copy.text, copy.offsets.tolist(), strict=True):
        assert char in plain_copy(f"x{text[offset]}x").text


@given(st.text(min_size=1, max_size=40), st.text(max_size=20), st.text(max_size=20))
def test_a_slice_is_found_in_the_text_that_it_was_cut_from(
    quote: str, before: str, after: str
) -> None:
    wanted = plain_copy(quote).text
    text = f"{before} {quote} {after}"

    found = plain_copy(text).find(wanted)

    if wanted:
        assert found is not None
        assert plain_copy(text[found[0] : found[1]]).text == wanted
