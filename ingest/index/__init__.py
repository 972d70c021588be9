"""Stage 5, index: passages and vectors -> a checked generation on disk, and back into memory."""

from ingest.index.codec import document_from_line, places_from_line
from ingest.index.dense import Hits
from ingest.index.lexical import analyse
from ingest.index.make import Texts, entry_of, make_segment
from ingest.index.milvus import MilvusStore, store_from
from ingest.index.segment import Embedded, Segment, as_bytes, join, keys_of
from ingest.index.store import (
    Index,
    check_index,
    has_unit_rows,
    read_segments,
    write_generation,
)
from ingest.index.stores import Store, Where, current_generation, load_index, store_at

__all__ = [
    "Embedded",
    "Hits",
    "Index",
    "MilvusStore",
    "Segment",
    "Store",
    "Texts",
    "Where",
    "analyse",
    "as_bytes",
    "check_index",
    "current_generation",
    "document_from_line",
    "entry_of",
    "has_unit_rows",
    "join",
    "keys_of",
    "load_index",
    "make_segment",
    "places_from_line",
    "read_segments",
    "store_at",
    "store_from",
    "write_generation",
]
