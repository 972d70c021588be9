"""A question that leans on the one before it ("and in MS?"), and what it may be meant to ask.

It is asked back, never answered as if it were clear: the earlier question with its topic changed is
offered as a question to choose. One question back and no further; nothing that a person said of
themselves is carried over (R19), and nobody's outlook is suggested (R8).
"""

import re

from assistant.gates import OUTLOOK
from assistant.safety import screen
from assistant.understand import Topic, topics

LEAD = re.compile(
    r"(?:(?:and|or|but|so|ok(?:ay)?|then)[\s,]+)*"
    r"(?:(?:what|how) about\s+|(?:is (?:it|that) the )?same (?:for|in|with)\s+)?"
    r"(?:(?:in|for|with|if it(?:'s| is))\s+)?(?:the\s+)?",
    re.IGNORECASE,
)
TAIL = re.compile(r"(?:[\s,]+(?:then|too|as well))?[\s?!.]*$", re.IGNORECASE)


def topic_of_follow_up(question: str) -> Topic | None:
    """The topic that a fragment names and nothing more; None for a question of its own.

    "and in MS?" and "what about MS" lean on an earlier question. "MS" alone does not: it is a word
    looked up, and `assistant.clarify` asks back for it.
    """
    folded = " ".join(question.split())
    lead = LEAD.match(folded)
    if lead is None or not lead[0].strip():
        return None
    rest = TAIL.sub("", folded[lead.end() :])
    return next((t for t in topics() if t.pattern.fullmatch(rest)), None)


def with_topic(previous: str, topic: Topic) -> str | None:
    """The earlier question with its one topic changed; None where it must not be carried over.

    That is: it names no topic, or several, or this one already; it speaks of a person, a crisis or
    an emergency; or it asks how long people live.
    """
    named = [t for t in topics() if t.pattern.search(previous)]
    if len(named) != 1 or named[0] == topic:
        return None
    found = screen(previous)
    is_private = found.personal or found.crisis or found.emergency
    asks_outlook = found.prognosis or OUTLOOK.search(previous)
    if is_private or asks_outlook or found.language is not None:
        return None
    return named[0].pattern.sub(topic.name, previous)
