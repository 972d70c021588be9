"""Log lines: text or JSON, with a request's id, and never the message of an exception."""

import json
import logging

import pytest

from assistant.web.logs import TEXT, JsonLines, TextLines
from tests.web import Site

CANARY = "canary-6b6b"


def record(*, failed: bool = False) -> logging.LogRecord:
    info = None
    if failed:
        try:
            raise ValueError(CANARY)
        except ValueError as error:
            info = (type(error), error, error.__traceback__)
    return logging.LogRecord("quoth", logging.ERROR, __file__, 1, "%s failed", ("it",), info)


def test_a_json_line_is_one_object_with_what_is_known() -> None:
    line = json.loads(JsonLines().format(record()))

    assert sorted(line) == ["level", "logger", "message", "time"]
    assert (line["level"], line["logger"], line["message"]) == ("error", "quoth", "it failed")


@pytest.mark.parametrize("formatter", [JsonLines(), TextLines(TEXT)])
def test_an_exception_is_its_type_and_place(formatter: logging.Formatter) -> None:
    line = formatter.format(record(failed=True))

    assert "ValueError at " in line
    assert CANARY not in line


def test_a_request_is_one_line_without_its_query_its_document_or_its_address(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    site = Site(access_log=True)

    site("POST", f"/api/ask?q={CANARY}", json={"question": CANARY})
    site("GET", f"/api/documents/{CANARY}")
    site("GET", f"/{CANARY}")
    site(CANARY, "/healthz")
    site("HEAD", "/healthz")

    ours = [r.getMessage() for r in caplog.records if r.name != "httpx"]  # the client's own
    lines = [r.getMessage() for r in caplog.records if r.name == "quoth.access"]
    assert [line.rsplit(" in ", 1)[0] for line in lines] == [
        "POST /api/ask 200", "GET /api/documents/* 404", "GET (other) 404",
        "(other) /healthz 405", "HEAD /healthz 200",
    ]  # fmt: skip
    assert CANARY not in " ".join(ours)


def test_no_line_is_written_unless_it_was_asked_for(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    Site()("GET", "/healthz")

    assert [r for r in caplog.records if r.name == "quoth.access"] == []
