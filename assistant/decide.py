"""Stage 4, decide: ranking -> evidence, or the reason to abstain.

"These articles do not say" is an answer. A passage may be quoted when it means much the same as the
question and mentions what the question is about; its strength says both (`assistant/rank.py`).
"""

from collections.abc import Sequence

from assistant.records import Reason, ScoredPassage

# Strength, about 0 to 1.2, from which the best passage may be quoted. Tuned on the 48 dev questions
# over the source articles: answerable ones reach .66 or more, unanswerable ones .60 or less;
# 200 off-topic CLINC150 questions .44 or less. On the starter library: .68, .56, .37.
# Re-run after a change: python -m benchmarks questions benchmarks/data/starter_accept.jsonl
ANSWERABLE = 0.62
# A question about a person carries words that no article has ("my left foot", "since Tuesday").
# It gets its lead-in first, so general passages on its topic inform and cannot read as a verdict.
ANSWERABLE_PERSONAL = 0.50
SUPPORTING = 0.08  # how far below the threshold a second or third quote may lie
OFF_TOPIC = 0.30  # strength below which the question is about something else altogether
JUDGED = 8  # ranks that may be quoted


def decide(
    ranking: Sequence[ScoredPassage], *, is_personal: bool
) -> tuple[ScoredPassage, ...] | Reason:
    """The passages that may be quoted, in rank order; or why there are none."""
    threshold = ANSWERABLE_PERSONAL if is_personal else ANSWERABLE
    best = ranking[0].score if ranking else 0.0
    if best < threshold:
        return Reason.OFF_TOPIC if best < OFF_TOPIC else Reason.NOTHING_RELEVANT
    return tuple(scored for scored in ranking[:JUDGED] if scored.score >= threshold - SUPPORTING)
