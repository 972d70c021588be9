"""The starter library as its tests see it: each article's front matter, blocks and FAQ."""

import gzip
import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import REPOSITORY, SHARED

CORPUS = REPOSITORY / "corpus"
SEEDS = SHARED / "seeds"
MEDQUAD = SHARED / "eval/medquad/corpus.jsonl.gz"
FAQ = "Frequently asked questions"

needs_seeds = pytest.mark.skipif(
    not (SEEDS / "sources.toml").is_file(),
    reason="the source articles are not part of this repository; they lie in ../shared/seeds",
)
needs_medquad = pytest.mark.skipif(
    not MEDQUAD.is_file(),
    reason="MedQuAD is not part of this repository; it lies in ../shared/eval/medquad",
)


@dataclass(frozen=True, slots=True)
class Block:
    """One heading, paragraph or whole list of an article, and the headings that it stands under."""

    text: str
    headings: tuple[str, ...]

    @property
    def level(self) -> int:
        """1-6 for a heading, 0 for anything else."""
        return len(self.text) - len(self.text.lstrip("#"))

    @property
    def is_list(self) -> bool:
        """Whether this is a list."""
        return self.text.startswith("- ")


@dataclass(frozen=True, slots=True)
class Article:
    """One file of corpus/articles."""

    name: str
    front_matter: dict[str, Any]
    body: str
    blocks: tuple[Block, ...]

    @property
    def sources(self) -> list[dict[str, Any]]:
        """What the front matter says of each source."""
        return list(self.front_matter["sources"])

    @property
    def headings(self) -> list[str]:
        """The title, section headings and FAQ questions that have text of their own."""
        under = [b.headings[-1] for b in self.blocks if not b.level]
        return list(dict.fromkeys(under))

    @property
    def paragraphs(self) -> tuple[Block, ...]:
        """Paragraphs, lead-ins among them."""
        return tuple(b for b in self.blocks if not b.level and not b.is_list)

    @property
    def prose(self) -> str:
        """Everything but headings and list marks, each block closed by a full stop."""
        texts = [line.removeprefix("- ") for b in self.blocks if not b.level for line in lines(b)]
        return "\n".join(text if text.endswith(".") else f"{text}." for text in texts)

    @property
    def questions(self) -> dict[str, list[Block]]:
        """Each question of the FAQ with the blocks of its answer."""
        under_faq = [b for b in self.blocks if FAQ in b.headings]
        found: dict[str, list[Block]] = {b.text.lstrip("# "): [] for b in under_faq if b.level == 3}
        for block in under_faq:
            if not block.level:
                found[block.headings[-1]].append(block)
        return found


def lines(block: Block) -> list[str]:
    """The lines of a block: the items of a list, or a paragraph."""
    return block.text.splitlines()


def read_article(path: Path) -> Article:
    """The article at `path`; front matter stands between the first two `---` lines."""
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    blocks: list[Block] = []
    headings: tuple[str, ...] = ()
    for text in (part.strip() for part in body.split("\n\n")):
        block = Block(text, headings)
        if block.level:
            headings = (*headings[: block.level - 1], text.lstrip("# "))
        blocks.append(block)
    return Article(path.name, yaml.safe_load(head), body, tuple(blocks))


ARTICLES = tuple(read_article(path) for path in sorted((CORPUS / "articles").glob("*.md")))
every_article = pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.name)


def folded(text: str) -> str:
    """The text with every run of white space one space."""
    return " ".join(text.split())


def words(text: str) -> list[str]:
    """Casefolded alphanumeric words."""
    return re.findall(r"[^\W_]+", text.casefold())


def runs(text: str, length: int) -> Iterator[tuple[str, ...]]:
    """Every run of `length` words of `text`, in order."""
    found = words(text)
    return (tuple(found[i : i + length]) for i in range(len(found) - length + 1))


def sentences(text: str) -> list[str]:
    """Sentences, list items and headings: split at line ends and after closing punctuation."""
    parts = re.split(r"\n+|(?<=[.:?!])[\"”]?\s+", text)
    return [part.strip(" -#•") for part in parts if part.strip(" -#•")]


@cache
def seed_facts() -> dict[str, dict[str, Any]]:
    """What is known of each source article in ../shared/seeds, by address."""
    listing = tomllib.loads((SEEDS / "sources.toml").read_text(encoding="utf-8"))
    return {entry["url"]: entry for entry in listing["source"]}


def seed_texts() -> dict[str, str]:
    """Text of each source article by file name."""
    return {p.name: p.read_text(encoding="utf-8") for p in sorted(SEEDS.glob("*.txt"))}


@cache
def medquad() -> tuple[dict[str, Any], ...]:
    """MedQuAD's records."""
    with gzip.open(MEDQUAD, "rt", encoding="utf-8") as file:
        return tuple(json.loads(line) for line in file)
