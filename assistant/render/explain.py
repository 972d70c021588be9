"""Explanation -> plain text: every run's first passages with their scores, and why it ended so.

For whoever tunes or doubts Quoth, on a terminal. Scores are nobody's chances; no other surface
shows them.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter

from assistant.explanation import Explanation, Judgement, Look
from assistant.ranking import Ranking
from assistant.records import Answer, Reason, ScoredPassage
from assistant.render.terminal import visible

SHOWN = 5
SNIPPET_CHARS = 72


def explanation_to_text(explanation: Explanation) -> str:
    """Each look with its runs, how looks were judged, the outcome. Ends in a line break."""
    return "\n".join(_lines(explanation)) + "\n"


def _lines(explanation: Explanation) -> Iterator[str]:
    for look in explanation.looks:
        yield from _look(look)
    for judgement in explanation.judgements:
        yield from _judgement(judgement)
    if explanation.two_sides:
        yield f"put first     {_ranks(explanation.two_sides)}: two sides of what is asked"
    yield _outcome(explanation)


def _look(look: Look) -> Iterator[str]:
    query = look.query
    yield f"question      {visible(query.question)}"
    yield f"searched for  {visible(query.search_text)}"
    yield f"terms         {visible(', '.join(query.terms)) or 'none'}"
    for scorer, run in look.runs.items():
        yield from _run(str(scorer), run)
    yield from _run(f"fused: strength = {' + '.join(look.ranking.parts)}", look.ranking)
    yield ""


def _run(name: str, run: Ranking) -> Iterator[str]:
    yield f"{name} ({len(run)} passages)"
    for place, scored in enumerate(run[:SHOWN]):
        parts = " ".join(f"{part[place]:+.3f}" for part in run.parts.values())
        start = f"  {scored.rank:>3}  {scored.score:6.3f}  {parts}{'  ' if parts else ''}"
        snippet = " ".join(visible(scored.passage.text).split())[:SNIPPET_CHARS]
        yield f"{start}{visible(scored.passage.id)}  {snippet}"


def _judgement(judgement: Judgement) -> Iterator[str]:
    """What one look came to. Passages go by their ranks in its fused run."""
    yield f"judged        {visible(judgement.look.query.question)}"
    by_rule = sorted(judgement.left_out, key=attrgetter("rule"))
    for rule, group in groupby(by_rule, key=attrgetter("rule")):
        yield f"left out      {_ranks(left.scored for left in group)}: {rule}"
    evidence = judgement.evidence
    kept = "nothing" if isinstance(evidence, Reason) else _ranks(evidence)
    yield f"kept          {kept}"
    before = judgement.look.strength
    was = "" if judgement.strength == before else f" (before leaving out {before:.3f})"
    needed = f"{judgement.bar:.3f}{', as it is about a person' if judgement.is_personal else ''}"
    yield f"strength      {judgement.strength:.3f}{was}, needed {needed}"


def _ranks(scored: Iterable[ScoredPassage]) -> str:
    """Ranks in order, neighbours as "2-24"."""
    ranks = sorted({line.rank for line in scored})
    ends = [rank for rank in ranks if rank + 1 not in ranks]
    starts = [rank for rank in ranks if rank - 1 not in ranks]
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in zip(starts, ends, strict=True))


def _outcome(explanation: Explanation) -> str:
    reply = explanation.reply
    outcome = "answered" if isinstance(reply, Answer) else f"not answered: {reply.reason}"
    return outcome if explanation.judgements else f"{outcome}, before anything was weighed"
