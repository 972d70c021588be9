"""SAFETY F10, the short form: ten thousand texts that nobody would type, none an exception.

The long form, a million of them: `python -m benchmarks fuzz`.
"""

from dataclasses import replace

import pytest

from assistant import Assistant
from assistant.records import Reply
from benchmarks.fuzz import fuzz, questions
from tests.conftest import assistant_over
from tests.web import TEXT, answer, document


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    text = "Twitches\n\nALS\n\nTwitches of ALS are not painful. An eyelid may twitch for days.\n"
    return assistant_over(tmp_path_factory.mktemp("fuzz"), {"twitches.txt": text})


@pytest.mark.slow
def test_ten_thousand_texts_that_nobody_would_type_get_a_sound_reply(assistant: Assistant) -> None:
    found = fuzz(assistant.ask, assistant.document, n=10_000)

    assert found["failures"] == {}
    assert set(found["kinds"]) == {"Answer", "Abstention", "InputError"}


def test_the_texts_are_the_same_for_the_same_seed_and_others_for_another() -> None:
    assert list(questions(20, seed=1)) == list(questions(20, seed=1))
    assert list(questions(20, seed=1)) != list(questions(20, seed=2))


def test_an_exception_and_a_forged_quote_are_found() -> None:
    def forged(question: str) -> Reply:
        reply = answer("?")
        moved = replace(reply.citations[0], start=15, end=47)
        return replace(reply, citations=(moved,))

    def failing(question: str) -> Reply:
        raise KeyError(question)

    held = {document().id: document()}
    assert fuzz(forged, held.get, n=2)["failures"] == {0: "unsound reply", 1: "unsound reply"}
    assert "KeyError at" in str(fuzz(failing, held.get, n=1)["failures"])
    assert fuzz(lambda _: answer("?"), held.get, n=2)["failures"] == {}
    assert len(TEXT) > 48
