"""What the route that takes verdicts takes, and what it does not."""

from pathlib import Path

import pytest

from assistant.web.feedback import add_feedback
from tests.web import Site, assert_problem

VERDICT = {"document_id": "als/twitches", "start": 16, "end": 48, "verdict": "answers"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "feedback.jsonl"


@pytest.fixture
def site(file: Path) -> Site:
    site = Site()
    add_feedback(site.app, site.desk.assistant, file)
    return site


def test_a_verdict_on_a_quote_is_one_line(site: Site, file: Path) -> None:
    assert site("POST", "/api/feedback", json=VERDICT).status_code == 200
    assert file.read_text() == '{"passage": "als/twitches#16-48", "verdict": "answers"}\n'


@pytest.mark.parametrize(
    "wrong", [{"start": True}, {"start": "16"}, {"end": 48.0}, {"document_id": 7}, {"start": -1}]
)
def test_what_is_no_number_is_no_place_in_a_text(
    site: Site, file: Path, wrong: dict[str, object]
) -> None:
    assert_problem(site("POST", "/api/feedback", json=VERDICT | wrong), 422)
    assert not file.exists()
