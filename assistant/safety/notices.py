"""From findings to the fixed texts that stand beside the quotes, in order of showing."""

from assistant.safety.records import Notice, NoticeKind, Screening
from assistant.safety.voice import LANGUAGES, crisis_text, sentence


def notices(
    screening: Screening,
    *,
    has_quotes: bool,
    has_figures: bool = False,
    language_blocked: bool = False,
    region: str | None = None,
) -> tuple[Notice, ...]:
    """The notices of one reply: crisis, emergency, language, personal, medicine, prognosis, care.

    `has_quotes`: the reply quotes something. `has_figures`: a quote of it stays folded for its
    figures, so the prognosis gate has something to stand before.
    `language_blocked`: the reply abstains because of the question's language; its sentence and its
    emergency line are then shown even where no detector found anything (R15).
    A region chooses the helplines; None keeps the region-neutral wording.
    """
    language = screening.language
    found: list[Notice] = []
    if screening.crisis:
        found += _in_both_languages(NoticeKind.CRISIS, crisis_text(region), language)
    if screening.emergency:
        found += _in_both_languages(NoticeKind.EMERGENCY, sentence("emergency"), language)
    if language_blocked:
        found += _language_notices(screening)
    if screening.personal:
        lead_in = "lead_in_personal" if has_quotes else "personal_without_quotes"
        found.append(Notice(NoticeKind.PERSONAL, sentence(lead_in)))
    if screening.medicine:
        found.append(Notice(NoticeKind.MEDICINE, sentence("medicine")))
    if screening.prognosis and has_figures:
        found.append(Notice(NoticeKind.PROGNOSIS, sentence("prognosis_gate")))
    if screening.child:
        found.append(Notice(NoticeKind.CARE, sentence("child")))
    if screening.pregnancy:
        found.append(Notice(NoticeKind.CARE, sentence("pregnancy")))
    found.append(Notice(NoticeKind.CARE, sentence("care")))
    return tuple(found)


def _in_both_languages(kind: NoticeKind, text: str, language: str | None) -> list[Notice]:
    """The card in the question's language first, where we have it, then in English."""
    translated = LANGUAGES.get(language, {}).get(kind.value) if language else None
    return [Notice(kind, line) for line in (translated, text) if line]


def _language_notices(screening: Screening) -> list[Notice]:
    entry = LANGUAGES.get(screening.language or "other", LANGUAGES["other"])
    found = [Notice(NoticeKind.LANGUAGE, entry["sentence"])]
    if not screening.emergency:  # a line to fall back on, not the card
        found.append(Notice(NoticeKind.LANGUAGE, entry["emergency"]))
    return found
