"""The other store: a library on a Milvus server, for many machines that answer from it."""

from ingest.index.milvus.store import MilvusStore, store_from

__all__ = ["MilvusStore", "store_from"]
