"""What people say of quotes, for an operator who asked for it: passage ids and a verdict, no more.

One JSON line a verdict, {"passage": "id#start-end", "verdict": "answers"}. No question, no time, no
address, no session: nothing that says who asked what.
"""

import json
import logging
import threading
from enum import StrEnum
from pathlib import Path

from fastapi import FastAPI, Response
from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr

from assistant.safety import disclaimer, sentence
from assistant.web.interface import Answers
from assistant.web.problem import Problem

logger = logging.getLogger(__name__)

MAX_BYTES = 16 * 1024 * 1024  # of the file: anyone can send verdicts


class Verdict(StrEnum):
    """What a person says of a quote."""

    ANSWERS = "answers"
    DOES_NOT = "does_not"


class Feedback(BaseModel):
    """The body of POST /api/feedback: which quote, and the verdict. `true` is no number."""

    model_config = ConfigDict(extra="forbid")

    document_id: StrictStr
    start: StrictInt = Field(ge=0)
    end: StrictInt
    verdict: Verdict


def add_feedback(app: FastAPI, assistant: Answers, file: Path) -> None:
    """The route that takes verdicts and appends them to `file`."""
    one_at_a_time = threading.Lock()

    # For people who read a quote on the page; verdicts of programs would drown theirs.
    @app.post("/api/feedback", include_in_schema=False)
    def give(body: Feedback) -> Response:
        """Store one verdict on a stretch that the library holds; runs off the event loop."""
        document = assistant.document(body.document_id)
        if document is None or not body.start < body.end <= len(document.text):
            return Problem(404)
        passage = f"{document.id}#{body.start}-{body.end}"
        line = json.dumps({"passage": passage, "verdict": body.verdict.value})
        with one_at_a_time:
            if not _append(file, line):
                return Problem(503)
        said = {"detail": sentence("feedback_thanks"), "disclaimer": disclaimer()}
        return Response(json.dumps(said), media_type="application/json")


def _append(file: Path, line: str) -> bool:
    """Whether the line was stored."""
    try:
        if file.exists() and file.stat().st_size > MAX_BYTES:
            logger.warning("%s is full; verdicts are no longer stored", file)
            return False
        with file.open("a", encoding="utf-8") as out:
            out.write(f"{line}\n")
    except OSError as error:
        logger.warning("%s cannot be written: %s", file, error.strerror)
        return False
    return True
