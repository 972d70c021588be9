"""Stage 4 in a library that lives: only texts that were never embedded before are embedded.

A vector hangs on the encoder and on its text, on nothing else, so it is found again by the text's
key whatever else has changed. A text that stands many times is embedded once.
"""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from ingest.embed import Vectors
from ingest.errors import ModelError
from ingest.index import Embedded, Segment, Texts, as_bytes, has_unit_rows, keys_of
from ingest.records import EncoderIdentity


def embed_new(
    texts: Texts,
    earlier: Sequence[Segment],
    embed: Callable[[Sequence[str]], Iterable[Vectors]],
    *,
    identity: EncoderIdentity,
) -> tuple[Embedded, Embedded, Embedded]:
    """Vectors of passages and questions (float32) and of statements (float16), in their order.

    `earlier` was made by the same encoder, which is `identity`. `embed` gives the vectors of the
    texts that are new in their order, some rows at a time.

    Raises:
        ModelError: the encoder's vectors do not have length 1.
    """
    dimension = identity.dimension
    whole = [e for s in earlier for e in (s.passage_vectors, s.question_vectors)]
    rounded = [s.statement_vectors for s in earlier]  # float16: of use for statements only
    kinds = (
        (texts.passages, whole, np.float32),
        (texts.questions, whole, np.float32),
        (texts.statements, rounded, np.float16),
    )
    found = [_remembered(said, stores, dtype, dimension) for said, stores, dtype in kinds]
    numbers: dict[str, int] = {}
    wanted = [
        _numbered(said, known, numbers)
        for (said, _, _), (_, known) in zip(kinds, found, strict=True)
    ]
    start = 0
    for vectors in embed(list(numbers)):
        if vectors.shape[1] != dimension or not has_unit_rows(vectors):
            raise ModelError(identity.name, "its vectors do not have length 1", "")
        end = start + len(vectors)
        for (part, _), want in zip(found, wanted, strict=True):
            here = (want >= start) & (want < end)
            part.vectors[here] = vectors[want[here] - start]
        start = end
    assert start == len(numbers), "every text has a vector"
    passages, questions, statements = (part for part, _ in found)
    return passages, questions, statements


def _remembered(
    texts: Sequence[str], stores: Sequence[Embedded], dtype: type, dimension: int
) -> tuple[Embedded, np.ndarray]:
    """Room for the vectors of `texts`, those filled in that a store has; and which those are."""
    keys = keys_of(texts)
    rows: dict[bytes, list[int]] = {}
    for row, key in enumerate(as_bytes(keys)):
        rows.setdefault(key, []).append(row)
    vectors: np.ndarray = np.zeros((len(texts), dimension), dtype)
    known = np.zeros(len(texts), dtype=bool)
    for store in stores:
        candidates = np.flatnonzero(np.isin(_heads(store.keys), _heads(keys)))
        for at, key in zip(candidates.tolist(), as_bytes(store.keys[candidates]), strict=True):
            if key in rows:
                vectors[rows[key]], known[rows[key]] = store.vectors[at], True
    return Embedded(keys, vectors), known


def _numbered(texts: Sequence[str], known: np.ndarray, numbers: dict[str, int]) -> np.ndarray:
    """The number of each text among those to embed, which grow; -1 where its vector is known."""
    pairs = zip(texts, known.tolist(), strict=True)
    found = [-1 if is_known else numbers.setdefault(text, len(numbers)) for text, is_known in pairs]
    return np.array(found, dtype=np.int64)


def _heads(keys: np.ndarray) -> np.ndarray:
    """The first half of each key, uint64 (n,)."""
    return np.ascontiguousarray(keys[:, :8]).view(np.uint64).reshape(-1)
