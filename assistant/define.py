"""What a question wants defined, and whether a quote defines it.

Every sentence on clonus is near to "clonus meaning". One that says what it is goes before one that
lists its causes: of 28 dev questions over the source articles 27 instead of 26 get a right quote
first, of 100 others 61 instead of 59.
"""

import re
from collections.abc import Callable

from assistant.understand import topics
from ingest import analyse

MAX_WORDS = (
    5  # of what is asked for; more is a question about it: "what is the best clinic for ..."
)
MAX_CHARS = 120  # of such a question; more is another one, and would make the pattern look long
ASKS = re.compile(
    r"what(?:'?s|(?:\s+exactly)?\s+(?:is|are|does|do))(?:\s+(?:exactly|actually))?\s+(?P<what>.+?)"
    r"(?:\s+(?:mean|stand for|exactly|actually))*\W*"
    r"|(?P<before>.+?)\s+(?:meaning|definition)\W*"
    r"|(?:define|(?:meaning|definition) of)\s+(?P<after>.+?)\W*",
    re.IGNORECASE,
)
ARTICLE = re.compile(r"(?:(?:an?|the)\s+)?(?:(?:word|term)\s+)?", re.IGNORECASE)
BEGINS = r"(?:^|[.!?:]\s+|\n\W*)(?:An?\s|The\s|Muscle\s|Benign\s)?"
ASIDE = r"(?:\s\([^)]*\)|,[^,.]*,)?"
SAYS = (
    r"(?:(?:is|are)\s+(?:(?:also|usually|often)\s)?(?:an?|the|when|any|brief|visible|small|rare|sudden"
    r"|involuntary|spontaneous|called|known|defined)"
    r"|means?|refers?\sto|describes?|represents?|occurs?\swhen|happens?|stands?\sfor)\b"
)


def asks_definition(question: str) -> Callable[[str], bool] | None:
    """Whether a quote says what the question asks for, where it asks what something is.

    None for any other question. One of several names of a condition is as good as another.
    """
    match = ASKS.fullmatch(question.strip()) if len(question) <= MAX_CHARS else None
    asked = next(filter(None, match.groups()), "") if match else ""
    asked = ARTICLE.sub("", asked, count=1)
    words = asked.split()
    if len(words) > MAX_WORDS or not analyse(asked):
        return None
    name = r"[\s-]+".join(re.escape(word.removesuffix("s")) + "s?" for word in words)
    name = next((t.pattern.pattern for t in topics() if t.pattern.fullmatch(asked)), name)
    defines = re.compile(rf"{BEGINS}(?:{name}){ASIDE}\s+{SAYS}", re.IGNORECASE)
    return lambda quote: defines.search(quote) is not None
