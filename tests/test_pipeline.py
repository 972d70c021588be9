"""Assistant.ask: one question in, exactly one kind of reply out."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant import Abstention, Answer, Assistant, InputError, Reason
from assistant.records import Citation, NoticeKind
from assistant.safety import disclaimer
from ingest import Index, build_index, load_index
from tests.conftest import HashingEncoder

FEET = (
    "Cold feet\n\nCauses\n\nFeet get cold in winter frost."
    " Causes of cold feet include:\n• Frost\n• Ice\n\n"
    "Care\n\nWool socks warm cold feet. See a nurse when cold feet stay white.\n\n"
    "FAQ\n\nAre cold feet dangerous? ›\n\nNo, cold feet are rarely dangerous.\n"
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("feet")
    (folder / "feet.txt").write_text(FEET, encoding="utf-8")
    build_index([folder], folder / "index", encoder=HashingEncoder())
    return load_index(folder / "index")


@pytest.fixture(scope="module")
def assistant(index: Index) -> Assistant:
    return Assistant(index, HashingEncoder())


def kinds(reply: Answer | Abstention | InputError) -> list[NoticeKind]:
    return [notice.kind for notice in reply.notices]


def test_a_question_that_the_articles_answer_is_answered_with_their_words(
    assistant: Assistant, index: Index
) -> None:
    reply = assistant.ask("What do wool socks do for cold feet?")

    assert isinstance(reply, Answer)
    assert "Wool socks warm cold feet." in reply.citations[0].quote
    assert reply.citations[0].document_sha256 == index.documents["feet.txt"].sha256
    assert reply.generation == index.manifest.generation
    assert reply.disclaimer == disclaimer()


def test_a_question_about_something_else_is_off_topic(assistant: Assistant) -> None:
    reply = assistant.ask("Which stocks should somebody buy?")

    assert isinstance(reply, Abstention)
    assert reply.reason is Reason.OFF_TOPIC
    assert reply.disclaimer == disclaimer()


@pytest.mark.parametrize("years", ["two to five", "many"])
def test_the_notice_on_figures_stands_only_before_figures(years: str, tmp_path: Path) -> None:
    (tmp_path / "sheep.txt").write_text(f"Sheep survive {years} years in wool.\n", encoding="utf-8")
    build_index([tmp_path / "sheep.txt"], tmp_path / "index", encoder=HashingEncoder())

    reply = Assistant(load_index(tmp_path / "index"), HashingEncoder()).ask(
        "How long do sheep survive in wool?"
    )

    assert isinstance(reply, Answer)
    assert (NoticeKind.PROGNOSIS in kinds(reply)) is (years == "two to five")


def test_a_near_miss_is_declined(assistant: Assistant) -> None:
    reply = assistant.ask("Which ointment cures reindeer feet?")

    assert isinstance(reply, Abstention)


def test_an_faq_question_as_it_stands_gets_its_own_answer(assistant: Assistant) -> None:
    reply = assistant.ask("Are cold feet dangerous?")

    assert isinstance(reply, Answer)
    assert reply.citations[0].faq_question == "Are cold feet dangerous?"
    assert reply.citations[0].quote == "No, cold feet are rarely dangerous."


@pytest.mark.parametrize("question", ["", "   ", "\n\t", "?", "...", "🙂🙂", "\u200b", "\x00"])
def test_no_words_are_an_input_error(assistant: Assistant, question: str) -> None:
    reply = assistant.ask(question)

    assert isinstance(reply, InputError)
    assert reply.reason is Reason.EMPTY


def test_half_a_character_is_asked_as_a_replacement_character_at_every_door(
    assistant: Assistant,
) -> None:
    half, whole = "wool \ud800 socks \ud83d\ude00", "wool \ufffd socks \U0001f600"
    vector = assistant.vector_of(whole)

    assert assistant.explain(half).looks[0].query.question == whole
    assert assistant.ask(half) == assistant.ask(whole)
    assert assistant.search(half) == assistant.search(whole)
    assert (assistant.vector_of(half) == vector).all()


def test_half_a_character_of_the_question_before_is_replaced_too(assistant: Assistant) -> None:
    half, whole = "Does ALS \ud800 hurt?", "Does ALS \ufffd hurt?"

    assert assistant.ask("and in MS?", previous=half) == assistant.ask("and in MS?", previous=whole)


def test_more_than_two_thousand_characters_are_an_input_error(assistant: Assistant) -> None:
    question = "cold feet " * 200

    assert not isinstance(assistant.ask(question), InputError)
    reply = assistant.ask(question + "x")
    assert isinstance(reply, InputError)
    assert reply.reason is Reason.TOO_LONG


def test_a_crisis_card_stands_first_in_every_kind_of_reply(
    index: Index, assistant: Assistant
) -> None:
    crisis = "I want to kill myself"
    replies = [
        assistant.ask(f"{crisis}. What do wool socks do for cold feet?"),
        assistant.ask(crisis + " stocks" * 5),
        assistant.ask(crisis + " x" * 1500),
        Assistant(None, None, trouble="no index").ask(crisis),
    ]

    assert [kinds(reply)[0] for reply in replies] == [NoticeKind.CRISIS] * 4


def test_an_emergency_card_stands_first_without_an_index() -> None:
    reply = Assistant(None, None, trouble="no index").ask("I can't breathe properly right now")

    assert isinstance(reply, Abstention)
    assert reply.reason is Reason.INDEX_UNAVAILABLE
    assert reply.generation is None
    assert kinds(reply)[0] is NoticeKind.EMERGENCY


def test_a_personal_question_gets_its_lead_in(assistant: Assistant) -> None:
    reply = assistant.ask("My feet are cold in winter frost, do I have ALS?")

    assert NoticeKind.PERSONAL in kinds(reply)


def test_a_long_personal_question_is_answered_in_one_of_its_parts(assistant: Assistant) -> None:
    rambling = "I moved house, sold the piano and lost my hat. What do wool socks do for cold feet?"

    reply = assistant.ask(f"{rambling} Do I have ALS?")

    assert isinstance(reply, Answer)
    assert "Wool socks warm cold feet." in reply.citations[0].quote
    assert NoticeKind.PERSONAL in kinds(reply)


def test_a_missing_index_is_known_as_trouble(tmp_path: Path) -> None:
    assistant = Assistant.load_or_abstain(tmp_path / "none")

    assert "Build it: python -m ingest build" in (assistant.trouble or "")
    assert (assistant.documents, assistant.generation, assistant.example_questions) == (
        (),
        None,
        (),
    )


def test_another_model_than_the_one_that_made_the_index_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class OtherEncoder(HashingEncoder):
        identity = type(HashingEncoder.identity)("other", "1" * 64, 256, 256)

    (tmp_path / "a.txt").write_text("Feet get cold.", encoding="utf-8")
    build_index([tmp_path / "a.txt"], tmp_path / "index", encoder=HashingEncoder())
    monkeypatch.setattr("assistant.pipeline.load_encoder", lambda _name: OtherEncoder())

    assert "Build the index again" in (Assistant.load_or_abstain(tmp_path / "index").trouble or "")


def test_the_same_question_gives_the_same_reply(assistant: Assistant) -> None:
    assert assistant.ask("Are cold feet bad?") == assistant.ask("Are cold feet bad?")


def test_each_question_stands_alone(assistant: Assistant) -> None:
    question = "are fasciculations a sign of ALS?"
    first = assistant.ask(question)
    for symptom in ("my tongue is wasting", "my speech is slurred", "I want to die"):
        assistant.ask(symptom)

    assert assistant.ask(question) == first


def test_records_that_would_lie_do_not_construct() -> None:
    with pytest.raises(ValueError, match="at least one citation"):
        Answer((), (), "d", "g")
    with pytest.raises(ValueError, match="input error, not an abstention"):
        Abstention(Reason.EMPTY, (), "d", None)
    with pytest.raises(ValueError, match="abstention, not an input error"):
        InputError(Reason.OFF_TOPIC, (), "d", None)
    with pytest.raises(ValueError, match="not as long as its quote"):
        Citation("Feet", "a", "0" * 64, 0, 5, *[None] * 8)


QUESTION_PARTS = st.sampled_from(
    [
        "cold feet",
        "I",
        "do I have ALS",
        "kill myself",
        "\u202e",
        "🙂",
        "x" * 300,
        "?",
        "wool",
        "\x00",
        "¿",
    ]
)


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    question=st.one_of(st.text(max_size=120), st.lists(QUESTION_PARTS, max_size=8).map(" ".join))
)
def test_any_text_gets_one_reply_with_the_disclaimer_and_only_exact_quotes(
    assistant: Assistant, index: Index, question: str
) -> None:
    reply = assistant.ask(question)

    assert isinstance(reply, Answer | Abstention | InputError)
    assert reply.disclaimer == disclaimer()
    for citation in reply.citations if isinstance(reply, Answer) else ():
        text = index.documents[citation.document_id].text
        assert text[citation.start : citation.end] == citation.quote


def test_another_language_gets_its_own_sentence_and_no_english_quotes(assistant: Assistant) -> None:
    reply = assistant.ask("¿Por qué tengo los pies fríos en invierno y qué puedo hacer?")

    assert isinstance(reply, Abstention)
    assert reply.reason is Reason.UNSUPPORTED_LANGUAGE
    assert kinds(reply)[0] is NoticeKind.LANGUAGE
    assert "en español" in reply.notices[0].text


def test_an_operator_chooses_the_helplines(index: Index) -> None:
    reply = Assistant(index, HashingEncoder(), region="gb").ask("I want to kill myself")

    assert "Samaritans on 116 123" in reply.notices[0].text
    assert "988" not in reply.notices[0].text
