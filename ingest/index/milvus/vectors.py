"""Vectors on a Milvus server, asked for as those in memory or on the disk are."""

from collections.abc import Sequence

import numpy as np

from ingest.embed import Vectors
from ingest.errors import StoreError
from ingest.index.dense import Hits, checked_query
from ingest.index.milvus.server import ROWS_AT_ONCE, Server
from ingest.index.parts import PartedIndex
from ingest.records import Inverted

MOST_HITS = 16_384  # Milvus gives no more to one search


class MilvusVectors:
    """The vectors of one kind in one segment, searched by the server."""

    def __init__(
        self,
        server: Server,
        name: str,
        size: int,
        dimension: int,
        lists: Inverted | None = None,
    ) -> None:
        self._server = server
        self._name = name
        self._size = size
        self.dimension = dimension
        self._lists = lists

    def __len__(self) -> int:
        return self._size

    def search(self, vector: Vectors, k: int) -> Hits:
        """The k best rows as (row, cosine), best first, ties by row."""
        query = checked_query(vector, self.dimension)
        wanted = min(k, len(self), MOST_HITS)
        if wanted < 1:
            return []
        n_probe = self._lists.n_probe if self._lists else None
        hits = self._server.search(self._name, query, wanted, n_probe=n_probe)
        return sorted(hits, key=lambda hit: (-hit[1], hit[0]))

    def scores(self, rows: Sequence[int], vector: Vectors) -> Hits:
        """The cosine of each named row with `vector`, in the order of `rows`."""
        found: dict[int, float] = {}
        for at in range(0, len(rows), MOST_HITS):
            some = list(rows[at : at + MOST_HITS])
            only = f"number in {some}"
            n_probe = self._lists.n_lists if self._lists else None  # every list: none may be missed
            hits = self._server.search(self._name, vector, len(some), only=only, n_probe=n_probe)
            found.update(hits)
        if len(found) != len(set(rows)):
            what = f"{self._name} lacks rows that it had"
            raise StoreError(self._server.address, what, "See that the server is whole")
        return [(row, found[row]) for row in rows]

    def vectors(self) -> Vectors:
        """All rows, float32 (n, d), fetched from the server."""
        found = np.zeros((len(self), self.dimension), dtype=np.float32)
        for at in range(0, len(self), ROWS_AT_ONCE):
            rows = self._server.rows(self._name, at, at + ROWS_AT_ONCE, "vector")
            found[at : at + len(rows)] = [row["vector"] for row in rows]
        return found

    def in_memory(self) -> list[Vectors]:
        """None of them."""
        return []


class MilvusStatements:
    """Statements on the server, as `StatementIndex` asks for them.

    The last vector's cosines are kept: a question asks for its candidates, then for the best again.
    """

    def __init__(self, parts: PartedIndex) -> None:
        self._parts = parts
        self._last: tuple[bytes, dict[int, float]] = b"", {}

    def __len__(self) -> int:
        return len(self._parts)

    def cosines(self, numbers: np.ndarray, vector: Vectors) -> np.ndarray:
        """The cosine of each numbered statement with `vector`, float32 (n,)."""
        asked, known = self._last
        if asked != vector.tobytes():
            known = {}
        new = [number for number in numbers.tolist() if number not in known]
        known = known | dict(self._parts.scores(new, vector))
        self._last = vector.tobytes(), known
        return np.array([known[number] for number in numbers.tolist()], dtype=np.float32)

    def blocks(self) -> tuple[np.ndarray, ...]:
        """All vectors, float32 (m, d), fetched from the server."""
        return (self._parts.vectors(),)
