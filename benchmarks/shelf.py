"""A small folder of articles that changes with every step, and what an index of it must hold."""

from pathlib import Path

from benchmarks.hashing import HashingEncoder
from ingest import BuildReport, add_articles, build_index, load_index, remove_documents

State = dict[str, str]  # document id -> its text
WORDS = "cold feet wool socks frost ice winter hands reindeer stripe zebra river".split()


def text(number: int, version: int) -> str:
    """Three paragraphs, the last of them shared by many articles; no two versions are alike."""
    own = " ".join(WORDS[(number * 5 + version + i) % len(WORDS)] for i in range(8))
    shared = " ".join(WORDS[(version + i) % len(WORDS)] for i in range(6))
    return (
        f"Article {number} in version {version} speaks of {own}.\n\nIt is {own}.\n\nAll: {shared}."
    )


def arrange(folder: Path, step: int, *, n_articles: int = 6) -> State:
    """Make the folder what it is at `step`: one article changed, one gone, one come back."""
    folder.mkdir(parents=True, exist_ok=True)
    state: State = {}
    for number in range(n_articles):
        path = folder / f"article-{number}.txt"
        if number == step % n_articles and step:
            path.unlink(missing_ok=True)
            continue
        version = step if number == (step + 1) % n_articles else number
        path.write_text(text(number, version), encoding="utf-8")
        state[path.name] = text(number, version)
    return state


def held(index_dir: Path) -> State:
    """What the index holds, every checksum verified and every passage looked at."""
    index = load_index(index_dir)
    for passage in index.passages:
        for place in (passage.place, *passage.also):
            assert place.end <= len(index.documents[place.document_id].text)
    covered = {p.document_id for x in index.passages for p in (x.place, *x.also)}
    assert covered == set(index.documents), "every document can be found"
    return {document.id: document.text for document in index.documents.values()}


def ingest(folder: Path, index_dir: Path) -> BuildReport:
    """One ingest of the folder."""
    return build_index([folder], index_dir, encoder=HashingEncoder())


def add(path: Path, index_dir: Path) -> BuildReport:
    """One article more."""
    return add_articles([path], index_dir, encoder=HashingEncoder())


def remove(document_id: str, index_dir: Path) -> BuildReport:
    """One document less."""
    return remove_documents([document_id], index_dir, encoder=HashingEncoder())
