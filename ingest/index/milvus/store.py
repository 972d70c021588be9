"""A library on a Milvus server: many machines ask it, one builds.

A generation is built in a folder of this machine, as ever, and handed over: its new segments are
written under names of their own, counted, and then the alias is moved, in one step. Segments never
change, so a reader that began with one generation ends with it. What a quote is cut from, and all
that BM25 and the decision need, is read whole and checked against its sha256; the server computes
cosines and nothing else, so replies are those of the folder.
"""

import hashlib
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from ingest.errors import IndexUnusableError, StoreError
from ingest.index import codec, disk, generations
from ingest.index.milvus.files import cut, n_pieces, read_pieces, write_pieces
from ingest.index.milvus.names import (
    ALIAS,
    artefacts_of,
    collection,
    collections_of,
    generation_of,
    has_safe_names,
    is_of_vectors,
)
from ingest.index.milvus.server import Row, Server
from ingest.index.milvus.vectors import MilvusStatements, MilvusVectors
from ingest.index.parts import PartedIndex
from ingest.index.segment import VECTORS, Segment, read_segment, statement_rows
from ingest.index.statements import StatementIndex
from ingest.index.store import Index, Searched, check_index, index_of
from ingest.records import Artefact, Manifest

LOOK_S = 1.0  # the name of the current generation is asked for no more often than this


class MilvusStore:
    """One library on a Milvus server, with a working copy in `folder` for those who build.

    `address` is milvus+http://host:19530, milvus+https://…, or milvus+lite:PATH.db for a file that
    Milvus Lite keeps within this process.

    Raises:
        StoreError: the address is none of these.
    """

    def __init__(
        self, address: str, folder: Path | str, *, token: str = "", database: str = ""
    ) -> None:
        self.server = Server(address, token=token, database=database)
        self.folder = Path(folder)
        self._looked: tuple[float, str | None, str | None] = (-LOOK_S, None, None)

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
        found = self.server.resolve(ALIAS)
        return None if found is None else generation_of(found)

    def load(self) -> Index:
        """As `Store.load`. Documents, passages and postings are read into memory, vectors not."""
        generation = self._current()
        if generation is None:
            what = f"There is no index at {self.server.address}."
            raise IndexUnusableError(self.folder, what)
        manifest, _ = self._manifest(generation)
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for segment in manifest.segments:
                (folder / segment).mkdir()
                for artefact in artefacts_of(manifest, segment):
                    if not is_of_vectors(artefact):
                        self._fetch_file(manifest, artefact, folder / artefact.name)
            segments = [read_segment(folder / s, vectors=False) for s in manifest.segments]
            return index_of(manifest, segments, self._searched(manifest, segments), self.folder)

    def _searched(self, manifest: Manifest, segments: Sequence[Segment]) -> Searched:
        parts: dict[str, list[MilvusVectors]] = {kind: [] for kind in VECTORS}
        for name, segment in zip(manifest.segments, segments, strict=True):
            sizes = (len(segment), len(segment.question_rows), len(segment.statement_rows))
            for kind, size in zip(VECTORS, sizes, strict=True):
                parts[kind].append(self._vectors(manifest, name, kind, size))
        passages, questions, statements = (PartedIndex(parts[kind]) for kind in VECTORS)
        rows = statement_rows(segments)
        return Searched(passages, questions, StatementIndex(MilvusStatements(statements), rows))

    def _vectors(self, manifest: Manifest, segment: str, kind: str, size: int) -> MilvusVectors:
        """Those of one kind in one segment; refused where the server has more, or fewer."""
        name = collection(segment, kind)
        found = self.server.n_rows(name)
        if found != size:
            what = f"{name} at {self.server.address} holds {found} rows of {size}."
            raise IndexUnusableError(self.folder, what, name)
        lists = dict(manifest.inverted).get(segment) if kind == "passages" else None
        return MilvusVectors(self.server, name, size, manifest.encoder.dimension, lists)

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
        for segment in manifest.segments:
            disk.make_folder(folder / segment)
            for artefact in artefacts_of(manifest, segment):
                self._fetch(manifest, artefact, folder / artefact.name, known)
            disk.sync_folder(folder / segment)
        generations.publish(self.folder, there, said)

    def _fetch(
        self, manifest: Manifest, artefact: Artefact, target: Path, known: Mapping[str, Path]
    ) -> None:
        """One file of a generation into the working copy: from its neighbour or the server."""
        if artefact.sha256 in known:
            disk.link_file(known[artefact.sha256], target)
        elif is_of_vectors(artefact):
            name = collection(*artefact.name.removesuffix(".npy").split("/"))
            size = self.server.n_rows(name)
            part = MilvusVectors(self.server, name, size, manifest.encoder.dimension)
            dtype = np.float16 if name.endswith("_statements") else np.float32
            written = disk.write_array(target, part.vectors().astype(dtype))
            self._refuse_altered(written, artefact)
        else:
            self._fetch_file(manifest, artefact, target)

    def _fetch_file(self, manifest: Manifest, artefact: Artefact, target: Path) -> None:
        segment = artefact.name.partition("/")[0]
        before = artefacts_of(manifest, segment)
        before = before[: before.index(artefact)]
        first = sum(n_pieces(a) for a in before if not is_of_vectors(a))
        last = first + n_pieces(artefact)
        pieces = read_pieces(self.server, collection(segment, "files"), first, last)
        self._refuse_altered(disk.write_file(target, pieces), artefact)

    def _refuse_altered(self, written: Artefact, artefact: Artefact) -> None:
        if (written.n_bytes, written.sha256) != (artefact.n_bytes, artefact.sha256):
            what = f"{artefact.name} at {self.server.address} is not what its manifest says."
            raise IndexUnusableError(self.folder, what, artefact.name)

    def _manifest(self, generation: str) -> tuple[Manifest, bytes]:
        """The manifest of a generation, and its bytes; row 0 holds their sha256."""
        sha256, *parts = read_pieces(self.server, collection(generation))
        said = b"".join(parts)
        if hashlib.sha256(said).hexdigest().encode() != sha256:
            what = f"The manifest of {generation} at {self.server.address} was altered."
            raise IndexUnusableError(self.folder, what, generations.MANIFEST)
        manifest = codec.manifest_from_json(said.decode())
        if not has_safe_names(manifest):
            what = f"The manifest of {generation} at {self.server.address} names odd files."
            raise IndexUnusableError(self.folder, what, generations.MANIFEST)
        return manifest, said

    def _hand_over(self, before: str | None) -> None:
        """Write what the server lacks, count it, move the alias, and drop what nobody needs now."""
        manifest, folder = check_index(self.folder)
        if manifest.generation == before:
            return
        self._refuse_overtaken(before)
        kept = self._manifest(before)[0].segments if before else ()
        for segment in manifest.segments:
            if segment not in kept:
                self._write_segment(manifest, segment, folder)
        said = (folder / generations.MANIFEST).read_bytes()
        sha256 = hashlib.sha256(said).hexdigest().encode()
        write_pieces(self.server, collection(manifest.generation), [sha256, *cut(said)])
        self._refuse_overtaken(before)
        self.server.point(ALIAS, collection(manifest.generation), is_new=before is None)
        self._looked = (-LOOK_S, None, None)
        needed = collections_of(manifest.segments, manifest.generation)
        self._sweep(needed | collections_of(kept, before))

    def _refuse_overtaken(self, before: str | None) -> None:
        now = self._current()
        if now != before:
            what = f"another build came first: {now} answers, not {before}"
            raise StoreError(self.server.address, what, "Run the same command again")

    def _sweep(self, needed: set[str]) -> None:
        """Readers may still be with the generation before; others', and what died, is dropped."""
        for name in self.server.collections() - needed:
            if name.startswith(f"{ALIAS}_"):
                self.server.drop(name)

    def _write_segment(self, manifest: Manifest, segment: str, folder: Path) -> None:
        files = [a for a in artefacts_of(manifest, segment) if not is_of_vectors(a)]
        pieces = (piece for a in files for piece in cut((folder / a.name).read_bytes()))
        write_pieces(self.server, collection(segment, "files"), pieces)
        whole = read_segment(folder / segment)
        ids = [codec.places_from_line(line.decode())[0].document_id for line in whole.passages]
        dimension = manifest.encoder.dimension
        for kind, embedded in (
            ("questions", whole.question_vectors),
            ("statements", whole.statement_vectors),
        ):
            self.server.write(collection(segment, kind), dimension, _rows(embedded.vectors))
        self.server.write(
            collection(segment, "passages"),
            dimension,
            _rows(whole.passage_vectors.vectors, document_id=ids),
            text="document_id",
            lists=dict(manifest.inverted).get(segment),
        )


def store_from(
    address: str | None, folder: Path, *, token: str = "", database: str = ""
) -> "MilvusStore | Path":
    """The server's library where an address is given, else the folder's."""
    return MilvusStore(address, folder, token=token, database=database) if address else folder


def _files_of(folder: Path) -> Iterator[tuple[str, Path]]:
    """The files of the working copy's generation by their sha256."""
    manifest, at = check_index(folder)
    for artefact in manifest.artefacts:
        yield artefact.sha256, at / artefact.name


def _rows(vectors: np.ndarray, **texts: Sequence[str]) -> Iterator[Row]:
    """The rows of a collection, numbered from 0; each of `texts` has one for every vector."""
    for number, vector in enumerate(vectors):
        about = {field: values[number] for field, values in texts.items()}
        yield {"number": number, "vector": np.asarray(vector, dtype=np.float32), **about}
