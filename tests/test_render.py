"""Stage 6: the JSON that everything shares, and the words on a terminal."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from assistant import Abstention, Answer, Citation, InputError, Reason
from assistant.records import Gate
from assistant.render.json import to_json
from assistant.render.terminal import to_terminal, visible
from assistant.render.view import View
from assistant.render.why import why_no_answer
from assistant.safety import Notice, NoticeKind, disclaimer, sentence

CITATION = Citation(
    quote="Wool is warm.",
    document_id="a.md",
    document_sha256="0" * 64,
    start=5,
    end=18,
    title="Wool",
    publisher=None,
    source_kind="health news",
    published=None,
    url="https://wool.example/a",
    deep_link=None,
    section="Warmth",
    faq_question=None,
    flags=("abstract_only",),
)
NOTICES = (Notice(NoticeKind.PERSONAL, "Lead-in."), Notice(NoticeKind.CARE, "Care."))
ANSWER = Answer((CITATION,), NOTICES, disclaimer(), "g1", ((0, 0),), ("Is wool soft?",))


def test_an_answer_as_json_has_every_key_of_schema_1() -> None:
    assert json.loads(json.dumps(to_json(ANSWER))) == {
        "schema": 1,
        "kind": "answer",
        "notices": [{"kind": "personal", "text": "Lead-in."}, {"kind": "care", "text": "Care."}],
        "citations": [
            {
                "quote": "Wool is warm.",
                "document_id": "a.md",
                "document_sha256": "0" * 64,
                "start": 5,
                "end": 18,
                "title": "Wool",
                "publisher": None,
                "source_kind": "health news",
                "published": None,
                "url": "https://wool.example/a",
                "deep_link": None,
                "section": "Warmth",
                "faq_question": None,
                "flags": ["abstract_only"],
                "gate": None,
            }
        ],
        "sources_differ": [[0, 0]],
        "reason": None,
        "did_you_mean": [],
        "related_questions": ["Is wool soft?"],
        "disclaimer": disclaimer(),
        "generation": "g1",
    }


def test_an_abstention_and_an_input_error_have_the_same_keys() -> None:
    abstention = to_json(Abstention(Reason.AMBIGUOUS, (), disclaimer(), "g1", ("A?",), ("B?",)))
    error = to_json(InputError(Reason.EMPTY, (), disclaimer(), None))

    assert set(abstention) == set(error) == set(to_json(ANSWER))
    assert (abstention["kind"], abstention["reason"]) == ("abstention", "ambiguous")
    assert (abstention["did_you_mean"], abstention["related_questions"]) == (["A?"], ["B?"])
    assert (error["kind"], error["reason"], error["generation"]) == ("input_error", "empty", None)


def test_an_answer_on_a_terminal(golden: Callable[[str, str], None]) -> None:
    golden("answer.txt", to_terminal(ANSWER))


def test_a_gated_quote_is_printed_only_when_it_is_asked_for() -> None:
    gated = replace(ANSWER, citations=(replace(CITATION, gate=Gate.PROGNOSIS),))

    assert "Wool is warm." not in to_terminal(gated)
    assert "Wool is warm." in to_terminal(gated, show_gated=True)


def test_what_could_steer_a_terminal_is_shown_as_a_mark() -> None:
    assert visible("\x1b[31mred\x07 \u202eback\u200b\nnext") == (
        "<U+001B>[31mred<U+0007> <U+202E>back<U+200B>\nnext"
    )
    hostile = replace(CITATION, quote="Wool\x1b]0;x\x07!", end=5 + len("Wool\x1b]0;x\x07!"))
    assert "\x1b" not in to_terminal(replace(ANSWER, citations=(hostile,)))


def test_an_abstention_on_a_terminal_has_the_disclaimer() -> None:
    shown = to_terminal(Abstention(Reason.NOTHING_RELEVANT, NOTICES, disclaimer(), "g1"))

    assert shown.index("Lead-in.") < shown.index("Care.")
    assert " ".join(disclaimer().split()[-6:]) in " ".join(shown.split())


def test_a_quote_on_a_terminal_has_its_section_and_what_to_know_of_its_source() -> None:
    dated = replace(CITATION, published="2017-05-10", flags=("copy_of_another_publisher",))
    gated = replace(dated, gate=Gate.PROGNOSIS)
    view = View(today=date(2026, 11, 25))

    shown = to_terminal(replace(ANSWER, citations=(dated,)), view=view)
    folded = to_terminal(replace(ANSWER, citations=(gated,)), view=view)

    line = "    Warmth · copy of another publisher's article · over 3 years old"
    assert f"health news, 2017-05-10\n{line}\n    https://wool.example/a\n" in shown
    assert "Warmth" not in folded


def test_an_answer_suggests_questions_unless_all_of_it_is_folded() -> None:
    gated = replace(ANSWER, citations=(replace(CITATION, gate=Gate.CRISIS),))

    assert "Questions these articles answer\n    Is wool soft?\n" in to_terminal(ANSWER)
    assert "Is wool soft?" not in to_terminal(gated, show_gated=True)


def test_an_abstention_says_what_else_may_be_asked_and_what_the_library_covers() -> None:
    silent = Abstention(Reason.AMBIGUOUS, (), disclaimer(), "g1", ("A?",), ("B?\x1b",))

    shown = to_terminal(silent, view=View(titles=("Wool", "Feet"), n_documents=2))

    assert (
        "Did you mean\n    A?\n\nThis library holds 2 articles: Wool; Feet.\n\n"
        "Questions these articles answer\n    B?<U+001B>\n"
    ) in shown


def test_a_large_library_names_its_first_eight_articles() -> None:
    view = View(titles=tuple("abcdefghi"), n_documents=30)
    silent = Abstention(Reason.OFF_TOPIC, (), disclaimer(), "g1")

    shown = to_terminal(silent, view=view)

    assert "This library holds 30 articles, among them: a; b; c; d; e; f; g; h.\n" in shown


def test_nothing_is_suggested_under_a_card() -> None:
    card = Notice(NoticeKind.EMERGENCY, "Card.")
    silent = Abstention(Reason.OFF_TOPIC, (card,), disclaimer(), "g1", ("A?",), ("B?",))

    shown = to_terminal(silent, view=View(titles=("Wool",), n_documents=1))

    assert not any(said in shown for said in ("A?", "B?", "Wool"))


def test_a_card_is_not_followed_by_a_refusal() -> None:
    card = Notice(NoticeKind.CRISIS, "Card.")
    calm = Abstention(Reason.OFF_TOPIC, (), disclaimer(), "g1")

    assert sentence("abstain_off_topic").split(".")[0] in " ".join(to_terminal(calm).split())
    assert "cover" not in to_terminal(replace(calm, notices=(card,)))
    assert why_no_answer(InputError(Reason.TOO_LONG, (), disclaimer(), None)) == (
        "The question is too long. Please shorten it to 2,000 characters or fewer."
    )
