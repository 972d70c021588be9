"""Quoth's library: articles in, one checked index out.

from ingest import build_index, load_index
report = build_index([Path("corpus")], Path(".index"))
index = load_index(Path(".index"))
"""

from ingest.change import OnProgress
from ingest.embed import Encoder, Vectors, begin, find_model, load_encoder, search_copy
from ingest.errors import (
    ArticleError,
    IndexBusyError,
    IndexUnusableError,
    IndexWriteError,
    IngestError,
    ModelError,
    NothingToIndexError,
    StoreError,
    UnknownDocumentError,
)
from ingest.index import (
    Hits,
    Index,
    Store,
    Where,
    analyse,
    check_index,
    current_generation,
    load_index,
    store_at,
    store_from,
)
from ingest.options import BuildOptions
from ingest.pipeline import (
    add_articles,
    build_index,
    is_up_to_date,
    remove_documents,
)
from ingest.plain import plain_copy
from ingest.quotable import Quotable, split_quotable
from ingest.records import (
    AskedQuestion,
    Block,
    BlockKind,
    BuildReport,
    Document,
    EncoderIdentity,
    Metadata,
    Passage,
    Place,
    Section,
    WrittenFrom,
)
from ingest.sentences import split_sentences

__all__ = [
    "ArticleError",
    "AskedQuestion",
    "Block",
    "BlockKind",
    "BuildOptions",
    "BuildReport",
    "Document",
    "Encoder",
    "EncoderIdentity",
    "Hits",
    "Index",
    "IndexBusyError",
    "IndexUnusableError",
    "IndexWriteError",
    "IngestError",
    "Metadata",
    "ModelError",
    "NothingToIndexError",
    "OnProgress",
    "Passage",
    "Place",
    "Quotable",
    "Section",
    "Store",
    "StoreError",
    "UnknownDocumentError",
    "Vectors",
    "Where",
    "WrittenFrom",
    "add_articles",
    "analyse",
    "begin",
    "build_index",
    "check_index",
    "current_generation",
    "find_model",
    "is_up_to_date",
    "load_encoder",
    "load_index",
    "plain_copy",
    "remove_documents",
    "search_copy",
    "split_quotable",
    "split_sentences",
    "store_at",
    "store_from",
]
