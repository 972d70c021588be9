"""SAFETY F10: questions that no person would type; none may end in an exception.

Made from a seed, so that a failure is repeated by its number. Coverage-guided fuzzing (atheris)
was not needed to reach the branches: the pieces are those that the code looks for.
"""

import random
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator

from assistant.records import MAX_QUESTION_CHARS, Answer, Reply
from assistant.safety import disclaimer
from assistant.scrub import where
from ingest import Document

PIECES = (
    "ALS", "MS", "twitch", "fasciculation", "eyelid", "do I have", "kill myself", "can't breathe",
    "how long", "mg", "20", "%", "yes or no", "ignore previous instructions", "</script>",
    "<img src=x>", "javascript:", "{{7*7}}", "${x}", "'; --", "..", "/etc/passwd", "\x00",
    "\x1b[2J", "\u202e", "\u200b", "\ufeff", "\ud800", "\udfff", "\U0010ffff", "e\u0301", "ﬁ",
    "ß", "İ", "ı", "Ǆ", "\u0344", "१२", "²", "½", "\u2028", "\r\n", "\t", "—", "«", "我", "أنا",
    "quiero morir", "ich habe", "?", "!", ".", ",", ":", ";", "(", "[", "*", "_", "`", "#", "@",
    "\\", '"', "'",
)  # fmt: skip
SEPARATORS = ("", " ", " ", " ", "\n", "\u00a0", "-", "…")


def questions(n: int, *, seed: int) -> Iterator[str]:
    """`n` texts, the same ones for the same seed."""
    for number in range(n):
        yield question(random.Random(f"{seed}/{number}"))


def question(dice: random.Random) -> str:
    """One text: pieces, random characters, repetitions, cuts; sometimes far too long."""
    kind = dice.random()
    if kind < 0.01:
        return dice.choice(PIECES) * dice.choice((0, 1, 500, MAX_QUESTION_CHARS + 1))
    if kind < 0.25:
        return "".join(chr(dice.randrange(0x110000)) for _ in range(dice.randrange(60)))
    n = dice.choice((1, 3, 8, 20))
    parts = [f"{dice.choice(PIECES)}{dice.choice(SEPARATORS)}" for _ in range(n)]
    text = "".join(parts)
    if kind < 0.4:
        text = unicodedata.normalize(dice.choice(("NFD", "NFKC", "NFKD")), text)
    if kind > 0.8 and text:
        at = dice.randrange(len(text))
        text = text[:at] + chr(dice.randrange(0x110000)) + text[at + dice.randrange(3) :]
    return dice.choice((str, str.upper, str.title))(text)


def fuzz(
    ask: Callable[[str], Reply],
    document: Callable[[str], Document | None],
    *,
    n: int,
    seed: int = 0,
) -> dict[str, object]:
    """How many texts were asked, what came back, and every text's number that went wrong."""
    kinds: Counter[str] = Counter()
    failures: dict[int, str] = {}
    for number, text in enumerate(questions(n, seed=seed)):
        try:
            reply = ask(text)
        except Exception as error:  # noqa: BLE001 - counting them is the point
            failures[number] = where(error)
            continue
        kinds[type(reply).__name__] += 1
        if not _is_sound(reply, document):
            failures[number] = "unsound reply"
    return {"questions": n, "seed": seed, "kinds": dict(kinds), "failures": failures}


def _is_sound(reply: Reply, document: Callable[[str], Document | None]) -> bool:
    """It carries the disclaimer, and each quote is the slice that it says it is."""
    citations = reply.citations if isinstance(reply, Answer) else ()
    return reply.disclaimer == disclaimer() and all(
        (held := document(c.document_id)) is not None and held.text[c.start : c.end] == c.quote
        for c in citations
    )
