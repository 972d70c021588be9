"""The stages of a question are told to a listener, in order, and change no reply."""

from pathlib import Path
from typing import NoReturn

import pytest

from assistant import Assistant
from assistant.stages import NAMES, listening
from ingest import build_index, load_index
from tests.conftest import HashingEncoder, assistant_over

SOCKS = "# Do socks keep feet warm?\n\nWool socks keep feet warm. Cotton socks do not.\n"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return assistant_over(tmp_path_factory.mktemp("socks"), {"socks.md": SOCKS})


def test_each_stage_of_an_answer_is_told_once_in_the_order_of_the_pipeline(
    assistant: Assistant,
) -> None:
    told: list[tuple[str, float]] = []
    question = "Do socks keep feet warm?"

    with listening(lambda name, seconds: told.append((name, seconds))):
        heard = assistant.ask(question)
    alone = assistant.ask(question)

    assert tuple(name for name, _ in told) == NAMES
    assert all(seconds >= 0 for _, seconds in told)
    assert heard == alone


def test_a_stage_that_fails_is_told_too(tmp_path: Path) -> None:
    class Broken(HashingEncoder):
        def encode(self, texts: object) -> NoReturn:
            raise RuntimeError

    (tmp_path / "socks.md").write_text(SOCKS, encoding="utf-8")
    build_index([tmp_path], tmp_path / "index", encoder=HashingEncoder())
    told: list[str] = []

    with pytest.raises(RuntimeError), listening(lambda name, _: told.append(name)):
        Assistant(load_index(tmp_path / "index"), Broken()).ask("Do socks keep feet warm?")

    assert told == ["understand", "screen", "encode"]
