"""Reply -> the JSON that every surface and the outside world share. Its shape is schema 1."""

from dataclasses import asdict

from assistant.records import Abstention, Answer, Citation, InputError, Reply

SCHEMA = 1
KINDS = {Answer: "answer", Abstention: "abstention", InputError: "input_error"}


def to_json(reply: Reply) -> dict[str, object]:
    """The reply as JSON values. Every key is there in every kind; what does not apply is empty."""
    answer = reply if isinstance(reply, Answer) else None
    silence = reply if isinstance(reply, Abstention) else None
    related = () if isinstance(reply, InputError) else reply.related_questions
    return {
        "schema": SCHEMA,
        "kind": KINDS[type(reply)],
        "notices": [{"kind": str(n.kind), "text": n.text} for n in reply.notices],
        "citations": [_citation(c) for c in answer.citations] if answer else [],
        "sources_differ": [list(pair) for pair in answer.sources_differ] if answer else [],
        "reason": None if isinstance(reply, Answer) else str(reply.reason),
        "did_you_mean": list(silence.did_you_mean) if silence else [],
        "related_questions": list(related),
        "disclaimer": reply.disclaimer,
        "generation": reply.generation,
    }


def _citation(citation: Citation) -> dict[str, object]:
    """One citation; None stays null, which surfaces show as "not stated"."""
    raw = asdict(citation)
    del raw["marked"], raw["written_from"]  # a matter of how it is shown
    return {**raw, "flags": list(citation.flags), "gate": raw["gate"] and str(raw["gate"])}
