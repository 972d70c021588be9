"""What the detectors find in a question, and the fixed texts that follow from it."""

from dataclasses import dataclass
from enum import StrEnum


class NoticeKind(StrEnum):
    """Which fixed text of the voice file stands beside the quotes; declared in order of showing."""

    CRISIS = "crisis"
    EMERGENCY = "emergency"
    LANGUAGE = "language"
    PERSONAL = "personal"
    MEDICINE = "medicine"
    PROGNOSIS = "prognosis"
    CARE = "care"


@dataclass(frozen=True, slots=True)
class Notice:
    """One fixed text of the app's own voice."""

    kind: NoticeKind
    text: str


@dataclass(frozen=True, slots=True)
class Screening:
    """What the detectors found in one question. Facts about the wording, never about the person.

    `language` is the ISO 639-1 code of a language other than English that the question is written
    in, or None for English and for texts too short to tell. `cautious` says that the question names
    weakness, wasting, speech, swallowing or breathing, so a cautionary passage goes first.
    """

    crisis: bool = False
    emergency: bool = False
    personal: bool = False
    prognosis: bool = False
    medicine: bool = False
    child: bool = False
    pregnancy: bool = False
    cautious: bool = False
    language: str | None = None
