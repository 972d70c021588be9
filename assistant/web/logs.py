"""How log lines look: text for people, JSON for machines. No line holds a question or an address.

An exception is written as its type and place: its message may quote what was asked.
"""

import json
import logging
from asyncio import CancelledError
from datetime import UTC, datetime

from assistant.scrub import where
from assistant.web.request import REQUEST_ID

TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
NOISY = ("bm25s", "httpx", "sentence_transformers", "openvino")


class TextLines(logging.Formatter):
    """One line a record, for people."""

    def formatException(self, ei: object) -> str:
        """Type and place instead of a traceback."""
        return _scrubbed(ei)


class JsonLines(logging.Formatter):
    """One JSON object a record: time, level, logger, message, and the request's id if any."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of ASCII JSON."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": REQUEST_ID.get(),
            "error": _scrubbed(record.exc_info) if record.exc_info else None,
        }
        return json.dumps({name: value for name, value in line.items() if value is not None})


def set_up_logging(*, as_json: bool) -> None:
    """Write every record to stderr in one of the two forms. For the edge that starts a server."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if as_json else TextLines(TEXT))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for noisy in NOISY:
        logging.getLogger(noisy).setLevel(logging.WARNING)


def is_news(record: logging.LogRecord) -> bool:
    """Whether a record of uvicorn's is worth a line: it calls off what is open when it stops."""
    return record.exc_info is None or not isinstance(record.exc_info[1], CancelledError)


def _scrubbed(ei: object) -> str:
    error = ei[1] if isinstance(ei, tuple) else None
    return where(error) if isinstance(error, BaseException) else "unknown error"
