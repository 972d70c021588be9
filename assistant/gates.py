"""What in a quote stays folded until it is asked for (R8), and what is not quoted at all (R9)."""

import re
from functools import lru_cache

from assistant.records import Gate

NUMBER = r"(?:\d+(?:[.,]\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|half)"
SPAN_OF_LIFE = re.compile(
    rf"\b{NUMBER}(?:\s*(?:-|–|to|or|and)\s*{NUMBER})?\s*(?:%|per ?cent|percent|in {NUMBER}"
    r"|years?|months?|decades?)"
    r"|\b(?:an?|(?:a )?few|several|a couple of) (?:more )?(?:years?|months?|decades?)\b",
    re.IGNORECASE,
)
OUTLOOK = re.compile(
    r"surviv|life expectancy|prognos|late stage|live (?:for|up|about|longer)|lived? .{0,20}years"
    r"|\bd(?:ie|ies|ied|ying)\b|\bdeath|\bdeadly|\bkills?\b|\bfatal|mortality|terminal|life span"
    r"|lifespan|\balive\b|respiratory failure",
    re.IGNORECASE,
)
COUNTED = (
    r"(?:\d[\d.,]*|(?:a )?half(?: an?)?|quarter of an?|one|two|three|four|five|six|seven|eight"
    r"|nine|ten|twelve|fifteen|twenty|thirty|forty|fifty|sixty|eighty|hundred|thousand)"
)
DOSE = re.compile(
    r"\b\d[\d.,]*\s*(?:mg|mcg|µg|μg|ug|g|ml|iu)\b"
    rf"|\b{COUNTED}[\s-]*(?:grams?|milligrams?|micrograms?|millilit(?:re|er)s?|units?|tablets?|pills?"
    r"|capsules?|drops?|puffs?|sprays?|sachets?|(?:tea|table)?spoon(?:ful)?s?)\b",
    re.IGNORECASE,
)
# Questions that only a dose answers, which is never quoted. "A high dose of caffeine" is no such.
ASKS_DOSE = re.compile(
    r"\bhow (?:many|much) (?:mg|mcg|iu|milligrams?|micrograms?|tablets?|pills?|capsules?|drops?"
    r"|(?:\w+ )?units)\b"
    r"|\bhow much (?:\w+ ){1,3}(?:should|can|do|may|must|to) (?:\w+ )?(?:take|give|use)\b"
    r"|\b(?:what|which|recommended|right|correct|safe|usual|normal|maximum|max) (?:is the )?"
    r"(?:\w+ )?(?:dose|dosage)\b"
    r"|(?<!high )(?<!higher )(?<!large )(?<!low )\b(?:dose|dosage) (?:of|for)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)  # of what articles say; a question is never kept
def gate_of(quote: str) -> Gate | None:
    """PROGNOSIS for a quote that gives a figure about how long people live, None otherwise."""
    gives_figure = SPAN_OF_LIFE.search(quote) is not None
    return Gate.PROGNOSIS if gives_figure and OUTLOOK.search(quote) else None


def mentions_dose(quote: str) -> bool:
    """Whether a quote states an amount of a medicine."""
    return DOSE.search(quote) is not None


def asks_dose(question: str) -> bool:
    """Whether a question asks how much of a medicine to take."""
    return ASKS_DOSE.search(question) is not None
