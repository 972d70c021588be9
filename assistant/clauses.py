"""The parts of a long, personal question, so that one of them can be answered in general.

"I can't open jars anymore and my hand twitches. What do I have?" is near no passage as a whole;
"my hand twitches" is. The parts are looked up alone; nothing is added up about the person (R19).
"""

import re

BREAK = re.compile(r"[.!?;:\n,]+\s+|\s+(?:and|but|so|because|since|while|though)\s+", re.IGNORECASE)
MIN_WORDS = 2
MAX_CLAUSES = 6  # each costs one encoder call


def split_clauses(question: str) -> tuple[str, ...]:
    """The clauses of two words or more, in order, at most six; none where there is only one.

    Of more than six the first five and the last, which asks: it alone keeps its question mark.
    """
    parts = [part.strip() for part in BREAK.split(question)]
    clauses = [part for part in parts if len(part.split()) >= MIN_WORDS]
    if len(clauses) > MAX_CLAUSES:
        clauses = [*clauses[: MAX_CLAUSES - 1], clauses[-1]]
    return tuple(clauses) if len(parts) > 1 else ()
