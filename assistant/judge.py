"""A look -> what of it may be quoted, once what does not speak of the thing asked is left out."""

from collections.abc import Sequence

from assistant.aspect import asked_aspects, on_aspect
from assistant.coverage import unheard_of
from assistant.decide import bar_for, decide
from assistant.explanation import Judgement, LeftOut, Look
from assistant.gates import asks_dose
from assistant.records import Query, Reason, ScoredPassage
from assistant.stages import stage
from assistant.subject import on_subject
from ingest import Index

CONSIDERED = 24  # ranks that are read for their subject; three times as many as may be quoted
# Rules that leave a passage out, as `ask --explain` says them.
OTHER_SUBJECT = "on another subject"
UNSPOKEN = "does not speak of"  # and the aspects' names
NO_DOSE = "only a dose would answer"


def judge(look: Look, index: Index, *, is_personal: bool, point: Query | None = None) -> Judgement:
    """A look decided on. `is_personal` holds it against the bar for a question about a person.

    `point`: the clause that asks, where another one was looked up: what the library never speaks of
    counts in both ("My calf twitches. Can vaccines cause that?").
    """
    with stage("decide"):
        fitting, left_out = leave_out(look.query, look.ranking[:CONSIDERED], index)
        library = {"n_passages": len(index.passages), "n_wordings": index.n_wordings}
        unheard = unheard_of(look.query, index)
        if point is not None:
            unheard = max(unheard, unheard_of(point, index))
        bar = bar_for(is_personal=is_personal, unheard_of=unheard, **library)
        evidence = decide(
            fitting,
            is_personal=is_personal,
            unheard_of=unheard,
            before=look.strength,
            **library,
        )
        if asks_dose(look.query.question):  # a medicine is a topic, however little is said of it
            evidence = Reason.NOTHING_RELEVANT
    strength = fitting[0].score if fitting else 0.0
    return Judgement(look, left_out, strength, bar, is_personal, evidence)


def leave_out(
    query: Query, ranking: Sequence[ScoredPassage], index: Index
) -> tuple[tuple[ScoredPassage, ...], tuple[LeftOut, ...]]:
    """The passages on what is asked, and the others in order, each with the rule it falls under."""
    if asks_dose(query.question):  # only a dose would answer it, and none is quoted (R9)
        return (), tuple(LeftOut(scored, NO_DOSE) for scored in ranking)
    on_point = on_subject(query, ranking, index)
    asked = asked_aspects(query.question)
    fitting = on_aspect(asked, on_point)
    on_point_ranks, kept = {s.rank for s in on_point}, {s.rank for s in fitting}
    left_out = []
    for scored in ranking:
        if scored.rank not in on_point_ranks:
            left_out.append(LeftOut(scored, OTHER_SUBJECT))
        elif scored.rank not in kept:
            unspoken = (a.name for a in asked if not a.is_spoken_of(scored))
            left_out.append(LeftOut(scored, f"{UNSPOKEN} {', '.join(unspoken)}"))
    return fitting, tuple(left_out)
