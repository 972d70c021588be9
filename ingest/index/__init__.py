"""Stage 5, index: passages and vectors -> a checked generation on disk, and back into memory."""

from ingest.index.generations import writing
from ingest.index.lexical import analyse
from ingest.index.statements import statements_of
from ingest.index.store import (
    Index,
    check_index,
    faq_questions,
    load_index,
    sha256_of,
    write_generation,
)

__all__ = [
    "Index",
    "analyse",
    "check_index",
    "faq_questions",
    "load_index",
    "sha256_of",
    "statements_of",
    "write_generation",
    "writing",
]
