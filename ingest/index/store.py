"""What a generation holds, how it is written, and how it is verified before anyone reads it."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType

import numpy as np

from ingest.errors import IndexUnusableError, IndexWriteError
from ingest.index import codec, disk, generations
from ingest.index.asked import faq_questions, same_question
from ingest.index.dense import DenseIndex
from ingest.index.inverted import InvertedFile
from ingest.index.lexical import LexicalIndex
from ingest.index.parts import PartedIndex, Searchable
from ingest.index.postings import Postings
from ingest.index.segment import (
    LISTS,
    Segment,
    lists_of,
    question_rows,
    read_segment,
    statement_rows,
    write_segment,
)
from ingest.index.statements import Blocks, StatementIndex
from ingest.options import RULES
from ingest.records import (
    Artefact,
    AskedQuestion,
    Document,
    EncoderIdentity,
    Entry,
    Manifest,
    Passage,
    Search,
)

SCHEMA = 3
UNIT_LENGTH_TOLERANCE = 1e-3
READERS = 2  # threads that checksum: sha256 lets go of the interpreter


@dataclass(frozen=True)
class Index:
    """One generation in memory. Row i of `passage_vectors` and of `bm25` is `passages[i]`.

    Row j of `question_vectors` is `questions[j]`.
    """

    manifest: Manifest
    documents: Mapping[str, Document]
    passages: tuple[Passage, ...]
    questions: tuple[AskedQuestion, ...]
    passage_vectors: Searchable
    question_vectors: Searchable
    statements: StatementIndex
    bm25: LexicalIndex

    @cached_property
    def n_wordings(self) -> int:
        """How many of the questions are only searched for, each passage of a section counted."""
        return sum(not question.stands for question in self.questions)

    def asked(self, text: str) -> tuple[int, ...]:
        """The numbers of the questions that are this very one, whatever a model makes of it."""
        return self._asked.get(same_question(text), ())

    @cached_property
    def _asked(self) -> Mapping[str, tuple[int, ...]]:
        found: dict[str, tuple[int, ...]] = {}
        for number, question in enumerate(self.questions):
            key = same_question(question.text)
            found[key] = (*found.get(key, ()), number)
        return found


def write_generation(
    index_dir: Path,
    kept: Mapping[str, Segment],
    fresh: Segment | None,
    *,
    encoder: EncoderIdentity,
    options_sha256: str,
    search: Search = Search.AUTO,
) -> Manifest:
    """Write a generation beside the current one, then switch. Needs `writing(index_dir)`.

    It consists of the `kept` segments of the current generation, by name, and of one `fresh` one.

    Raises:
        IndexWriteError: the disk refused; the current generation still answers.
    """
    segments = (*kept.values(), *([] if fresh is None else [fresh]))
    register = [entry for segment in segments for entry in segment.register]
    now, corpus_sha256 = datetime.now(UTC), corpus_sha256_of(register)
    generation = f"{now:%Y%m%dT%H%M%S%f}Z-{corpus_sha256[:8]}"
    previous = check_manifest(index_dir)[0] if kept else None
    pointer = generations.current(index_dir)
    try:
        folder = generations.begin(index_dir, generation)
        artefacts = [a for name in kept for a in _link(index_dir, previous, name, folder)]
        inverted = tuple(i for i in previous.inverted if i[0] in kept) if previous else ()
        if fresh is not None:
            lists = lists_of(fresh, search)
            artefacts.extend(write_segment(fresh, folder / generation, lists=lists))
            inverted += ((generation, lists[1]),) if lists else ()
        manifest = Manifest(
            schema=SCHEMA,
            generation=generation,
            created=now.isoformat(timespec="seconds"),
            previous=pointer[0] or None if pointer else None,
            encoder=encoder,
            normalised=True,
            rules=RULES,
            options_sha256=options_sha256,
            corpus_sha256=corpus_sha256,
            segments=(*kept, *([] if fresh is None else [generation])),
            n_documents=len(register),
            n_passages=sum(len(segment) for segment in segments),
            n_questions=sum(len(segment.question_rows) for segment in segments),
            artefacts=tuple(artefacts),
            versions=tuple((n, version(n)) for n in ("faiss-cpu", "sentence-transformers")),
            search=search,
            inverted=inverted,
        )
        generations.publish(index_dir, generation, codec.manifest_to_json(manifest).encode())
    except OSError as error:
        raise IndexWriteError(index_dir, error.strerror or str(error)) from error
    return manifest


def _link(
    index_dir: Path, previous: Manifest | None, name: str, folder: Path
) -> tuple[Artefact, ...]:
    """Give the files of a segment of the current generation a second name in `folder`."""
    assert previous is not None, "only a generation that is there has segments to keep"
    mine = tuple(a for a in previous.artefacts if a.name.startswith(f"{name}/"))
    disk.make_folder(folder / name)
    for artefact in mine:
        source = generations.folder_of(index_dir, previous.generation) / artefact.name
        disk.link_file(source, folder / artefact.name)
    disk.sync_folder(folder / name)
    return mine


@dataclass(frozen=True, slots=True)
class Searched:
    """The vectors of a generation, where they can be searched: rows count over all segments."""

    passages: Searchable
    questions: Searchable
    statements: StatementIndex


def load_generation(index_dir: Path) -> Index:
    """The current generation of a folder, every byte of it verified before it is read.

    Raises:
        IndexUnusableError: there is none, or a file of it is missing or altered.
    """
    while True:
        pointer = generations.current(index_dir)
        try:
            manifest, folder = check_index(index_dir)
            segments = read_segments(manifest, folder)
            return index_of(manifest, segments, _searched(segments, manifest, folder), index_dir)
        except (IndexUnusableError, OSError):
            if generations.current(index_dir) == pointer:
                raise
            # Two newer ones were published meanwhile, and this one was swept while it was read.


def _searched(segments: Sequence[Segment], manifest: Manifest, folder: Path) -> Searched:
    """By FAISS, from the segments' own files."""
    questions = [s.question_vectors.vectors for s in segments]
    statements = Blocks([s.statement_vectors.vectors for s in segments])
    return Searched(
        passages=_passage_vectors(segments, manifest, folder),
        questions=_dense(questions, manifest.encoder.dimension),
        statements=StatementIndex(statements, statement_rows(segments)),
    )


def index_of(
    manifest: Manifest, segments: Sequence[Segment], searched: Searched, index_dir: Path
) -> Index:
    """A verified generation, ready to answer; refused where its parts are not of one piece.

    Raises:
        IndexUnusableError: naming what does not fit.
    """
    lines = [line for segment in segments for line in segment.documents]
    found = (codec.document_from_line(line.decode()) for line in lines)
    documents = {document.id: document for document in found}
    passages = tuple(
        codec.passage_from_line(line.decode(), documents) for s in segments for line in s.passages
    )
    index = Index(
        manifest=manifest,
        documents=MappingProxyType(documents),
        passages=passages,
        questions=faq_questions(passages, documents),
        passage_vectors=searched.passages,
        question_vectors=searched.questions,
        statements=searched.statements,
        bm25=LexicalIndex(
            Postings.join([s.terms for s in segments]), Postings.join([s.words for s in segments])
        ),
    )
    _refuse_mixture(index, segments, index_dir)
    return index


def read_segments(manifest: Manifest, folder: Path) -> tuple[Segment, ...]:
    """The segments of a verified generation, in the order of their rows."""
    return tuple(read_segment(folder / name) for name in manifest.segments)


def _dense(parts: Sequence[np.ndarray], dimension: int) -> DenseIndex:
    return DenseIndex.build(np.concatenate(parts or [np.zeros((0, dimension), np.float32)]))


def _passage_vectors(segments: Sequence[Segment], manifest: Manifest, folder: Path) -> Searchable:
    """Segments with lists are searched by these, all others together and exactly."""
    vectors = [segment.passage_vectors.vectors for segment in segments]
    if not manifest.inverted:
        return _dense(vectors, manifest.encoder.dimension)
    inverted = dict(manifest.inverted)
    return PartedIndex(
        [
            InvertedFile.read(folder / name / LISTS, mine, n_probe=inverted[name].n_probe)
            if name in inverted
            else DenseIndex.build(mine)
            for name, mine in zip(manifest.segments, vectors, strict=True)
        ]
    )


def _refuse_mixture(index: Index, segments: Sequence[Segment], index_dir: Path) -> None:
    """What the manifest says is what the files hold, and every vector has its text."""
    manifest = index.manifest
    register = [entry for segment in segments for entry in segment.register]
    lines = [hashlib.sha256(line).hexdigest() for s in segments for line in s.documents]
    rows = [question.row for question in index.questions]
    agree = {
        "the documents": [entry.line_sha256 for entry in register] == lines
        and corpus_sha256_of(register) == manifest.corpus_sha256,
        "the number of passages": len(index.passages)
        == len(index.passage_vectors)
        == len(index.bm25)
        == manifest.n_passages,
        "the questions": question_rows(segments).tolist() == rows,
        "the dimension of the vectors": index.passage_vectors.dimension
        == index.question_vectors.dimension
        == manifest.encoder.dimension,
        "the length of the vectors": all(
            has_unit_rows(vectors)  # of those on the disk a checksum has told
            for dense in (index.passage_vectors, index.question_vectors)
            for vectors in dense.in_memory()
        ),
    }
    wrong = [what for what, is_right in agree.items() if not is_right]
    if wrong:
        what = f"The index at {index_dir} is not of one piece: {', '.join(wrong)} differ."
        raise IndexUnusableError(index_dir, what, generations.MANIFEST)


def has_unit_rows(vectors: np.ndarray) -> bool:
    """Whether every row of float (n, d) has length 1: a cosine is then a dot product."""
    lengths = np.sqrt(np.einsum("nd,nd->n", vectors, vectors, dtype=np.float32))
    return bool(np.all(np.abs(lengths - 1) <= UNIT_LENGTH_TOLERANCE))


def check_index(index_dir: Path) -> tuple[Manifest, Path]:
    """Verify every checksum of the current generation; its manifest and its folder.

    Raises:
        IndexUnusableError: naming the first file that is missing or altered.
    """
    manifest, folder = check_manifest(index_dir)

    def verify(artefact: Artefact) -> None:
        _verify(folder / artefact.name, artefact.sha256, index_dir)

    with ThreadPoolExecutor(READERS) as readers:
        list(readers.map(verify, manifest.artefacts))
    return manifest, folder


def check_manifest(index_dir: Path) -> tuple[Manifest, Path]:
    """The current generation's manifest, verified, and its folder; the rest is not looked at.

    Raises:
        IndexUnusableError: there is none, it is damaged, or another Quoth made it.
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
    path = folder / generations.MANIFEST
    _verify(path, manifest_sha256, index_dir)
    try:
        manifest = codec.manifest_from_json(path.read_text(encoding="utf-8"))
    except (ValueError, KeyError, TypeError) as error:
        what = f"The index at {index_dir} was made by another version of Quoth."
        raise IndexUnusableError(index_dir, what, path.name) from error
    if (manifest.schema, manifest.rules, manifest.normalised) != (SCHEMA, RULES, True):
        what = (
            f"The index has format {manifest.schema}.{manifest.rules};"
            f" this Quoth reads format {SCHEMA}.{RULES}."
        )
        raise IndexUnusableError(index_dir, what, path.name)
    return manifest, folder


def _verify(path: Path, sha256: str, index_dir: Path) -> None:
    """Compare one file with its checksum."""
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        what = f"The index is damaged: {path} cannot be read ({error.strerror})."
        raise IndexUnusableError(index_dir, what, path.name) from error
    if found != sha256:
        what = f"The index is damaged: {path} has changed since it was written."
        raise IndexUnusableError(index_dir, what, path.name)


def corpus_sha256_of(register: Iterable[Entry]) -> str:
    """Of every stored document, whatever order they came in."""
    lines = sorted(entry.line_sha256 for entry in register)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
