"""Explanation -> plain text: every run's first passages with their scores, and why it ended so.

For whoever tunes or doubts Quoth, on a terminal. Scores are nobody's chances; no other surface
shows them.
"""

from collections.abc import Iterator, Sequence

from assistant.explanation import Explanation, Look
from assistant.records import Answer, ScoredPassage
from assistant.render.terminal import visible

SHOWN = 5
SNIPPET_CHARS = 72


def explanation_to_text(explanation: Explanation) -> str:
    """Each look with its runs, then the decision. Ends in a line break."""
    return "\n".join(_lines(explanation)) + "\n"


def _lines(explanation: Explanation) -> Iterator[str]:
    for look in explanation.looks:
        yield from _look(look)
    yield _decision(explanation)


def _look(look: Look) -> Iterator[str]:
    query = look.query
    yield f"question      {visible(query.question)}"
    yield f"searched for  {visible(query.search_text)}"
    yield f"terms         {visible(', '.join(query.terms)) or 'none'}"
    for scorer, run in look.runs.items():
        yield from _run(str(scorer), run)
    yield from _run("fused: strength", look.ranking)
    yield ""


def _run(name: str, run: Sequence[ScoredPassage]) -> Iterator[str]:
    yield f"{name} ({len(run)} passages)"
    for scored in run[:SHOWN]:
        snippet = " ".join(visible(scored.passage.text).split())[:SNIPPET_CHARS]
        yield f"  {scored.rank:>3}  {scored.score:6.3f}  {visible(scored.passage.id)}  {snippet}"


def _decision(explanation: Explanation) -> str:
    reply = explanation.reply
    outcome = "answered" if isinstance(reply, Answer) else f"not answered: {reply.reason}"
    if explanation.bar is None:
        return f"{outcome}, before anything was weighed"
    best = max(look.strength for look in explanation.looks)
    return f"{outcome}; best strength {best:.3f}, needed {explanation.bar:.3f}"
