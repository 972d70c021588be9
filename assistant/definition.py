"""What something is: the question that asks for it, and the passage that says it.

"What is a fasciculation?" is nearer, by words and by vectors, to a list of what causes them than to
the sentence that begins "Fasciculation represents".
"""

import re

from assistant.records import Query
from assistant.understand import same_meaning
from ingest import analyse, split_sentences

ASKS = re.compile(
    r"\s*(?:so\W+|and\W+)?(?:what(?:'s|’s|s)?|define|explain|meaning of)\b"
    r"(?!.*\b(?:cause|treat|sign|symptom|help|happen|differ|risk|test|do|did|should|can|could|will)"
    r"\w*\b)",
    re.IGNORECASE,
)
SAYS = re.compile(
    r"\b(?:is|are|means?|refers? to|represents?|describes?|stands? for|happens? (?:when|where))\b"
    r"(?! (?:usually|often|not|also|rarely|seldom|sometimes|common|more|less|mostly|generally"
    r"|likely|accompanied|caused|considered|harmless|linked|associated|seen|found|frequent"
    r"|thought)\b)"
)
# "If fasciculations are ..." says when, not what.
SUBORDINATE = re.compile(r"(?:if|when|while|although|since|because|as|in|yes|no|other)\b", re.I)
MAX_TERMS = 3  # of the question; a longer one asks for more than what something is
SUBJECT_CHARS = 90  # a defining sentence names its subject at once
SUBJECT_WORDS = 8


def asks_what_is(query: Query) -> bool:
    """Whether a question asks what something is and nothing further."""
    return len(query.terms) <= MAX_TERMS and bool(ASKS.match(query.question))


def defines(query: Query, text: str) -> bool:
    """Whether a sentence of `text` says of all that the question names what it is."""
    return any(is_definition(query, text[a:b]) for a, b in split_sentences(text))


def is_definition(query: Query, sentence: str) -> bool:
    """Whether one sentence opens with what the question names and says what that is."""
    verb = SAYS.search(sentence, 0, SUBJECT_CHARS)
    if verb is None or SUBORDINATE.match(sentence):
        return False
    subject = sentence[: verb.start()]
    named = set(analyse(subject))
    is_short = len(subject.split()) <= SUBJECT_WORDS
    return is_short and bool(query.terms) and all(same_meaning(t) & named for t in query.terms)
