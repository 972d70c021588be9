"""Words of caution, in a quote and in a question: a sign that is named, not one that is denied.

"Twitching with no weakness points to a benign syndrome" has the word and is no caution; nor does
"why do I twitch, I am not weak" ask for any.
"""

import re

from assistant.safety import Screening, screen

SIGN = re.compile(r"weak|wasting|atroph|swallow|speech|slurr|breath", re.IGNORECASE)
ADVICE = re.compile(
    r"consult|see (?:a|your) (?:doctor|health)|need a doctor|evaluat|health ?care p|check with"
    r"|seek",
    re.IGNORECASE,
)
DENIED = re.compile(
    r"\b(?:no|not|without|nor)(?: (?!and\b|or\b|only\b|just\b)[\w-]+){0,2}"
    r" (?:weak|wast|atroph|loss)\w*(?:(?:,| or| and)+ (?:[\w-]+ )?(?:weak|wast|atroph|loss)\w*)*",
    re.IGNORECASE,
)


def asks_caution(question: str, screening: Screening) -> bool:
    """Whether a question names a warning sign, and not only to say that there is none."""
    rest = DENIED.sub(" ", question)
    return screening.cautious and (rest == question or screen(rest).cautious)


def cautions(quote: str) -> bool:
    """Whether a quote names a warning sign that somebody has, or says what to do."""
    return advises(quote) or SIGN.search(DENIED.sub(" ", quote)) is not None


def advises(quote: str) -> bool:
    """Whether a quote says to have something looked at."""
    return ADVICE.search(quote) is not None
