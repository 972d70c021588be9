"""Whole files as rows of a collection: cut to pieces, and put together again."""

import base64
from collections.abc import Iterable, Iterator

from ingest.index.milvus.server import Row, Server
from ingest.records import Artefact

PIECE = 45_000  # bytes of a file in one row: 60,000 characters in base64, Milvus allows 65,535
PIECES_AT_ONCE = 50  # in one message, 3 MB


def cut(content: bytes) -> list[bytes]:
    """In pieces, of which the last may be shorter."""
    return [content[at : at + PIECE] for at in range(0, len(content), PIECE)]


def n_pieces(artefact: Artefact) -> int:
    """Of a file."""
    return -(-artefact.n_bytes // PIECE)


def write_pieces(server: Server, name: str, pieces: Iterable[bytes]) -> None:
    """A collection of pieces. Milvus has none without vectors: they get two numbers for one."""
    rows: Iterator[Row] = (
        {"number": n, "vector": [1.0, 0.0], "content": base64.b64encode(piece).decode()}
        for n, piece in enumerate(pieces)
    )
    server.write(name, 2, rows, text="content")


def read_pieces(
    server: Server, name: str, first: int = 0, last: int | None = None
) -> Iterator[bytes]:
    """Pieces `first` to `last` (None: all) of a collection, in order."""
    last = server.n_rows(name) if last is None else last
    for at in range(first, last, PIECES_AT_ONCE):
        for row in server.rows(name, at, min(at + PIECES_AT_ONCE, last), "content"):
            yield base64.b64decode(row["content"])
