"""A passage on another condition than the one asked about answers another question."""

from pathlib import Path
from typing import ClassVar

import pytest

from assistant import Abstention, Assistant
from assistant.coverage import unheard_of
from assistant.records import Query, ScoredPassage, Scorer
from assistant.spelling import repair
from assistant.subject import on_subject
from assistant.understand import understand
from ingest import Index, build_index, load_index
from tests.conftest import HashingEncoder

ILL = (
    "Illnesses\n\nPost-polio\n\nPost-polio syndrome is never contagious, and socks stay warm.\n\n"
    "Socks\n\nWarm socks are worn by many people.\n\nALS\n\nALS weakens the muscles of a hand.\n"
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("ill")
    (folder / "ill.txt").write_text(ILL, encoding="utf-8")
    build_index([folder], folder / "index", encoder=HashingEncoder())
    return load_index(folder / "index")


def texts(question: str, index: Index) -> list[str]:
    ranking = [
        ScoredPassage(row, passage, Scorer.STRENGTH, 1.0, row + 1)
        for row, passage in enumerate(index.passages)
    ]
    return [scored.passage.text[:10] for scored in on_subject(understand(question), ranking, index)]


def test_passages_on_another_condition_are_left_out(index: Index) -> None:
    assert texts("Is ALS contagious?", index) == ["Warm socks", "ALS weaken"]
    assert texts("Are socks contagious?", index) == ["Post-polio", "Warm socks", "ALS weaken"]


@pytest.mark.parametrize(
    ("question", "passage", "fits"),
    [
        ("symptoms of spinal atrophy type 2", "Spinal atrophy type 3 begins late.", False),
        ("symptoms of spinal atrophy type 2", "Spinal atrophy type II begins early.", True),
        ("symptoms of ataxia type 6", "Ataxia (SCA6) begins late.", True),
        ("symptoms of ataxia type 6", "Ataxia begins late.", False),
        ("autosomal recessive ataxia", "Autosomal dominant ataxia begins late.", False),
        ("autosomal recessive ataxia", "It is Autosomal Recessive.", True),
        ("my dominant hand twitches", "A hand twitches.", True),
        ("is complex III deficiency rare", "Complex II deficiency is rare.", False),
        ("what is SOD1", "ALS can run in families with c9orf72.", False),
        ("what is sod1", "A change in SOD1 can cause it.", True),
        ("can a pinched L5 nerve twitch", "A pinched nerve can twitch.", True),  # no gene
        ("does 10mg or vitamin B12 at 3am help", "Vitamin lack can cause it.", True),
        ("I am 29, is it type A", "Twitches are common.", True),
    ],
)
def test_a_passage_on_another_type_or_gene_is_left_out(
    question: str, passage: str, fits: bool, tmp_path: Path
) -> None:
    (tmp_path / "one.md").write_text(f"# Illness\n\n{passage}\n", encoding="utf-8")
    build_index([tmp_path / "one.md"], tmp_path / "index", encoder=HashingEncoder())

    found = texts(question, load_index(tmp_path / "index"))

    assert found == ([passage[:10]] if fits else [])


def test_the_wrong_illness_is_not_quoted(index: Index) -> None:
    reply = Assistant(index, HashingEncoder()).ask("Is ALS contagious?")

    assert isinstance(reply, Abstention)


def test_a_word_that_the_library_never_uses_is_unheard_of(index: Index) -> None:
    assert unheard_of(understand("Is riluzole warm?"), index) == 1.0
    assert unheard_of(understand("Are socks warm?"), index) == 0.0
    assert unheard_of(Query("", "", ("29",), (1.0,)), index) == 0.0


@pytest.mark.parametrize(
    ("question", "passage", "fits"),
    [
        ("is als fatal", "PLS gets worse more slowly than ALS and is not fatal.", False),
        ("is als fatal", "Kennedy's disease gets worse slowly and is not fatal.", False),
        ("is als fatal", "Some get worse. Their disease is not fatal.", True),  # names no other
        ("is als fatal", "PLS is not fatal. ALS is fatal in most people.", True),
        ("is als fatal", "PLS gets worse over years.", True),
        ("how do als and others differ", "PLS is not fatal.", True),  # asks for no end
        ("is kennedy's disease fatal", "Kennedy's disease is not fatal.", True),
        ("is pls deadly like als", "PLS is not fatal.", True),
        ("is mnd fatal", "PLS is not fatal.", False),
        ("does mnd always kill", "PLS is not fatal.", True),  # that some do not is the answer
    ],
)
def test_that_another_disease_is_not_fatal_says_nothing_of_the_one_asked_about(
    question: str, passage: str, fits: bool, tmp_path: Path
) -> None:
    text = f"Serious as ALS\n\nIs every one as serious as ALS? ›\n\n{passage}\n"
    (tmp_path / "one.txt").write_text(text, encoding="utf-8")
    build_index([tmp_path / "one.txt"], tmp_path / "index", encoder=HashingEncoder())

    found = texts(question, load_index(tmp_path / "index"))

    assert found == ([passage[:10]] if fits else [])


class Words:
    """A library of 100 passages, one of which holds each word."""

    words: ClassVar = {"hydrocephalus": 1, "hyperuricemia": 1, "fasciculations": 1}

    def __len__(self) -> int:
        return 100

    def document_frequency(self, _term: str) -> int:
        return 0


@pytest.mark.parametrize("rare", ["hydrolethalus", "hypouricemia"])
def test_a_rare_disease_is_not_repaired_into_another(rare: str) -> None:
    assert repair(rare, Words(), frozenset()) == rare


def test_letters_left_out_are_still_put_back() -> None:
    assert repair("fasiculatons", Words(), frozenset()) == "fasciculations"
