"""The app's own voice: a closed set of fixed sentences that never weigh a condition."""

import datetime
import re
from pathlib import Path

import pytest

from assistant.safety import NoticeKind, Screening, disclaimer, notices, sentence
from assistant.safety.voice import (
    HELPLINES_REVIEWED,
    LANGUAGES,
    REGIONS,
    crisis_text,
    sentence_ids,
    slots,
)

ASSISTANT = Path(__file__).resolve().parent.parent / "assistant"
EMERGENCY = (
    "Call your local emergency number now (for example 112, 911, 999 or 000) or go to the nearest "
    "emergency department. If you cannot call, ask someone near you to."
)
CRISIS = (
    "If you might act on these thoughts, call your local emergency number now. To talk to someone, "
    "find a free helpline in your country at findahelpline.com or befrienders.org; in the US and "
    "Canada call or text 988; in the UK and Ireland call Samaritans on 116 123. You can also tell "
    "someone you trust and stay with them."
)
VERDICT = re.compile(
    r"\byou (don't |do not )?have\b|\byou are (fine|ill|sick)|probabl|likely|sounds like|"
    r"nothing to worry|\d\s?%|percent|chance|\b(I|we)('m| am| are)? (sorry|understand|feel)",
    re.IGNORECASE,
)


def texts() -> list[str]:
    translated = [text for entry in LANGUAGES.values() for text in entry.values()]
    return [sentence(id) for id in sentence_ids()] + translated + [crisis_text()]


def test_the_emergency_and_crisis_texts_are_the_agreed_ones_letter_for_letter() -> None:
    assert sentence("emergency") == EMERGENCY
    assert crisis_text() == CRISIS


def test_no_sentence_of_the_app_weighs_a_condition_or_feels_anything() -> None:
    assert [text for text in texts() if VERDICT.search(text)] == []


def test_every_sentence_is_said_somewhere() -> None:
    code = "".join(file.read_text(encoding="utf-8") for file in ASSISTANT.rglob("*.py"))
    code = code.replace("'", '"')
    beginnings = tuple(re.findall(r'sentence\(f"(\w+)\{', code))  # as in f"abstain_{reason}"

    assert "abstain_" in beginnings
    said = [id for id in sentence_ids() if f'"{id}"' in code or id.startswith(beginnings)]
    assert said == list(sentence_ids())


def test_slots_take_only_counts_titles_dates_and_helplines() -> None:
    names = {name for id in sentence_ids() for name in slots(id)}

    assert names <= {"count", "titles", "date", "helplines"}
    assert slots("crisis") == {"helplines"}


def test_the_care_card_has_one_action_and_at_most_five_bullets() -> None:
    action, *bullets = sentence("care").splitlines()

    assert action == "Speak to a health professional"
    assert 1 <= len(bullets) <= 5
    assert all(bullet.startswith("- ") for bullet in bullets)


def test_the_helplines_were_checked_within_180_days() -> None:
    age = datetime.datetime.now(tz=datetime.UTC).date() - HELPLINES_REVIEWED

    assert age.days <= 180, "check every number in helplines.toml, then set its new date"


def test_a_region_puts_its_own_helpline_into_the_crisis_text() -> None:
    assert "in the US call or text 988." in crisis_text("us")
    assert "Samaritans" not in crisis_text("us")
    assert {"us", "gb", "es", "fr", "de", "br"} <= REGIONS


def test_every_named_language_has_its_sentence_its_emergency_line_and_its_crisis_line() -> None:
    for code in ("es", "fr", "de", "pt", "it", "nl", "pl", "tr", "ar", "zh"):
        entry = LANGUAGES[code]
        assert set(entry) == {"sentence", "emergency", "crisis"}
        assert "112" in entry["emergency"]
        assert "findahelpline.com" in entry["crisis"]


def test_an_unknown_sentence_is_an_error() -> None:
    with pytest.raises(KeyError):
        sentence("no_such_sentence")


def test_notices_come_in_the_order_in_which_they_are_shown() -> None:
    screening = Screening(
        crisis=True, emergency=True, personal=True, prognosis=True, medicine=True, child=True
    )

    found = notices(screening, has_quotes=True, has_figures=True, language_blocked=True)
    kinds = [notice.kind for notice in found]

    assert kinds == sorted(kinds, key=list(NoticeKind).index)
    assert set(kinds) == set(NoticeKind)


def test_a_plain_question_gets_the_care_card_alone() -> None:
    (only,) = notices(Screening(), has_quotes=True)

    assert (only.kind, only.text) == (NoticeKind.CARE, sentence("care"))


@pytest.mark.parametrize("has_figures", [True, False])
def test_the_prognosis_gate_needs_figures_to_stand_before(has_figures: bool) -> None:
    found = notices(Screening(prognosis=True), has_quotes=True, has_figures=has_figures)

    assert (NoticeKind.PROGNOSIS in [notice.kind for notice in found]) is has_figures


def test_a_crisis_in_another_language_shows_both_cards_that_language_first() -> None:
    screening = Screening(crisis=True, language="es")

    first, second, *_ = notices(screening, has_quotes=False, language_blocked=True)

    assert first.text == LANGUAGES["es"]["crisis"]
    assert second.text == CRISIS


def test_a_language_without_a_sentence_gets_the_english_one() -> None:
    found = notices(Screening(language="fi"), has_quotes=False, language_blocked=True)

    assert found[0].text == LANGUAGES["other"]["sentence"]
    assert found[1].text == EMERGENCY


def test_the_disclaimer_is_one_constant() -> None:
    assert disclaimer() == sentence("disclaimer")
    assert "not a diagnosis" in disclaimer()


def test_nothing_is_announced_below_when_nothing_is_quoted() -> None:
    personal = Screening(personal=True)

    assert "Below" in notices(personal, has_quotes=True)[0].text
    assert "Below" not in notices(personal, has_quotes=False)[0].text
