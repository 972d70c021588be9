"""Where a library's generations live: in a folder of this machine, or on a server that many use."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol, runtime_checkable

from ingest.index import generations
from ingest.index.store import Index, load_generation


@runtime_checkable
class Store(Protocol):
    """One library, of which one generation answers at a time."""

    @property
    def folder(self) -> Path:
        """The index folder of this machine: the library itself, or a working copy of it."""

    def current(self) -> str | None:
        """The name of the generation that answers; None where it cannot be told. Cheap."""

    def trouble(self) -> str | None:
        """Why nothing can be asked of it just now; None when all is well."""

    def load(self) -> Index:
        """The current generation, verified.

        Raises:
            IndexUnusableError: there is none, or it is damaged.
            StoreError: the server does not answer, or refuses.
        """

    def changing(self) -> AbstractContextManager[Path]:
        """Be the one who changes it: a folder with the current generation, to build the next in.

        What that folder holds at the end answers everywhere; after an error nothing has changed.

        Raises:
            IndexBusyError: another process is at it.
            IndexWriteError, StoreError: the disk or the server refused.
        """


class FolderStore:
    """The default: FAISS files in a folder."""

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)

    def current(self) -> str | None:
        """From one small file."""
        return generations.current_generation(self.folder)

    def trouble(self) -> str | None:
        """None: a generation that was loaded answers whatever becomes of its files."""
        return None

    def load(self) -> Index:
        """As `Store.load`."""
        return load_generation(self.folder)

    @contextmanager
    def changing(self) -> Iterator[Path]:
        """As `Store.changing`."""
        with generations.writing(self.folder):
            yield self.folder


Where = Store | Path | str  # a store, or the folder of one


def store_at(where: Where) -> Store:
    """The store itself, or the one in a folder."""
    return FolderStore(where) if isinstance(where, Path | str) else where


def load_index(where: Where) -> Index:
    """The current generation of a store or of a folder, verified before it is read.

    Raises:
        IndexUnusableError: there is none, or a file of it is missing or altered.
        StoreError: a server does not answer, or refuses.
    """
    return store_at(where).load()


def current_generation(where: Where) -> str | None:
    """The name of the generation that answers; None where it cannot be told.

    What is loaded under another name is out of date.
    """
    return store_at(where).current()
