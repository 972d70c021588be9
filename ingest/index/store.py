"""What a generation holds, how it is written, and how it is verified before anyone reads it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType

from ingest.embed import Vectors
from ingest.errors import IndexUnusableError
from ingest.index import codec, generations
from ingest.index.dense import DenseIndex
from ingest.index.lexical import LexicalIndex
from ingest.index.statements import StatementIndex, statements_of
from ingest.records import Artefact, Document, EncoderIdentity, Manifest, Passage

SCHEMA = 2
DOCUMENTS, PASSAGES, MANIFEST = "documents.jsonl", "passages.jsonl", "manifest.json"
PASSAGE_VECTORS, QUESTION_VECTORS, BM25 = "passages.faiss", "questions.faiss", "bm25"
STATEMENT_VECTORS, STATEMENT_ROWS = "statements.npy", "statement_rows.npy"


@dataclass(frozen=True, slots=True)
class Index:
    """One generation in memory. Row i of `passage_vectors` and of `bm25` is `passages[i]`.

    `questions[j]` is (a question, the row of the passage that answers it); row j of
    `question_vectors` is that question.
    """

    manifest: Manifest
    documents: Mapping[str, Document]
    passages: tuple[Passage, ...]
    questions: tuple[tuple[str, int], ...]
    passage_vectors: DenseIndex
    question_vectors: DenseIndex
    statements: StatementIndex
    bm25: LexicalIndex


def faq_questions(
    passages: Sequence[Passage], documents: Mapping[str, Document]
) -> tuple[tuple[str, int], ...]:
    """Every question that the library answers, with the row of its answer, in reading order.

    FAQ questions, and titles of records that ask: a record's first passage begins its answer.
    """
    found: list[tuple[str, int]] = []
    begun: set[str] = set()
    for row, passage in enumerate(passages):
        found.extend((question, row) for question in passage.questions)
        title = documents[passage.place.document_id].title_in_front
        if title and title.endswith("?") and passage.place.document_id not in begun:
            found.append((title, row))
        begun.add(passage.place.document_id)
    return tuple(found)


def write_generation(
    index_dir: Path,
    documents: Sequence[Document],
    passages: Sequence[Passage],
    passage_vectors: Vectors,
    question_vectors: Vectors,
    statement_vectors: Vectors,
    searched_texts: Sequence[str],
    *,
    encoder: EncoderIdentity,
    options_sha256: str,
) -> Manifest:
    """Write a generation beside the current one, then switch. Needs `writing(index_dir)`."""
    corpus_sha256 = sha256_of(documents)
    now = datetime.now(UTC)
    generation = f"{now:%Y%m%dT%H%M%S%f}Z-{corpus_sha256[:8]}"
    folder = generations.folder_of(index_dir, generation)
    folder.mkdir(parents=True)
    _write_lines(folder / DOCUMENTS, [codec.document_to_line(d) for d in documents])
    _write_lines(folder / PASSAGES, [codec.passage_to_line(p) for p in passages])
    DenseIndex.build(passage_vectors).write(folder / PASSAGE_VECTORS)
    DenseIndex.build(question_vectors).write(folder / QUESTION_VECTORS)
    StatementIndex.build(statement_vectors, statements_of(passages)).write(
        folder / STATEMENT_VECTORS, folder / STATEMENT_ROWS
    )
    LexicalIndex.build(searched_texts).write(folder / BM25)
    manifest = Manifest(
        schema=SCHEMA,
        generation=generation,
        created=now.isoformat(timespec="seconds"),
        encoder=encoder,
        options_sha256=options_sha256,
        corpus_sha256=corpus_sha256,
        n_documents=len(documents),
        n_passages=len(passages),
        n_questions=len(faq_questions(passages, {d.id: d for d in documents})),
        artefacts=tuple(
            Artefact(path.relative_to(folder).as_posix(), path.stat().st_size, _sha256(path))
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        ),
        versions=tuple((n, version(n)) for n in ("faiss-cpu", "bm25s", "sentence-transformers")),
    )
    (folder / MANIFEST).write_text(codec.manifest_to_json(manifest), encoding="utf-8")
    generations.publish(index_dir, generation, _sha256(folder / MANIFEST))
    return manifest


def load_index(index_dir: Path) -> Index:
    """The current generation, every byte of it verified before it is read.

    Raises:
        IndexUnusableError: there is none, or a file of it is missing or altered.
    """
    manifest, folder = check_index(index_dir)
    documents = {d.id: d for d in map(codec.document_from_line, _lines(folder / DOCUMENTS))}
    passages = tuple(codec.passage_from_line(x, documents) for x in _lines(folder / PASSAGES))
    return Index(
        manifest=manifest,
        documents=MappingProxyType(documents),
        passages=passages,
        questions=faq_questions(passages, documents),
        passage_vectors=DenseIndex.read(folder / PASSAGE_VECTORS),
        question_vectors=DenseIndex.read(folder / QUESTION_VECTORS),
        statements=StatementIndex.read(folder / STATEMENT_VECTORS, folder / STATEMENT_ROWS),
        bm25=LexicalIndex.read(folder / BM25, len(passages)),
    )


def check_index(index_dir: Path) -> tuple[Manifest, Path]:
    """Verify every checksum of the current generation; its manifest and its folder.

    Raises:
        IndexUnusableError: naming the first file that is missing or altered.
    """
    pointer = generations.current(index_dir)
    if pointer is None:
        raise IndexUnusableError(index_dir, f"No index at {index_dir}.")
    generation, manifest_sha256 = pointer
    if not generation:
        raise IndexUnusableError(
            index_dir, f"{index_dir}/{generations.POINTER} is damaged.", generations.POINTER
        )
    folder = generations.folder_of(index_dir, generation)
    _verify(folder / MANIFEST, manifest_sha256, index_dir)
    try:
        manifest = codec.manifest_from_json((folder / MANIFEST).read_text(encoding="utf-8"))
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        what = f"The index at {index_dir} was made by another version of Quoth."
        raise IndexUnusableError(index_dir, what, MANIFEST) from error
    if manifest.schema != SCHEMA:
        what = f"The index has format {manifest.schema}; this Quoth reads format {SCHEMA}."
        raise IndexUnusableError(index_dir, what, MANIFEST)
    for artefact in manifest.artefacts:
        _verify(folder / artefact.name, artefact.sha256, index_dir)
    return manifest, folder


def _verify(path: Path, sha256: str, index_dir: Path) -> None:
    """Compare one file with its checksum."""
    try:
        found = _sha256(path)
    except OSError as error:
        what = f"The index is damaged: {path} cannot be read ({error.strerror})."
        raise IndexUnusableError(index_dir, what, path.name) from error
    if found != sha256:
        what = f"The index is damaged: {path} has changed since it was written."
        raise IndexUnusableError(index_dir, what, path.name)


def sha256_of(documents: Sequence[Document]) -> str:
    """Of every document's id, text and metadata, whatever order they came in."""
    lines = sorted(codec.document_to_line(document) for document in documents)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_lines(path: Path, lines: Sequence[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _lines(path: Path) -> list[str]:
    """Lines by line feed alone: `splitlines` would also cut at U+2028 inside a string."""
    return path.read_text(encoding="utf-8").split("\n")[:-1]
