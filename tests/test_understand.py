"""Stages 1 and 3: the words of a question, and how much of them a passage mentions."""

import tomllib
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
import pytest

from assistant.clarify import clarify
from assistant.coverage import Coverage, unheard_of
from assistant.decide import bar_for, decide
from assistant.english import specificity
from assistant.rank import Weights, rank
from assistant.records import Query, Reason, ScoredPassage, Scorer
from assistant.related import related_questions
from assistant.retrieve import retrieve
from assistant.understand import EVERYDAY, is_circumstance, same_meaning, understand
from ingest import Index, Passage, Place, analyse, build_index, load_index, search_copy
from tests.conftest import HashingEncoder

PAGE = (
    "Feet\n\nFrost makes feet cold.\n\nWool makes feet warm.\n\nFAQ\n\nWhat is frost? ›\n\n"
    "Frozen dew.\n\nHow long do frozen sheep live? ›\n\nThey live two to five years.\n"
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder: Path = tmp_path_factory.mktemp("understand")
    (folder / "a.txt").write_text(PAGE, encoding="utf-8")
    build_index([folder], folder / "index", encoder=HashingEncoder())
    return load_index(folder / "index")


def scored(score: float, row: int = 0) -> ScoredPassage:
    return ScoredPassage(row, Passage("x", Place("d", 0, 1)), Scorer.STRENGTH, score, 1)


def test_abbreviations_are_written_out_for_search_and_the_question_stays() -> None:
    query = understand("Is  BFS bad?")

    assert query.question == "Is  BFS bad?"
    assert query.search_text == "Is benign fasciculation syndrome bad?"
    assert query.terms == ("bfs", "bad")


def test_a_term_says_as_much_as_the_plainest_word_for_it() -> None:
    query = understand("Is once contagious, ONCE's?")

    assert query.terms == ("onc", "contagi")
    assert query.specificities == (specificity("once"), specificity("contagious"))


def test_words_of_one_meaning_are_one() -> None:
    assert same_meaning("charcot") == {"al", "mnd", "gehrig", "charcot"}
    assert same_meaning("wool") == {"wool"}


def test_coverage_is_the_share_of_what_rare_words_say(index: Index) -> None:
    query = Query("", "", ("frost", "reindeer"), (1.0, 0.5))

    # 4 passages; "frost" stands in 2 of them, "reindeer" in none.
    frost = np.log(1 + (4 - 2 + 0.5) / (2 + 0.5))
    reindeer = 0.5 * np.log(1 + (4 + 0.5) / 0.5)
    assert Coverage(query, index).of("Frost bites.") == pytest.approx(frost / (frost + reindeer))
    assert Coverage(query, index).of("Wool.") == 0
    assert Coverage(Query("", "", (), ()), index).of("Frost bites.") == 0


def test_coverage_of_a_row_is_coverage_of_what_was_searched(index: Index) -> None:
    query = Query("", "", ("frost", "reindeer", "feet"), (1.0, 0.5, 0.1))
    texts = [search_copy(p, index.documents[p.place.document_id]) for p in index.passages]

    covered = Coverage(query, index)
    by_row = covered.of_rows(range(len(texts)))

    assert by_row == pytest.approx([covered.of(text) for text in texts])
    assert Coverage(Query("", "", (), ()), index).of_rows([0]) == [0.0]


def test_strength_is_cosine_and_shares_of_coverage_and_bm25(index: Index) -> None:
    query = understand("Frost makes feet cold?")
    vector = HashingEncoder().encode([query.search_text])
    runs = retrieve(query, vector, index)

    best = rank(query, runs, index)[0]

    assert best.passage.text == "Frost makes feet cold."
    assert best.scorer is Scorer.STRENGTH
    bm25 = runs[Scorer.BM25][0].score / index.bm25.ceiling("frost makes feet cold")
    assert 0 < bm25 < 1
    cosine = runs[Scorer.COSINE][0].score
    assert best.score == pytest.approx(cosine + 0.2 * 1.0 + 0.25 * bm25)


def test_a_part_without_weight_is_not_counted(index: Index) -> None:
    query = understand("Frost makes feet cold?")
    runs = retrieve(query, HashingEncoder().encode([query.search_text]), index)

    none = Weights(coverage=0, words=0, twin=0, apart=0)
    bare = rank(query, runs, index, weights=none)

    assert [s.score for s in bare] == [s.score for s in runs[Scorer.COSINE]]


def test_the_bm25_ceiling_is_the_sum_of_inverse_document_frequencies(index: Index) -> None:
    frost = np.log(1 + (4 - 2 + 0.5) / (2 + 0.5))
    unknown = np.log(1 + 4.5 / 0.5)

    assert index.bm25.ceiling("What is frost, reindeer?") == pytest.approx(frost + unknown)
    assert index.bm25.ceiling("What is it?") == 0


def test_an_faq_questions_own_answer_goes_first_though_it_shares_no_word(index: Index) -> None:
    query = understand("What is frost?")
    vector = HashingEncoder().encode([query.search_text])

    assert rank(query, retrieve(query, vector, index), index)[0].passage.text == "Frozen dew."


@pytest.mark.parametrize(
    ("best", "is_personal", "reason"),
    [
        (0.66, False, Reason.NOTHING_RELEVANT),
        (0.53, True, Reason.NOTHING_RELEVANT),
        (0.29, False, Reason.OFF_TOPIC),
    ],
)
def test_too_weak_a_passage_is_not_evidence(best: float, is_personal: bool, reason: Reason) -> None:
    assert decide([scored(best)], is_personal=is_personal) is reason


def test_evidence_is_the_passages_near_the_threshold_or_above() -> None:
    ranking = [scored(0.8), scored(0.62), scored(0.60)]

    assert decide(ranking, is_personal=False) == (ranking[0], ranking[1])
    assert decide([], is_personal=False) is Reason.OFF_TOPIC


def test_a_quote_much_weaker_than_the_best_is_left_out_though_it_would_do_alone() -> None:
    ranking = [scored(1.0), scored(0.81), scored(0.79)]

    assert decide(ranking, is_personal=False) == (ranking[0], ranking[1])
    assert decide(ranking[2:], is_personal=False) == (ranking[2],)


def test_a_larger_library_asks_for_more_strength() -> None:
    assert bar_for(80, is_personal=False) == pytest.approx(0.69)
    assert bar_for(8, is_personal=False) == pytest.approx(0.69)
    assert bar_for(1000, is_personal=False) == pytest.approx(0.69 + 0.04 * np.log(12.5))

    assert decide([scored(0.7)], is_personal=False, n_passages=8000) is Reason.NOTHING_RELEVANT


def test_from_a_thousand_passages_on_the_threshold_grows_more_slowly() -> None:
    grown = 0.04 * np.log(12.5) + 0.03 * np.log(8)

    assert bar_for(8000, is_personal=False) == pytest.approx(0.69 + grown)
    assert bar_for(8000, is_personal=True) == pytest.approx(0.54 + grown)


def test_a_word_that_the_library_never_uses_asks_for_more_and_less_so_from_a_person() -> None:
    assert bar_for(80, is_personal=False, unheard_of=1.0) == pytest.approx(0.89)
    assert bar_for(80, is_personal=True, unheard_of=1.0) == pytest.approx(0.60)
    assert bar_for(80, is_personal=True) == pytest.approx(0.54)


def asked_back(
    question: str, faq: Sequence[ScoredPassage], index: Index, *, answers: Collection[str] = ()
) -> tuple[str, ...]:
    """What a question is asked back with, where only `answers` get one."""
    return clarify(understand(question), faq, index, is_answered=answers.__contains__)


def test_a_lone_word_is_asked_back_with_questions_that_the_library_answers(index: Index) -> None:
    runs = retrieve(understand("frost"), HashingEncoder().encode(["frost"]), index)
    faq = runs[Scorer.FAQ_COSINE]

    assert asked_back("frost", faq, index) == ("What is frost?",)
    assert asked_back("frost feet", faq, index) == ()
    assert asked_back("wool", faq, index) == ()


def test_an_abbreviation_with_two_meanings_is_asked_back_unless_a_word_settles_it(
    index: Index,
) -> None:
    one_meaning = ("What is cramp-fasciculation syndrome?",)

    assert asked_back("Is CFS serious?", (), index, answers=one_meaning) == one_meaning
    assert asked_back("Is CFS with cramps serious?", (), index, answers=one_meaning) == ()
    assert asked_back("Is CFS serious?", (), index) == (), "it would be declined"


def test_how_long_anyone_lives_is_never_suggested(index: Index) -> None:
    question = "How long do frozen frost sheep live?"
    run = retrieve(understand(question), HashingEncoder().encode([question]), index)

    faq_run = run[Scorer.FAQ_COSINE]
    assert index.passages[faq_run[0].row].text == "They live two to five years."
    assert 0.45 <= faq_run[0].score < 0.95

    assert related_questions(faq_run, index) == ()


def test_an_eyelid_that_jumps_is_searched_for_as_one_that_twitches() -> None:
    assert understand("My eyelid keeps jumping").search_text == "My eyelid keeps twitching"


def test_chat_and_a_name_that_the_model_does_not_know_are_written_out() -> None:
    assert understand("wat r fascics").search_text == "what are fasciculations"
    assert understand("wat r fascics").terms == ("fascicul",)
    lhermitte = understand("Lhermitte sign")
    assert "electric feeling down the back" in lhermitte.search_text
    assert lhermitte.terms == ("lhermitt", "sign"), "a passage has to name it"


def test_brand_names_of_a_stimulant_are_stimulants() -> None:
    assert same_meaning("adderal") == same_meaning("stimul")


def test_a_word_that_stands_for_another_is_looked_for_as_that() -> None:
    assert understand("a wiggly tongue").terms == ("twitch", "tongu")
    assert understand("is mnd painful").terms == ("mnd", "pain"), "several words stay one term"


@pytest.mark.parametrize("term", ["husband", "tuesday", "u", "ok"])
def test_a_persons_circumstances_are_no_subject(term: str) -> None:
    assert is_circumstance(term)
    assert unheard_of(Query("", "", (term,), (1.0,)), index=None) == 0  # type: ignore[arg-type]


def test_what_an_illness_is_called_is_a_subject() -> None:
    assert not is_circumstance("riluzole")


def test_every_everyday_group_is_of_two_words_or_more_that_can_be_looked_for() -> None:
    groups = tomllib.loads(EVERYDAY.read_text(encoding="utf-8"))["groups"].split("\n")[:-1]

    assert len(groups) > 600
    for group in groups:
        words = group.split()
        assert len(words) == len(set(words)) >= 2, group
        assert all(word.isalpha() and word.islower() for word in words), group
        unsearched = [word for word in words if not analyse(word)]
        assert not unsearched, f"{group}: only words that are looked for can mean the same"


def test_a_word_in_two_groups_means_what_each_of_them_does() -> None:
    assert {"pain", "sore"} <= {*same_meaning("tender"), *same_meaning("ach")}
    assert same_meaning("tire") >= {"fatigu", "exhaust", "knacker", "weari"}
