"""Stage 4, decide: ranking -> evidence, or the reason to abstain.

"These articles do not say" is an answer. A passage may be quoted when it means much the same as the
question and mentions what the question is about; its strength says both (`assistant/rank.py`).
"""

import math
from collections.abc import Sequence

from assistant.rank import LARGE
from assistant.records import Reason, ScoredPassage

# Strength (about 0 to 1.6) from which the best passage may be quoted, in a library of SMALL
# passages. On the 28 and 20 twitching questions over the source articles (78 passages), answerable
# ones reach .73 or more, unanswerable ones .63 or less; 200 off-topic CLINC150 questions .46 or
# less. Re-run after a change: python -m benchmarks abstention FILE
ANSWERABLE = 0.69
# A question about a person carries words that no article has ("my left foot", "since Tuesday").
# It gets its lead-in first, so general passages on its topic inform and cannot read as a verdict.
ANSWERABLE_PERSONAL = 0.54
# Added to the threshold times how much the most telling word says that the library never uses. With
# the stop words and synonyms that came with it, the starter library (418 passages) declines 18
# instead of 15 of 20 and 25 instead of 22 of 28 dev questions that it does not answer, and 4 of 62
# that it does, as before.
UNHEARD_OF = 0.2
# A question about a person is full of such words. Of 100 near misses ("can my employer fire me for
# having ALS") by an author who had not seen the library, 8 were answered without this and 3 with
# it, of the same author's 100 everyday questions 84 and 82; .1 answers 81, and none of the dev sets
# changes up to .09. benchmarks/safety_training/worried-2.jsonl, each asked of the starter library.
UNHEARD_OF_PERSONAL = 0.06
SUPPORTING = 0.08  # how far below the threshold a second or third quote may lie
# How far below the best a second or third quote may lie: what is much weaker is about something
# else. Quotes an answer over the source articles: 2.8 without it, 2.2 with .2, 1.9 with .1. On the
# 28 + 28 + 62 answerable dev questions the first quote and one of three are as good down to .15; .1
# loses one.
NEAR_BEST = 0.2
OFF_TOPIC = 0.30  # strength below which the question is about something else altogether
# The more passages there are, the better the best of them fits by chance. Strength that 3 % of the
# off-topic questions exceed: .30 among 78 passages, .66 among 2,598, .81 among 30,143. Added per
# unit of ln(passages): with .03, MedQuAD (30,143) answers 34 % of the strict left-out questions and
# 3.5 % of those off topic, and declines none that it could answer; with .04, 21 %, 1.5 % and 1.5 %;
# with .05, 14 %, .5 % and 6 %. MEDIQA's 128 questions (2,598) are declined for 11, 15 and 16 %.
GROWTH = 0.04
SMALL = 80
# From LARGE passages on, words that stand apart take strength off (assistant/rank.py), so less is
# added. MedQuAD's strict left-out answered and answerable declined: 12.4 and 2.5 % before, 3.3 and
# 4.5 % with .027 to .03, 4.1 and 4.5 % with .025. python -m benchmarks abstention FILE
GROWTH_OF_LARGE = 0.03
# With other wordings to be near to, a passage fits more easily by chance too: added per unit of
# ln(1 + wordings / passages), a wording counted for each passage of its section: .04 in the starter
# library. Without it that, with its first 1,243, answered 15 instead of 10 of the dev sets' 178
# near misses, and 2 more of their 260 other questions (decision 0019).
WORDED = 0.018
JUDGED = 8  # ranks that may be quoted


def decide(
    ranking: Sequence[ScoredPassage],
    *,
    is_personal: bool,
    n_passages: int = SMALL,
    n_wordings: int = 0,
    unheard_of: float = 0.0,
    before: float | None = None,
) -> tuple[ScoredPassage, ...] | Reason:
    """The passages that may be quoted, in rank order; or why there are none.

    `n_passages` and `n_wordings` are the size of the library that the ranking was made from;
    `unheard_of` is how much the most telling word of the question says that the library never uses
    (assistant/coverage.py). `before` is the strength of the best passage before any was left out:
    a library that has the subject, and not what is asked of it, is no library on another topic.
    """
    bar = bar_for(n_passages, n_wordings=n_wordings, is_personal=is_personal, unheard_of=unheard_of)
    best = ranking[0].score if ranking else 0.0
    if best < bar:
        off_topic = OFF_TOPIC + _growth(n_passages, n_wordings)
        near = best if before is None else before
        return Reason.OFF_TOPIC if near < off_topic else Reason.NOTHING_RELEVANT
    floor = max(bar - SUPPORTING, best - NEAR_BEST)
    return tuple(scored for scored in ranking[:JUDGED] if scored.score >= floor)


def bar_for(
    n_passages: int, *, is_personal: bool, n_wordings: int = 0, unheard_of: float = 0.0
) -> float:
    """Strength from which a library of this size answers a question."""
    growth = _growth(n_passages, n_wordings)
    if is_personal:
        return ANSWERABLE_PERSONAL + UNHEARD_OF_PERSONAL * unheard_of + growth
    return ANSWERABLE + UNHEARD_OF * unheard_of + growth


def _growth(n_passages: int, n_wordings: int) -> float:
    """What is added for a larger library; nothing up to SMALL passages without other wordings."""
    by_passages = GROWTH * math.log(max(1.0, min(n_passages, LARGE) / SMALL))
    by_passages += GROWTH_OF_LARGE * math.log(max(1.0, n_passages / LARGE))
    return by_passages + WORDED * math.log1p(n_wordings / max(1, n_passages))
