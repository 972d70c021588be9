"""Some documents with all that was made of them: the part of a generation that is written at once.

A generation is a row of whole segments. Adding a document adds a small one; removing a document
writes its segment again without it. Nothing in a segment is ever dead.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from ingest.index import codec, disk
from ingest.index.inverted import EXACT_UP_TO, N_QUERIES, POINTS_PER_LIST, InvertedFile
from ingest.index.postings import Postings
from ingest.records import Artefact, Entry, Inverted, Search

T = TypeVar("T")
KEY_BYTES = 16
VECTORS = ("passages", "questions", "statements")  # the arrays that a server may hold instead
LISTS = "passages.ivf"  # only in a segment that is searched by lists
Keys = np.ndarray  # uint8 (n, 16): of the text that a vector was made from


@dataclass(frozen=True, slots=True, eq=False)
class Embedded:
    """Vectors (n, d), rows L2-normalised, and the key of the text that each was made from."""

    keys: Keys
    vectors: np.ndarray

    def keep(self, mask: np.ndarray) -> "Embedded":
        """Only the rows where `mask` is true."""
        return Embedded(self.keys[mask], self.vectors[mask])


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """Documents and passages as lines of JSON; for passage row i, the arrays that are searched.

    `question_rows` int32 (q,) and `statement_rows` int32 (m, 3: row, start, end) ascend by row.
    """

    register: tuple[Entry, ...]
    documents: tuple[bytes, ...]
    passages: tuple[bytes, ...]
    sameness: Keys  # of what makes passages equal
    passage_vectors: Embedded
    question_rows: np.ndarray
    question_vectors: Embedded
    statement_rows: np.ndarray
    statement_vectors: Embedded
    terms: Postings
    words: Postings

    def __len__(self) -> int:
        return len(self.passages)

    def keep(self, *, documents: np.ndarray, rows: np.ndarray) -> "Segment":
        """Only the documents and the passage rows where the masks are true."""
        place = np.cumsum(rows) - 1
        asked, said = rows[self.question_rows], rows[self.statement_rows[:, 0]]
        statement_rows = self.statement_rows[said]
        statement_rows[:, 0] = place[statement_rows[:, 0]]
        return Segment(
            register=_where(self.register, documents),
            documents=_where(self.documents, documents),
            passages=_where(self.passages, rows),
            sameness=self.sameness[rows],
            passage_vectors=self.passage_vectors.keep(rows),
            question_rows=place[self.question_rows[asked]].astype(np.int32),
            question_vectors=self.question_vectors.keep(asked),
            statement_rows=statement_rows,
            statement_vectors=self.statement_vectors.keep(said),
            terms=self.terms.keep(rows),
            words=self.words.keep(rows),
        )


def keys_of(texts: Sequence[str]) -> Keys:
    """uint8 (n, 16). Two texts with one key: not before 2 ** 64 of them."""
    digests = (
        hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=KEY_BYTES).digest()
        for text in texts
    )
    return np.frombuffer(b"".join(digests), dtype=np.uint8).reshape(-1, KEY_BYTES)


def as_bytes(keys: Keys) -> list[bytes]:
    """Keys that can be looked up."""
    whole = np.ascontiguousarray(keys).tobytes()
    return [whole[at : at + KEY_BYTES] for at in range(0, len(whole), KEY_BYTES)]


def join(segments: Sequence[Segment]) -> Segment:
    """All of them as one, in their order."""
    if len(segments) == 1:
        return segments[0]
    return Segment(
        register=tuple(entry for s in segments for entry in s.register),
        documents=tuple(line for s in segments for line in s.documents),
        passages=tuple(line for s in segments for line in s.passages),
        sameness=np.concatenate([s.sameness for s in segments]),
        passage_vectors=_joined([s.passage_vectors for s in segments]),
        question_rows=question_rows(segments),
        question_vectors=_joined([s.question_vectors for s in segments]),
        statement_rows=statement_rows(segments),
        statement_vectors=_joined([s.statement_vectors for s in segments]),
        terms=Postings.join([s.terms for s in segments]),
        words=Postings.join([s.words for s in segments]),
    )


def question_rows(segments: Sequence[Segment]) -> np.ndarray:
    """The rows of all questions, counted over all segments."""
    rows = [s.question_rows + f for s, f in zip(segments, _firsts(segments), strict=True)]
    return np.concatenate(rows or [np.zeros(0, dtype=np.int32)])


def statement_rows(segments: Sequence[Segment]) -> np.ndarray:
    """Row, start and end of all statements, rows counted over all segments."""
    shifts = [np.array([first, 0, 0], dtype=np.int32) for first in _firsts(segments)]
    rows = [s.statement_rows + shift for s, shift in zip(segments, shifts, strict=True)]
    return np.concatenate(rows or [np.zeros((0, 3), dtype=np.int32)])


Lists = tuple[InvertedFile, Inverted]


def lists_of(segment: Segment, search: Search) -> Lists | None:
    """Lists over the passages of a segment, where it is to be searched by lists.

    Their recall is measured with questions that the segment answers, or with its statements.
    """
    vectors = segment.passage_vectors.vectors
    if search is Search.EXACT or (search is Search.AUTO and len(vectors) <= EXACT_UP_TO):
        return None
    if len(vectors) < POINTS_PER_LIST:
        return None
    asked, said = segment.question_vectors.vectors, segment.statement_vectors.vectors
    texts = asked if len(asked) >= N_QUERIES else said
    drawn = np.random.default_rng(1).permutation(len(texts))[:N_QUERIES]
    return InvertedFile.build(vectors, texts[np.sort(drawn)].astype(np.float32))


def write_segment(
    segment: Segment, folder: Path, *, lists: Lists | None = None
) -> tuple[Artefact, ...]:
    """Write every file of a segment into a new folder, and force them to the disk."""
    disk.make_folder(folder)
    lines = {
        "documents.jsonl": segment.documents,
        "passages.jsonl": segment.passages,
        "register.jsonl": tuple(codec.entry_to_line(e).encode() for e in segment.register),
        "terms.json": (_vocabulary(segment.terms),),
        "words.json": (_vocabulary(segment.words),),
    }
    written = [
        *(disk.write_file(folder / name, _pieces(found)) for name, found in lines.items()),
        *(disk.write_array(folder / f"{n}.npy", of(segment)) for n, of in ARRAYS.items()),
        *([] if lists is None else [disk.write_file(folder / LISTS, [lists[0].to_bytes()])]),
    ]
    disk.sync_folder(folder)
    return tuple(Artefact(f"{folder.name}/{a.name}", a.n_bytes, a.sha256) for a in written)


def read_segment(folder: Path, *, vectors: bool = True) -> Segment:
    """A segment whose checksums were verified; its arrays stay on the disk until asked for.

    Without `vectors`, those are left out: zeros (0, 0) stand for them. Their keys are there.
    """
    names = [name for name in ARRAYS if vectors or name not in VECTORS]
    a = {n: np.load(folder / f"{n}.npy", mmap_mode="r", allow_pickle=False) for n in names}
    a = dict.fromkeys(VECTORS, np.zeros((0, 0), dtype=np.float32)) | a
    documents, passages = _lines(folder / "documents.jsonl"), _lines(folder / "passages.jsonl")
    return Segment(
        register=tuple(
            codec.entry_from_line(line.decode()) for line in _lines(folder / "register.jsonl")
        ),
        documents=documents,
        passages=passages,
        sameness=a["sameness"],
        passage_vectors=Embedded(a["passage_keys"], a["passages"]),
        question_rows=a["question_rows"],
        question_vectors=Embedded(a["question_keys"], a["questions"]),
        statement_rows=a["statement_rows"],
        statement_vectors=Embedded(a["statement_keys"], a["statements"]),
        terms=_postings(folder, "term", a, len(passages)),
        words=_postings(folder, "word", a, len(passages)),
    )


ARRAYS: dict[str, Callable[[Segment], np.ndarray]] = {
    "sameness": lambda s: s.sameness,
    "passages": lambda s: s.passage_vectors.vectors,
    "passage_keys": lambda s: s.passage_vectors.keys,
    "questions": lambda s: s.question_vectors.vectors,
    "question_keys": lambda s: s.question_vectors.keys,
    "question_rows": lambda s: s.question_rows,
    "statements": lambda s: s.statement_vectors.vectors,
    "statement_keys": lambda s: s.statement_vectors.keys,
    "statement_rows": lambda s: s.statement_rows,
    "term_starts": lambda s: s.terms.starts,
    "term_rows": lambda s: s.terms.rows,
    "term_counts": lambda s: s.terms.counts,
    "word_starts": lambda s: s.words.starts,
    "word_rows": lambda s: s.words.rows,
    "word_counts": lambda s: s.words.counts,
}


def _where(of: Sequence[T], mask: np.ndarray) -> tuple[T, ...]:
    return tuple(of[i] for i in np.flatnonzero(mask).tolist())


def _joined(parts: Sequence[Embedded]) -> Embedded:
    keys = np.concatenate([part.keys for part in parts])
    return Embedded(keys, np.concatenate([part.vectors for part in parts]))


def _firsts(segments: Sequence[Segment]) -> list[int]:
    """The number of each segment's first row."""
    return [sum(len(s) for s in segments[:i]) for i in range(len(segments))]


def _pieces(lines: Sequence[bytes]) -> list[bytes]:
    """Lines in pieces of a few thousand, so that no copy of the whole file is made."""
    return [
        b"".join(line + b"\n" for line in lines[at : at + 2048])
        for at in range(0, len(lines), 2048)
    ]


def _vocabulary(postings: Postings) -> bytes:
    return json.dumps(postings.vocabulary).encode()


def _postings(folder: Path, name: str, arrays: dict[str, np.ndarray], n_rows: int) -> Postings:
    vocabulary = tuple(json.loads((folder / f"{name}s.json").read_bytes()))
    starts, rows, counts = (arrays[f"{name}_{part}"] for part in ("starts", "rows", "counts"))
    return Postings(vocabulary, starts, rows, counts, n_rows)


def _lines(path: Path) -> tuple[bytes, ...]:
    """Lines by line feed alone: `splitlines` would also cut at U+2028 inside a string."""
    return tuple(path.read_bytes().split(b"\n")[:-1])
