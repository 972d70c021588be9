"""A library on a Milvus server: many machines ask it, one builds. Only this file imports pymilvus.

    quoth                                  alias: the generation that answers
    quoth_<generation>                     its manifest, in pieces
    quoth_<segment>_files                  texts, places, postings, keys: whole files, in pieces
    quoth_<segment>_passages, _questions, _statements   vectors, searched by the server

A generation is built in a folder of this machine, as ever, and handed over: its new segments are
written under names of their own, counted, and then the alias is moved, in one step. Segments never
change, so a reader that began with one generation ends with it. What a quote is cut from, and all
that BM25 and the decision need, is read whole and checked against its sha256; the server computes
cosines and nothing else, so replies are those of the folder.
"""

import base64
import hashlib
import logging
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from ingest.embed import Vectors
from ingest.errors import IndexUnusableError, StoreError
from ingest.index import codec, disk, generations
from ingest.index.dense import Hits, checked_query
from ingest.index.parts import PartedIndex
from ingest.index.segment import (
    VECTORS,
    Segment,
    read_segment,
    statement_rows,
)
from ingest.index.statements import StatementIndex
from ingest.index.store import Index, Searched, check_index, index_of
from ingest.records import Artefact, Inverted, Manifest

SCHEME = "milvus+"
ALIAS = "quoth"
PIECE = 45_000  # bytes of a file in one row: 60,000 characters in base64, Milvus allows 65,535
ROWS_AT_ONCE = 500  # rows in one message: 30 MB of files; the server takes 64 MiB
MOST_HITS = 16_384  # Milvus gives no more to one search
ANSWER_S = 5.0  # a call waits so long, and is tried again meanwhile, with growing pauses
BUILD_S = 3600.0  # lists over a million passages take minutes
WRITE_S = 120.0  # the same for a call that writes or makes ready
RECONNECT_MS = 1000  # a lost connection is tried anew so often; left alone, after up to 2 minutes
LOOK_S = 1.0  # the name of the current generation is asked for no more often than this
NOT_THERE, NOT_LOADED = 100, 101  # Milvus' error codes, of a collection

Row = dict[str, Any]


class MilvusStore:
    """One library on a Milvus server, with a working copy in `folder` for those who build.

    `address` is milvus+http://host:19530, milvus+https://…, or milvus+lite:PATH.db for a file that
    Milvus Lite keeps within this process.
    """

    def __init__(
        self, address: str, folder: Path | str, *, token: str = "", database: str = ""
    ) -> None:
        if not address.startswith(SCHEME):
            raise StoreError(address, f"an address begins with {SCHEME}http://", "Write it so")
        self.address = address
        self.folder = Path(folder)
        self._token, self._database = token, database
        self._looked: tuple[float, str | None, str | None] = (-LOOK_S, None, None)

    @cached_property
    def _client(self) -> Any:  # noqa: ANN401  (pymilvus ships no types)
        with self._told():
            from pymilvus import MilvusClient
        # They log whole calls with their traceback; what went wrong is in our own error.
        for name in ("pymilvus", "grpc"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        uri = self.address.removeprefix(SCHEME)
        uri = uri.removeprefix("lite:") if uri.startswith("lite:") else uri
        with self._told():
            return MilvusClient(
                uri=uri,
                token=self._token,
                db_name=self._database,
                timeout=ANSWER_S,
                grpc_options={"grpc.max_reconnect_backoff_ms": RECONNECT_MS},
            )

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what the client raises into one error that says what to do. It names no secret."""
        try:
            from grpc import RpcError
            from pymilvus import MilvusException
        except ImportError as error:
            what = "the client of Milvus is not installed"
            raise StoreError(self.address, what, "Run: pip install 'quoth[milvus]'") from error
        try:
            yield
        except (MilvusException, RpcError, ConnectionError) as error:
            said = str(getattr(error, "message", "") or type(error).__name__).partition("\n")[0]
            refused = any(word in said.lower() for word in ("auth", "token", "permission"))
            remedy = (
                "Check QUOTH_STORE_TOKEN" if refused else "See that the server runs, then try again"
            )
            raise StoreError(self.address, said[:200], remedy) from error

    def current(self) -> str | None:
        """The name behind the alias, asked for at most once a second."""
        return self._look()[1]

    def trouble(self) -> str | None:
        """What the server's last answer, at most a second old, was instead of a name."""
        return self._look()[2]

    def _look(self) -> tuple[float, str | None, str | None]:
        if time.monotonic() - self._looked[0] >= LOOK_S:
            try:
                self._looked = (time.monotonic(), self._current(), None)
            except StoreError as error:
                self._looked = (time.monotonic(), None, str(error))
        return self._looked

    def _current(self) -> str | None:
        """The generation that the alias stands for now; None where nothing was ever built."""
        with self._told():
            from pymilvus import MilvusException

            try:
                found = self._client.describe_collection(ALIAS, timeout=ANSWER_S)
            except MilvusException as error:
                if error.code == NOT_THERE:
                    return None
                raise
            return _generation_of(str(found["collection_name"]))

    def load(self) -> Index:
        """As `Store.load`. Documents, passages and postings are read into memory, vectors not."""
        generation = self._current()
        if generation is None:
            what = f"There is no index at {self.address}."
            raise IndexUnusableError(self.folder, what)
        manifest, _ = self._manifest(generation)
        with tempfile.TemporaryDirectory() as name, self._told():
            folder = Path(name)
            for segment in manifest.segments:
                (folder / segment).mkdir()
            for artefact in manifest.artefacts:
                if not _is_of_vectors(artefact):
                    self._fetch_file(manifest, artefact, folder / artefact.name)
            segments = [read_segment(folder / s, vectors=False) for s in manifest.segments]
            return index_of(manifest, segments, self._searched(manifest, segments), self.folder)

    def _searched(self, manifest: Manifest, segments: Sequence[Segment]) -> Searched:
        parts: dict[str, list[MilvusVectors]] = {kind: [] for kind in VECTORS}
        for name, segment in zip(manifest.segments, segments, strict=True):
            sizes = (len(segment), len(segment.question_rows), len(segment.statement_rows))
            for kind, size in zip(VECTORS, sizes, strict=True):
                lists = dict(manifest.inverted).get(name) if kind == "passages" else None
                part = MilvusVectors(self, _collection(name, kind), size, manifest, lists)
                part.refuse_other_size()
                parts[kind].append(part)
        passages, questions, statements = (PartedIndex(parts[kind]) for kind in VECTORS)
        rows = statement_rows(segments)
        return Searched(passages, questions, StatementIndex(_Numbered(statements), rows))

    @contextmanager
    def changing(self) -> Iterator[Path]:
        """As `Store.changing`: the working copy is brought up to date, and handed over at the end.

        What an earlier build made and could not hand over is kept, and handed over now. One builder
        at a time: a second one on another machine is noticed before the alias moves, and refused.
        """
        with generations.writing(self.folder):
            before = self._current()
            self._bring_up_to_date(before)
            yield self.folder
            self._hand_over(before)

    def _bring_up_to_date(self, there: str | None) -> None:
        try:
            mine: Manifest | None = check_index(self.folder)[0]
        except IndexUnusableError:  # none yet, or a damaged one: fetched anew
            mine = None
        if there is None or (mine is not None and there in (mine.generation, mine.previous)):
            return
        manifest, said = self._manifest(there)
        known = dict(_files_of(self.folder)) if mine is not None else {}
        disk.remove_tree(generations.folder_of(self.folder, there))
        folder = generations.begin(self.folder, there)
        with self._told():
            for segment in manifest.segments:
                disk.make_folder(folder / segment)
                for artefact in manifest.artefacts:
                    if artefact.name.startswith(f"{segment}/"):
                        self._fetch(manifest, artefact, folder / artefact.name, known)
                disk.sync_folder(folder / segment)
        generations.publish(self.folder, there, said)

    def _fetch(
        self, manifest: Manifest, artefact: Artefact, target: Path, known: Mapping[str, Path]
    ) -> None:
        """One file of a generation into the working copy: from its neighbour or the server."""
        if artefact.sha256 in known:
            disk.link_file(known[artefact.sha256], target)
        elif _is_of_vectors(artefact):
            segment, kind = artefact.name.removesuffix(".npy").split("/")
            part = MilvusVectors(self, _collection(segment, kind), None, manifest)
            dtype = np.float16 if kind == "statements" else np.float32
            written = disk.write_array(target, part.vectors().astype(dtype))
            self._refuse_altered(written, artefact)
        else:
            self._fetch_file(manifest, artefact, target)

    def _fetch_file(self, manifest: Manifest, artefact: Artefact, target: Path) -> None:
        segment = artefact.name.partition("/")[0]
        first = _first_pieces(manifest, segment)[artefact.name]
        collection = _collection(segment, "files")
        pieces = self._pieces(collection, first, first + _n_pieces(artefact))
        self._refuse_altered(disk.write_file(target, pieces), artefact)

    def _refuse_altered(self, written: Artefact, artefact: Artefact) -> None:
        if (written.n_bytes, written.sha256) != (artefact.n_bytes, artefact.sha256):
            what = f"{artefact.name} at {self.address} is not what its manifest says."
            raise IndexUnusableError(self.folder, what, artefact.name)

    def _manifest(self, generation: str) -> tuple[Manifest, bytes]:
        """The manifest of a generation, and its bytes; row 0 holds their sha256."""
        with self._told():
            sha256, *parts = self._pieces(_collection(generation), 0, None)
        said = b"".join(parts)
        if hashlib.sha256(said).hexdigest().encode() != sha256:
            what = f"The manifest of {generation} at {self.address} was altered."
            raise IndexUnusableError(self.folder, what, generations.MANIFEST)
        return codec.manifest_from_json(said.decode()), said

    def _hand_over(self, before: str | None) -> None:
        """Write what the server lacks, count it, move the alias, and drop what nobody needs now."""
        manifest, folder = check_index(self.folder)
        if manifest.generation == before:
            return
        with self._told():
            self._refuse_overtaken(before)
            kept = self._manifest(before)[0].segments if before else ()
            for segment in manifest.segments:
                if segment not in kept:
                    self._write_segment(manifest, segment, folder)
            said = (folder / generations.MANIFEST).read_bytes()
            sha256 = hashlib.sha256(said).hexdigest().encode()
            self._write_pieces(_collection(manifest.generation), [sha256, *_cut(said)])
            self._refuse_overtaken(before)
            move = self._client.alter_alias if before else self._client.create_alias
            move(_collection(manifest.generation), ALIAS, timeout=WRITE_S)
            self._looked = (-LOOK_S, None, None)
            needed = self._names(manifest.segments, manifest.generation)
            self._sweep(needed | self._names(kept, before))

    def _refuse_overtaken(self, before: str | None) -> None:
        now = self._current()
        if now != before:
            what = f"another build came first: {now} answers, not {before}"
            raise StoreError(self.address, what, "Run the same command again")

    def _sweep(self, needed: set[str]) -> None:
        """Readers may still be with the generation before; others', and what died, is dropped."""
        for name in set(self._client.list_collections(timeout=ANSWER_S)) - needed:
            if name.startswith(f"{ALIAS}_"):
                self.drop(name)

    def _names(self, segments: Iterable[str], generation: str | None) -> set[str]:
        """The collections of a generation."""
        kinds = ("files", *VECTORS)
        names = {_collection(segment, kind) for segment in segments for kind in kinds}
        return names | ({_collection(generation)} if generation else set())

    def _write_segment(self, manifest: Manifest, segment: str, folder: Path) -> None:
        files = [a for a in _artefacts(manifest, segment) if not _is_of_vectors(a)]
        pieces = (piece for a in files for piece in _cut((folder / a.name).read_bytes()))
        self._write_pieces(_collection(segment, "files"), pieces)
        whole = read_segment(folder / segment)
        ids = [codec.places_from_line(line.decode())[0].document_id for line in whole.passages]
        dimension = manifest.encoder.dimension
        for kind, embedded in (
            ("questions", whole.question_vectors),
            ("statements", whole.statement_vectors),
        ):
            self.write(_collection(segment, kind), dimension, _rows(embedded.vectors))
        self.write(
            _collection(segment, "passages"),
            dimension,
            _rows(whole.passage_vectors.vectors, document_id=ids),
            text="document_id",
            lists=dict(manifest.inverted).get(segment),
        )

    def _write_pieces(self, name: str, pieces: Iterable[bytes]) -> None:
        """Milvus has no collection without vectors: files get two numbers for one."""
        rows: Iterator[Row] = (
            {"number": n, "vector": [1.0, 0.0], "content": base64.b64encode(piece).decode()}
            for n, piece in enumerate(pieces)
        )
        self.write(name, 2, rows, text="content")

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
        with self._told():
            self._make(name, dimension, text)
            n_rows = 0
            while some := list(islice(rows, ROWS_AT_ONCE)):
                self._client.insert(name, some, timeout=WRITE_S)
                n_rows += len(some)
            self._seal(name, n_rows, lists)

    def drop(self, name: str) -> None:
        """Remove a collection, where there is one."""
        with self._told():
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

    def _pieces(self, name: str, first: int, last: int | None) -> Iterator[bytes]:
        """Rows `first` to `last` (None: all) of a collection of files, in order."""
        last = self.n_rows(name) if last is None else last
        for at in range(first, last, ROWS_AT_ONCE // 10):
            end = min(at + ROWS_AT_ONCE // 10, last)
            rows = self.rows(name, at, end, "content")
            for row in rows:
                yield base64.b64decode(row["content"])

    def _ask(self, how: str, name: str, **what: object) -> Any:  # noqa: ANN401  (rows or hits)
        """Query or search a collection; one that a server started anew has not loaded is loaded."""
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

        Raises:
            StoreError: the server does not answer.
        """
        with self._told():
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


class MilvusVectors:
    """The vectors of one kind in one segment, searched by the server."""

    def __init__(
        self,
        store: MilvusStore,
        name: str,
        size: int | None,
        manifest: Manifest,
        lists: Inverted | None = None,
    ) -> None:
        self._store = store
        self._name = name
        self._size = store.n_rows(name) if size is None else size
        self.dimension = manifest.encoder.dimension
        self._lists = lists

    def refuse_other_size(self) -> None:
        """Compare the server's rows with what the segment says it has.

        Raises:
            IndexUnusableError: there are more, or fewer.
        """
        found = self._store.n_rows(self._name)
        if found != self._size:
            what = f"{self._name} at {self._store.address} holds {found} rows of {self._size}."
            raise IndexUnusableError(self._store.folder, what, self._name)

    def __len__(self) -> int:
        return self._size

    def search(self, vector: Vectors, k: int) -> Hits:
        """The k best rows as (row, cosine), best first, ties by row."""
        query = checked_query(vector, self.dimension)
        wanted = min(k, len(self), MOST_HITS)
        if wanted < 1:
            return []
        n_probe = self._lists.n_probe if self._lists else None
        hits = self._store.search(self._name, query, wanted, n_probe=n_probe)
        return sorted(hits, key=lambda hit: (-hit[1], hit[0]))

    def scores(self, rows: Sequence[int], vector: Vectors) -> Hits:
        """The cosine of each named row with `vector`, in the order of `rows`."""
        found: dict[int, float] = {}
        for at in range(0, len(rows), MOST_HITS):
            some = list(rows[at : at + MOST_HITS])
            only = f"number in {some}"
            n_probe = self._lists.n_lists if self._lists else None  # every list: none may be missed
            hits = self._store.search(self._name, vector, len(some), only=only, n_probe=n_probe)
            found.update(hits)
        return [(row, found[row]) for row in rows]

    def vectors(self) -> Vectors:
        """All rows, float32 (n, d), fetched from the server."""
        found = np.zeros((len(self), self.dimension), dtype=np.float32)
        for at in range(0, len(self), ROWS_AT_ONCE):
            rows = self._store.rows(self._name, at, at + ROWS_AT_ONCE, "vector")
            found[at : at + len(rows)] = [row["vector"] for row in rows]
        return found

    def in_memory(self) -> list[Vectors]:
        """None of them."""
        return []


class _Numbered:
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


def store_from(
    address: str | None, folder: Path, *, token: str = "", database: str = ""
) -> "MilvusStore | Path":
    """The server's library where an address is given, else the folder's."""
    return MilvusStore(address, folder, token=token, database=database) if address else folder


def _collection(name: str, kind: str = "") -> str:
    """Milvus takes letters, digits and underscores."""
    return "_".join([ALIAS, name.replace("-", "_"), *([kind] if kind else [])])


def _generation_of(collection: str) -> str:
    """The generation that `_collection` made a name of."""
    return "-".join(collection.removeprefix(f"{ALIAS}_").rsplit("_", 1))


def _rows(vectors: np.ndarray, **texts: Sequence[str]) -> Iterator[Row]:
    """The rows of a collection, numbered from 0; each of `texts` has one for every vector."""
    for number, vector in enumerate(vectors):
        about = {field: values[number] for field, values in texts.items()}
        yield {"number": number, "vector": np.asarray(vector, dtype=np.float32), **about}


def _is_of_vectors(artefact: Artefact) -> bool:
    return artefact.name.partition("/")[2] in {f"{kind}.npy" for kind in VECTORS}


def _artefacts(manifest: Manifest, segment: str) -> list[Artefact]:
    return [a for a in manifest.artefacts if a.name.startswith(f"{segment}/")]


def _first_pieces(manifest: Manifest, segment: str) -> dict[str, int]:
    """In which row the first piece of each file of a segment is."""
    firsts, at = {}, 0
    for artefact in _artefacts(manifest, segment):
        if not _is_of_vectors(artefact):
            firsts[artefact.name] = at
            at += _n_pieces(artefact)
    return firsts


def _n_pieces(artefact: Artefact) -> int:
    return -(-artefact.n_bytes // PIECE)


def _cut(content: bytes) -> list[bytes]:
    return [content[at : at + PIECE] for at in range(0, len(content), PIECE)]


def _files_of(folder: Path) -> Iterator[tuple[str, Path]]:
    """The files of the working copy's generation by their sha256."""
    manifest, at = check_index(folder)
    for artefact in manifest.artefacts:
        yield artefact.sha256, at / artefact.name
