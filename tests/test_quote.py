"""Stage 5: quotes are whole, exact, and never shorter than their sense."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.differ import both_sides
from assistant.quote import quote
from assistant.records import Citation, Gate, ScoredPassage, Scorer
from assistant.safety.records import Screening
from assistant.understand import understand
from ingest import Index, build_index, load_index
from tests.conftest import HashingEncoder

CALM = Screening()


def index_of(tmp_path: Path, **files: str) -> Index:
    folder = tmp_path / "articles"
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    build_index([folder], tmp_path / "index", encoder=HashingEncoder())
    return load_index(tmp_path / "index")


def evidence(index: Index, *rows: int) -> list[ScoredPassage]:
    return [
        ScoredPassage(row, index.passages[row], Scorer.STRENGTH, 1 / rank, rank)
        for rank, row in enumerate(rows, 1)
    ]


def quotes(
    index: Index, question: str, *rows: int, screening: Screening = CALM
) -> tuple[Citation, ...]:
    vector = HashingEncoder().encode([question])
    query = understand(question)
    return quote(evidence(index, *rows), query, vector, index, screening)[0]


def test_the_sentence_that_answers_is_quoted_without_its_neighbours(tmp_path: Path) -> None:
    index = index_of(
        tmp_path, a="Snow lies. Wool socks keep feet warm. Dogs bark at night. Rain falls."
    )

    (citation,) = quotes(index, "Do wool socks keep feet warm?", 0)

    assert citation.quote == "Wool socks keep feet warm."
    assert (citation.start, citation.end) == (11, 37)


@pytest.mark.parametrize(
    "connector", ["However, they", "This", "Unlike gloves, they", "They", "But they"]
)
def test_a_sentence_that_leans_back_brings_what_it_leans_on(tmp_path: Path, connector: str) -> None:
    text = f"Dogs bark. Wool socks are thick. {connector} keep winter feet warm. Snow falls."
    index = index_of(tmp_path, a=text)

    (citation,) = quotes(index, "keep winter feet warm", 0)

    assert citation.quote == f"Wool socks are thick. {connector} keep winter feet warm."


def test_a_restriction_that_follows_is_not_cut_off(tmp_path: Path) -> None:
    index = index_of(
        tmp_path, a="Twitches are harmless. However, some need a check. Dogs bark. Rain falls."
    )

    (citation,) = quotes(index, "Are twitches harmless?", 0)

    assert citation.quote == "Twitches are harmless. However, some need a check."


def test_a_sentence_leans_back_into_the_paragraph_before(tmp_path: Path) -> None:
    text = (
        "Cold feet\n\nCauses\n\nCauses include:\n• Frost\n• Ice\n\n"
        "In these instances, feet thaw quickly."
    )
    index = index_of(tmp_path, a=text)

    (citation,) = quotes(index, "feet thaw quickly", 1)

    assert (
        citation.quote
        == "Causes include:\n• Frost\n• Ice\n\nIn these instances, feet thaw quickly."
    )


def test_a_list_is_quoted_whole_with_its_lead_in(tmp_path: Path) -> None:
    index = index_of(
        tmp_path,
        a="Feet vary. Dogs bark. Rain falls. Causes of cold include:\n• Frost\n• Stroke\n• Ice\n",
    )

    (citation,) = quotes(index, "stroke", 0)

    assert citation.quote == "Causes of cold include:\n• Frost\n• Stroke\n• Ice"


def test_an_faq_answer_is_quoted_whole_with_its_question(tmp_path: Path) -> None:
    index = index_of(
        tmp_path, a="FAQ\n\nIs wool warm? ›\n\nYes, wool is warm. Sheep know. Dogs bark.\n"
    )

    (citation,) = quotes(index, "sheep", 0)

    assert citation.quote == "Yes, wool is warm. Sheep know. Dogs bark."
    assert citation.faq_question == "Is wool warm?"


def test_a_quote_never_leaves_its_section(tmp_path: Path) -> None:
    index = index_of(
        tmp_path, a="Feet\n\nCold\n\nFeet get cold.\n\nWarm\n\nHowever, wool is warm.\n"
    )

    (citation,) = quotes(index, "wool warm", 1)

    assert citation.quote == "However, wool is warm."
    assert citation.section == "Warm"


def test_at_most_three_quotes_and_no_third_of_one_source_while_another_has_one(
    tmp_path: Path,
) -> None:
    index = index_of(
        tmp_path,
        a="Wool is warm.\n\nWool is soft today.\n\nWool is grey in Spring.\n\nWool burns slowly.",
        b="Sheep give good wool.",
    )

    citations = quotes(index, "wool", 0, 1, 2, 3, 4)

    assert [c.document_id for c in citations] == ["a.txt", "a.txt", "b.txt"]


def test_quotes_that_say_the_same_are_shown_once(tmp_path: Path) -> None:
    index = index_of(tmp_path, a="Wool is warm and soft.", b="Wool is soft, and warm!")

    assert len(quotes(index, "wool", 0, 1)) == 1


def test_a_dangling_quote_does_not_lead(tmp_path: Path) -> None:
    index = index_of(
        tmp_path, a="See a doctor for any sign mentioned earlier.", b="See a doctor for a sign."
    )

    citations = quotes(index, "see a doctor sign", 0, 1)

    assert [c.document_id for c in citations] == ["b.txt", "a.txt"]


def test_yes_and_no_do_not_lead_under_a_personal_question(tmp_path: Path) -> None:
    index = index_of(tmp_path, a="FAQ\n\nIs it frost? ›\n\nNo, ice melts.\n", b="Frost bites feet.")

    calm = quotes(index, "frost", 0, 1)
    personal = quotes(index, "frost", 0, 1, screening=Screening(personal=True))

    assert [c.document_id for c in calm] == ["a.txt", "b.txt"]
    assert [c.document_id for c in personal] == ["b.txt", "a.txt"]


def test_caution_goes_first_when_the_question_names_a_warning_sign(tmp_path: Path) -> None:
    index = index_of(
        tmp_path, a="Twitches are usually harmless.", b="Weakness needs a doctor's evaluation."
    )

    citations = quotes(index, "twitches weakness", 0, 1, screening=Screening(cautious=True))

    assert citations[0].document_id == "b.txt"


def test_that_nobody_is_weak_does_not_lead_under_a_question_on_weakness(tmp_path: Path) -> None:
    index = index_of(
        tmp_path,
        a="Twitching with no weakness and no wasting points to a benign syndrome.",
        b="Growing weakness is a sign that matters.",
    )

    weak = quotes(index, "my grip feels weak", 0, 1, screening=Screening(cautious=True))
    strong = quotes(index, "I twitch but am not weak", 0, 1, screening=Screening(cautious=True))

    assert [c.document_id for c in weak] == ["b.txt", "a.txt"]
    assert [c.document_id for c in strong] == ["a.txt", "b.txt"]


def test_a_caution_that_ranks_below_three_quotes_takes_the_place_of_the_third_and_leads(
    tmp_path: Path,
) -> None:
    index = index_of(
        tmp_path,
        a="Twitches are harmless.",
        b="Twitches pass by themselves.",
        c="Calm twitches are common.",
        d="Wasting is a sign.",
        e="People with weak hands should see a doctor.",
    )

    shown = quotes(index, "weak hands", 0, 1, 2, 3, 4, screening=Screening(cautious=True))

    assert [c.document_id for c in shown] == ["e.txt", "a.txt", "b.txt"]


def test_no_dose_is_quoted_under_a_question_about_medicine(tmp_path: Path) -> None:
    index = index_of(tmp_path, a="Take 50 mg of woolium.", b="Woolium is a made-up medicine.")

    citations = quotes(index, "woolium", 0, 1, screening=Screening(medicine=True))

    assert [c.quote for c in citations] == ["Woolium is a made-up medicine."]


def test_figures_about_survival_are_gated(tmp_path: Path) -> None:
    index = index_of(
        tmp_path, a="Sheep with frost live for two to five years on average.", b="Wool is warm."
    )

    unasked = [c.gate for c in quotes(index, "sheep wool", 0, 1)]
    asked = [c.gate for c in quotes(index, "sheep wool", 0, 1, screening=Screening(prognosis=True))]

    assert unasked == [None, Gate.PROGNOSIS]
    assert asked == [Gate.PROGNOSIS, None]


def test_in_a_crisis_every_quote_is_gated(tmp_path: Path) -> None:
    index = index_of(tmp_path, a="Wool is warm.")

    assert quotes(index, "wool", 0, screening=Screening(crisis=True))[0].gate is Gate.CRISIS


def test_a_quote_that_is_not_the_slice_it_says_is_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = index_of(tmp_path, a="Wool is warm.")
    monkeypatch.setattr(
        "assistant.quote._citation",
        lambda span, _screening: Citation(
            "Wool is cold.", span.document.id, "0" * 64, span.start, span.end, *[None] * 8
        ),
    )

    assert quotes(index, "wool", 0) == ()


SENTENCES = [
    "Wool is warm.", "However, ice is cold.", "This helps.", "Feet vary:\n• Frost\n• Ice",
    "In these instances, feet thaw.", "Heading", "FAQ", "Why? ›", "Dr. Foot knows e.g. ice.",
]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=6), min_size=1, max_size=3),
    st.sampled_from(["wool warm", "ice", "frost feet", "doctor"]),
)
def test_every_quote_is_an_exact_slice_of_whole_sentences(
    tmp_path_factory: pytest.TempPathFactory, pages: list[list[str]], question: str
) -> None:
    files = {
        f"p{i}": "Title line\n\n" + "\n\n".join(page) + "\n\nWool." for i, page in enumerate(pages)
    }
    index = index_of(tmp_path_factory.mktemp("q"), **files)

    for citation in quotes(index, question, *range(len(index.passages))):
        document = index.documents[citation.document_id]
        section = document.section_at(citation.start)
        assert document.text[citation.start : citation.end] == citation.quote
        assert section.start <= citation.start < citation.end <= section.end
        assert citation.start == section.start or document.text[citation.start - 1] in " \n"
        assert citation.end == len(document.text) or document.text[citation.end] in " \n"


def test_sides_of_a_disagreement_come_first_and_are_named_as_a_pair(tmp_path: Path) -> None:
    index = index_of(
        tmp_path,
        a="Twitches in ALS are common twitches.",
        b="Twitches are not painful.",
        c="Painful muscle cramps go with twitches.",
    )
    question = understand("Are ALS twitches painful?")
    ranking = evidence(index, 0, 1, 2)
    vector = HashingEncoder().encode([question.search_text])

    citations, differ = quote(
        ranking,
        question,
        vector,
        index,
        CALM,
        opposed=both_sides(question, ranking, index.documents),
    )

    assert [c.document_id for c in citations] == ["b.txt", "c.txt", "a.txt"]
    assert differ == ((0, 1),)


def test_sides_of_one_source_come_first_and_are_not_said_to_be_of_sources_that_differ(
    tmp_path: Path,
) -> None:
    index = index_of(
        tmp_path,
        a="Twitches are not painful.\n\nPainful muscle cramps go with twitches.",
        b="Twitches in ALS are common twitches.",
    )
    question = understand("Are ALS twitches painful?")
    ranking = evidence(index, 2, 0, 1)
    vector = HashingEncoder().encode([question.search_text])
    opposed = both_sides(question, ranking, index.documents)

    citations, differ = quote(ranking, question, vector, index, CALM, opposed=opposed)

    assert [c.document_id for c in citations] == ["a.txt", "a.txt", "b.txt"]
    assert differ == ()


def test_a_list_item_longer_than_a_passage_is_quoted_by_its_sentences(tmp_path: Path) -> None:
    """Found in MedQuAD: the item is one stretch of its section and several passages."""
    filler = " ".join(f"Rain number {n} falls on the hills of the north." for n in range(40))
    item = f"- Socks. {filler} Wool socks warm cold feet. However, wet wool does not. Snow lies."
    index = index_of(tmp_path, a=f"Care\n\n{item}\n\nIce is cold.\n")
    row = next(n for n, p in enumerate(index.passages) if "Wool socks" in p.text)
    assert index.passages[row].text in item
    assert len(index.passages) > 2

    (citation,) = quotes(index, "Do wool socks warm cold feet?", row)

    assert citation.quote.endswith("Wool socks warm cold feet. However, wet wool does not.") or (
        "Wool socks warm cold feet. However, wet wool does not. " in citation.quote
    )
    assert len(citation.quote) < len(item)


@given(
    items=st.lists(
        st.lists(st.sampled_from(["Wool is warm.", "However, ice is not.", "Snow.", "They last."]),
                 min_size=1, max_size=60),
        min_size=1, max_size=4,
    ),
    lead=st.sampled_from(["", "Causes include:\n", "Feet get cold. Causes of it include:\n\n"]),
)  # fmt: skip
@settings(max_examples=40, deadline=None)
def test_whatever_the_length_of_list_items_every_passage_can_be_quoted(
    tmp_path_factory: pytest.TempPathFactory, items: list[list[str]], lead: str
) -> None:
    text = f"Care\n\n{lead}" + "\n".join("- " + " ".join(item) for item in items) + "\n\nEnd here."
    index = index_of(tmp_path_factory.mktemp("l"), a=text)

    for row in range(len(index.passages)):
        for citation in quotes(index, "Is wool warm in ice?", row):
            document = index.documents[citation.document_id]
            assert document.text[citation.start : citation.end] == citation.quote


def test_a_paragraph_of_three_sentences_is_quoted_whole(tmp_path: Path) -> None:
    index = index_of(
        tmp_path, a="Snow lies on hills. Wool socks keep feet warm. Dogs bark at night."
    )

    (citation,) = quotes(index, "Do wool socks keep feet warm?", 0)

    assert citation.quote == "Snow lies on hills. Wool socks keep feet warm. Dogs bark at night."


def test_an_answer_that_gives_both_sides_does_not_differ_from_itself(tmp_path: Path) -> None:
    answer = "A few days. Others go on for weeks or even months."
    index = index_of(tmp_path, a=f"FAQ\n\nHow long do twitches last? ›\n\n{answer}\n")
    question = understand("How long does twitching last?")
    ranking = evidence(index, 0)

    citations, differ = quote(
        ranking,
        question,
        HashingEncoder().encode([question.search_text]),
        index,
        CALM,
        opposed=both_sides(question, ranking, index.documents),
    )

    assert [c.quote for c in citations] == [answer]
    assert differ == ()


def test_asked_how_it_ends_a_quote_that_has_a_word_of_dying_takes_no_place_from_others(
    tmp_path: Path,
) -> None:
    index = index_of(
        tmp_path,
        a="Sheep lose weight when they eat little.",
        b="In sheep, cells die little by little.",
    )

    shown = quotes(index, "sheep lose weight", 0, 1, screening=Screening(prognosis=True))

    assert [c.document_id for c in shown] == ["a.txt", "b.txt"]


def test_asked_how_long_people_live_sources_that_differ_are_shown_all_the_same(
    tmp_path: Path,
) -> None:
    index = index_of(
        tmp_path,
        a="Many sheep die before five years.",
        b="Twitches are not painful.",
        c="Painful muscle cramps go with twitches.",
    )
    question = understand("Are ALS twitches painful?")
    ranking = evidence(index, 0, 1, 2)

    citations, differ = quote(
        ranking,
        question,
        HashingEncoder().encode([question.search_text]),
        index,
        Screening(prognosis=True),
        opposed=both_sides(question, ranking, index.documents),
    )

    assert [c.document_id for c in citations] == ["b.txt", "c.txt", "a.txt"]
    assert differ == ((0, 1),)
