"""The one sentence that says why there is no answer, the same on every surface."""

from assistant.records import MAX_QUESTION_CHARS, Abstention, InputError, NoticeKind
from assistant.safety import sentence

CARDS = frozenset({NoticeKind.CRISIS, NoticeKind.EMERGENCY})


def why_no_answer(reply: Abstention | InputError) -> str | None:
    """The sentence; None where a card stands and a refusal would be the last word.

    "I want to die" is not a question that these articles happen not to cover.
    """
    if isinstance(reply, InputError):
        return sentence(f"input_{reply.reason}").format(count=f"{MAX_QUESTION_CHARS:,}")
    if any(notice.kind in CARDS for notice in reply.notices):
        return None
    return sentence(f"abstain_{reply.reason}")
