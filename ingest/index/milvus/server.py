"""Collections on a Milvus server, and the alias that names one: what is asked of it, in its words.

Only this file imports pymilvus, late. A row has a number, a vector, and perhaps one text.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from itertools import islice
from typing import Any

from ingest.embed import Vectors
from ingest.errors import StoreError
from ingest.index.dense import Hits
from ingest.records import Inverted

SCHEME = "milvus+"
ROWS_AT_ONCE = 500  # rows in one message: 30 MB of files; the server takes 64 MiB
ANSWER_S = 5.0  # a call waits so long, and is tried again meanwhile, with growing pauses
WRITE_S = 120.0  # the same for a call that writes or makes ready
BUILD_S = 3600.0  # lists over a million passages take minutes
RECONNECT_MS = 1000  # a lost connection is tried anew so often; left alone, after up to 2 minutes
NOT_THERE, NOT_LOADED = 100, 101  # Milvus' error codes, of a collection

Row = dict[str, Any]


class Server:
    """A database on a Milvus server. Everything raises StoreError where it does not answer."""

    def __init__(self, address: str, *, token: str = "", database: str = "") -> None:
        if not address.startswith(SCHEME):
            raise StoreError(
                address,
                f"the address of a Milvus server begins with {SCHEME}http://",
                f"Write QUOTH_STORE={SCHEME}http://HOST:19530, or leave it out for the folder",
            )
        self.address = address
        self._token, self._database = token, database

    @cached_property
    def _client(self) -> Any:  # noqa: ANN401  (pymilvus ships no types)
        with self.told():
            from pymilvus import MilvusClient
        # They log whole calls with their traceback; what went wrong is in our own error.
        for name in ("pymilvus", "grpc"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        uri = self.address.removeprefix(SCHEME)
        uri = uri.removeprefix("lite:") if uri.startswith("lite:") else uri
        with self.told():
            return MilvusClient(
                uri=uri,
                token=self._token,
                db_name=self._database,
                timeout=ANSWER_S,
                grpc_options={"grpc.max_reconnect_backoff_ms": RECONNECT_MS},
            )

    @contextmanager
    def told(self) -> Iterator[None]:
        """Turn what the client raises into one error that says what to do. It names no secret."""
        try:
            from grpc import RpcError
            from pymilvus import MilvusException
        except ImportError as error:
            what = "the client of Milvus is not installed"
            raise StoreError(self.address, what, "Run: pip install '.[milvus]'") from error
        try:
            yield
        except (MilvusException, RpcError, ConnectionError) as error:
            said = str(getattr(error, "message", "") or type(error).__name__).partition("\n")[0]
            refused = any(word in said.lower() for word in ("auth", "token", "permission"))
            remedy = (
                "Check QUOTH_STORE_TOKEN" if refused else "See that the server runs, then try again"
            )
            remedy = f"What answered before still does. {remedy}"
            raise StoreError(self.address, said[:200], remedy) from error

    def resolve(self, alias: str) -> str | None:
        """The collection that an alias stands for now; None where there is no such alias."""
        with self.told():
            from pymilvus import MilvusException

            try:
                found = self._client.describe_collection(alias, timeout=ANSWER_S)
            except MilvusException as error:
                if error.code == NOT_THERE:
                    return None
                raise
            return str(found["collection_name"])

    def point(self, alias: str, collection: str, *, is_new: bool) -> None:
        """Make an alias stand for another collection, in one step; or make it."""
        with self.told():
            move = self._client.create_alias if is_new else self._client.alter_alias
            move(collection, alias, timeout=WRITE_S)

    def collections(self) -> set[str]:
        """The names of all."""
        with self.told():
            return set(self._client.list_collections(timeout=ANSWER_S))

    def write(
        self,
        name: str,
        dimension: int,
        rows: Iterator[Row],
        *,
        text: str | None = None,
        lists: Inverted | None = None,
    ) -> None:
        """A collection of these rows and no others: number, vector, and a text where one is named.

        Raises:
            StoreError: the server did not take them all.
        """
        with self.told():
            self._make(name, dimension, text)
            n_rows = 0
            while some := list(islice(rows, ROWS_AT_ONCE)):
                self._client.insert(name, some, timeout=WRITE_S)
                n_rows += len(some)
            self._seal(name, n_rows, lists)

    def drop(self, name: str) -> None:
        """Remove a collection, where there is one."""
        with self.told():
            if self._client.has_collection(name, timeout=ANSWER_S):
                self._client.drop_collection(name, timeout=WRITE_S)

    def _make(self, name: str, dimension: int, text: str | None) -> None:
        from pymilvus import DataType

        schema = self._client.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("number", DataType.INT64, is_primary=True)
        schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimension)
        if text is not None:
            schema.add_field(text, DataType.VARCHAR, max_length=65_535)
        self.drop(name)  # a builder that died may have left one
        self._client.create_collection(
            name, schema=schema, consistency_level="Strong", timeout=WRITE_S
        )

    def _seal(self, name: str, n_rows: int, lists: Inverted | None = None) -> None:
        """Have the rows on the server's disk and searched; they are as many as were sent.

        Exactly, but for passages that the folder searches by lists: by as many lists.

        Raises:
            StoreError: they are not: a message was lost, or came twice.
        """
        params = self._client.prepare_index_params()
        form = ("FLAT", {}) if lists is None else ("IVF_FLAT", {"nlist": lists.n_lists})
        params.add_index("vector", index_type=form[0], metric_type="IP", params=form[1])
        self._client.flush(name, timeout=WRITE_S)
        # Loading does not wait for lists: rows not yet in one are compared one by one meanwhile.
        waits = None if lists is None else BUILD_S
        self._client.create_index(name, params, sync=waits is not None, timeout=waits or WRITE_S)
        self._client.load_collection(name, timeout=WRITE_S)
        found = self.n_rows(name)
        if found != n_rows:
            what = f"{name} holds {found} rows of {n_rows}"
            raise StoreError(self.address, what, "Run the same command again")

    def _ask(self, how: str, name: str, **what: object) -> Any:  # noqa: ANN401  (rows or hits)
        """Query or search a collection; one that a server started anew has not loaded is loaded."""
        with self.told():
            from pymilvus import MilvusException

            try:
                return getattr(self._client, how)(name, **what)
            except MilvusException as error:
                if error.code != NOT_LOADED:
                    raise
            self._client.load_collection(name, timeout=WRITE_S)
            return getattr(self._client, how)(name, **what)

    def rows(self, name: str, first: int, last: int, field: str) -> list[dict[str, Any]]:
        """Rows `first` to `last` of a collection, in order; fewer where it holds fewer."""
        found = self._ask(
            "query",
            name,
            filter=f"number >= {first} and number < {last}",
            output_fields=["number", field],
            limit=last - first,
            timeout=WRITE_S,
        )
        return sorted(found, key=lambda row: int(row["number"]))

    def n_rows(self, name: str) -> int:
        """How many rows every reader of a collection sees from now on."""
        found = self._ask(
            "query",
            name,
            filter="",
            output_fields=["count(*)"],
            consistency_level="Strong",
            timeout=WRITE_S,
        )
        return int(found[0]["count(*)"])

    def search(
        self, name: str, vector: Vectors, k: int, *, only: str = "", n_probe: int | None = None
    ) -> Hits:
        """The k best rows of a collection as (number, inner product), among those of a filter.

        Collections do not change once they are sealed, so nothing is waited for.
        """
        (found,) = self._ask(
            "search",
            name,
            data=[vector.reshape(-1).tolist()],
            limit=k,
            filter=only,
            search_params={"params": {} if n_probe is None else {"nprobe": n_probe}},
            output_fields=[],
            anns_field="vector",
            consistency_level="Eventually",
            timeout=ANSWER_S,
        )
        return [(int(hit.id), float(hit.distance)) for hit in found]
