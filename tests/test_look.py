"""A question looked up: begun before it is screened, and waited for only where it must be."""

from collections.abc import Callable
from pathlib import Path

import pytest

from assistant import Abstention, Answer, Assistant, Reason
from assistant import pipeline as asking
from assistant.safety import Screening, screen
from ingest import Vectors, build_index, load_index
from tests.conftest import HashingEncoder


class Early(HashingEncoder):
    """Notes what was begun, and what was waited for."""

    def __init__(self) -> None:
        self.events: list[str] = []

    def begin(self, text: str) -> Callable[[], Vectors]:
        self.events.append("begun")

        def vector() -> Vectors:
            self.events.append("waited for")
            return self.encode([text])

        return vector


@pytest.fixture
def index(articles: Callable[..., Path], tmp_path: Path) -> Path:
    folder = articles({"a.md": "# Frost\n\nFrost bites cold feet. Wool keeps feet warm.\n"})
    build_index([folder], tmp_path / "index", encoder=HashingEncoder())
    return tmp_path / "index"


def test_the_encoder_works_while_the_question_is_screened(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = Early()

    def noted(question: str) -> Screening:
        encoder.events.append("screened")
        return screen(question)

    monkeypatch.setattr(asking, "screen", noted)
    reply = Assistant(load_index(index), encoder).ask("Does frost bite cold feet?")

    assert isinstance(reply, Answer)
    assert encoder.events == ["begun", "screened", "waited for"]
    assert reply == Assistant(load_index(index), HashingEncoder()).ask("Does frost bite cold feet?")


def test_a_question_that_is_not_looked_up_waits_for_no_encoder(index: Path) -> None:
    encoder = Early()

    reply = Assistant(load_index(index), encoder).ask("为什么我的眼皮一直在跳？")

    assert isinstance(reply, Abstention) and reply.reason is Reason.UNSUPPORTED_LANGUAGE
    assert encoder.events == ["begun"]


@pytest.mark.parametrize("question", ["", "?!", "x" * 2001])
def test_a_question_that_cannot_be_used_begins_nothing(index: Path, question: str) -> None:
    encoder = Early()

    Assistant(load_index(index), encoder).ask(question)

    assert encoder.events == []
