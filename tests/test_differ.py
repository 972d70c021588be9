"""Sources that disagree are shown side by side, and only when the question touches the claim."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from assistant.differ import both_sides, sources_differ
from assistant.records import ScoredPassage, Scorer
from assistant.understand import understand
from ingest import Document, Metadata, Passage, Place, WrittenFrom


def candidates(*texts: str) -> Sequence[ScoredPassage]:
    return [
        ScoredPassage(n, Passage(t, Place(f"d{n}", 0, len(t))), Scorer.STRENGTH, 1.0, n + 1)
        for n, t in enumerate(texts)
    ]


def documents(n: int) -> dict[str, Document]:
    return {f"d{i}": Document(f"d{i}", "", (), Metadata()) for i in range(n)}


def sides(question: str, *texts: str) -> tuple[str, ...]:
    found = both_sides(understand(question), candidates(*texts), documents(len(texts)))
    return tuple(s.scored.passage.text[s.start : s.end] for s in found or ())


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("Is ALS twitching painful?", "It is not painful.", "Painful muscle cramps occur."),
        (
            "Is fasciculation the first sign of ALS?",
            "An initial abnormality.",
            "Twitches alone are not enough.",
        ),
        ("How long does twitching last?", "A few days.", "It goes on for weeks or even months."),
        (
            "Can ALS twitches stay in one place?",
            "They do not keep to one muscle.",
            "They are more widespread.",
        ),
        (
            "Is twitching a sign of MS?",
            "It is not a symptom.",
            "Illness such as MS or ALS causes it.",
        ),
        (
            "How fast does ALS progress after twitching?",
            "It has not been found to have a link.",
            "The late stage.",
        ),
        (
            "Is twitching without weakness bad?",
            "With no weakness it is benign.",
            "If twitching is persistent, consult a doctor.",
        ),
        (
            "When should a doctor look at twitching?",
            "After a few months.",
            "People who notice it should go.",
        ),
    ],
)
def test_each_claim_shows_both_of_its_sides(question: str, one: str, other: str) -> None:
    assert set(sides(question, "Dogs bark.", one, other)) == {one, other}


def test_one_side_alone_is_not_a_disagreement() -> None:
    assert sides("Is ALS twitching painful?", "ALS twitching is not painful.") == ()


def test_one_sentence_does_not_disagree_with_itself() -> None:
    both = "ALS twitching is not painful, but painful cramps occur."

    assert sides("Is ALS twitching painful?", both) == ()
    assert sides("Is ALS twitching painful?", both, "It does not hurt.") == (
        both,
        "It does not hurt.",
    )


def test_the_foremost_pair_is_shown_in_the_order_of_the_candidates() -> None:
    painful, painless = "Painful muscle cramps occur.", "Twitches are not painful."

    found = sides("Is ALS twitching painful?", painful, "Dogs bark.", painless, "Not painful.")

    assert found == (painful, painless)


@pytest.mark.parametrize(
    "question",
    [
        "Is frostbite painful?",
        "How long do ALS fasciculations last?",
        "Is ALS twitching in MS?",
        "does bfs hurt",
        "does eyelid twitching hurt",
        "does twitching hurt in MS",
        "my calf twitches and is sore after running",
        "how long does eyelid twitching last",
    ],
)
def test_a_question_that_touches_no_claim_is_left_alone(question: str) -> None:
    texts = (
        "Twitches are not painful. They end in a few days.",
        "Painful cramps. For weeks or even months.",
    )

    assert sides(question, *texts) == ()


@pytest.mark.parametrize(
    "question",
    [
        "is twitching the first sign of Parkinson's",
        "can benign twitching stay in one place",
        "do twitches stop as ALS progresses",
        "is eyelid twitching without weakness bad",
        "how is twitching in MS treated",
        "should a doctor look at eyelid twitching",
        "what should I ask the doctor about twitching",
    ],
)
def test_a_claim_is_not_touched_by_a_question_on_something_else(question: str) -> None:
    texts = (
        "An initial abnormality. They do not keep to one muscle. Not necessarily correlated.",
        "Twitches alone are not enough. They are more widespread. The late stage. A few days.",
        "Not painful. Painful cramps. They go on for weeks or even months.",
        "With no weakness it is benign. It is not a symptom. After a few months.",
        "If twitching is persistent, consult a doctor. Such as MS or ALS. People who notice it.",
    )

    assert sides(question, *texts) == ()


def test_that_a_scan_does_not_hurt_is_no_side_of_a_claim_on_twitching() -> None:
    assert sides("Does ALS twitching hurt?", "The scan does not hurt.", "Painful cramps.") == ()


def test_sides_of_two_documents_go_before_sides_of_one() -> None:
    painless, painful, elsewhere = "It is not painful.", "Painful cramps occur.", "Painful cramps."
    one, other, third = candidates(painless, painful, elsewhere)
    same = replace(
        other.passage, place=replace(other.passage.place, document_id="d0", start=40, end=61)
    )

    found = both_sides(
        understand("Is ALS twitching painful?"),
        [one, other._replace(passage=same), third],
        documents(3),
    )

    assert found is not None
    assert [side.scored.passage.place.document_id for side in found] == ["d0", "d2"]


@pytest.mark.parametrize(
    ("ours", "theirs", "differs"),
    [
        (("x",), ("y",), True),
        (("x", "z"), ("y",), True),
        (("x",), ("x",), False),  # two articles that retell one source
        (("x",), ("x", "y"), False),  # the side may be the source's that both retell
    ],
)
def test_articles_that_retell_one_source_are_not_sources_that_differ(
    ours: tuple[str, ...], theirs: tuple[str, ...], differs: bool
) -> None:
    articles = {
        f"d{n}": Document(f"d{n}", "", (), Metadata(written_from=tuple(map(retold, urls))))
        for n, urls in enumerate((ours, theirs))
    }

    found = both_sides(
        understand("Is ALS twitching painful?"),
        candidates("It is not painful.", "Painful cramps occur."),
        articles,
    )

    assert found is not None
    assert sources_differ(*found) is differs


def retold(url: str) -> WrittenFrom:
    return WrittenFrom(title=None, publisher=None, url=url)
