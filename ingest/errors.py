"""What can go wrong on the way from article to index.

IngestError
├── ArticleError          one article cannot be read; the build goes on without it and says so
├── WebError              an address may not be asked, or does not give an article
├── NothingToIndexError   no article could be read at all
├── ModelError            the embedding model is missing, altered or not the one asked for
├── ClusterError          the cluster that was to build cannot be had, or failed
├── IndexBusyError        another process is writing this index
├── IndexWriteError       the index cannot be written: disk full, no permission; the old one stays
├── StoreError            the server that holds the index does not answer, or refuses
├── UnknownDocumentError  what is to be removed is not in the library
└── IndexUnusableError    there is no index, or it is damaged, or made by something else
"""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest.records import ArticleReport


class IngestError(Exception):
    """Base of everything that ingest raises on purpose. Its message says what to do next."""


class ArticleError(IngestError):
    """One article cannot be read. Fields: `path`, `reason`."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class WebError(IngestError):
    """An article cannot be had from the web. Fields: `url`, `reason`."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url}: {reason}")
        self.url = url
        self.reason = reason


class NothingToIndexError(IngestError):
    """No article could be read. Field: `articles`, a report line on each that was tried."""

    def __init__(self, articles: "tuple[ArticleReport, ...]") -> None:
        tried = (f"\n  {article.path}: {article.reason}" for article in articles)
        lines = "".join(tried) or " no article files were found."
        super().__init__(
            f"Nothing to index:{lines}\nName a folder with articles"
            " (.md, .txt, .html, .pdf, .docx, .epub, .jsonl):"
            " python -m ingest build corpus --index .index"
        )
        self.articles = articles


class ModelError(IngestError):
    """The embedding model cannot be used. Field: `model`, as it was asked for."""

    def __init__(self, model: str, what: str, remedy: str) -> None:
        super().__init__(f"Model {model!r}: {what}. {remedy}")
        self.model = model


class ClusterError(IngestError):
    """The cluster cannot be used. Field: `address`; None is one on this machine alone."""

    def __init__(self, address: str | None, what: str, remedy: str) -> None:
        where = f"The cluster at {address}" if address else "Ray on this machine"
        super().__init__(f"{where}: {what}. {remedy}")
        self.address = address


class IndexBusyError(IngestError):
    """Another process holds the writer's lock. Field: `index_dir`."""

    def __init__(self, index_dir: Path) -> None:
        super().__init__(
            f"Another process is writing the index at {index_dir}."
            " Wait for it to end, then try again."
        )
        self.index_dir = index_dir


class IndexWriteError(IngestError):
    """The disk refused. Fields: `index_dir`, `why`, in the operating system's words."""

    def __init__(self, index_dir: Path, why: str) -> None:
        super().__init__(
            f"The index at {index_dir} could not be written: {why}. The index that was there still"
            " answers. Make room, or allow writing there, then run the same command again."
        )
        self.index_dir = index_dir
        self.why = why


class StoreError(IngestError):
    """The server that holds the index does not answer, or refuses. Field: `address`."""

    def __init__(self, address: str, what: str, remedy: str) -> None:
        super().__init__(f"The index at {address} cannot be used: {what}. {remedy}.")
        self.address = address


class UnknownDocumentError(IngestError):
    """The library holds no such documents. Field: `document_ids`. Nothing was removed."""

    def __init__(self, document_ids: tuple[str, ...], index_dir: Path) -> None:
        super().__init__(
            f"Not in the library: {', '.join(document_ids)}. Nothing was removed."
            f" See what is in it: python -m ingest list --index {index_dir}"
        )
        self.document_ids = document_ids


class IndexUnusableError(IngestError):
    """There is no usable index. Fields: `index_dir`, `artefact` (the file at fault, if one is)."""

    def __init__(self, index_dir: Path, what: str, artefact: str | None = None) -> None:
        super().__init__(f"{what} Build it: python -m ingest build corpus --index {index_dir}")
        self.index_dir = index_dir
        self.artefact = artefact
