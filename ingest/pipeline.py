"""Article files -> index, the five verbs in order: read, clean, chunk, embed, index.

`build_index` makes the library what a folder holds, `add_articles` and `remove_documents` change
single documents. All three end in one new generation; what is the same is not made again.
"""

import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ingest.change import AsItIs, Change, OnProgress, source_sha256
from ingest.chunk import chunk
from ingest.clean import clean
from ingest.embed import Encoder
from ingest.errors import IndexUnusableError, UnknownDocumentError
from ingest.index import Where, store_at
from ingest.library import Article, Library
from ingest.options import BuildOptions
from ingest.read import read_articles
from ingest.records import ArticleReport, BuildReport, Manifest, Outcome, Source
from ingest.runner import HERE, Runner

logger = logging.getLogger(__name__)

EMPTY = Library(None, {})


def _no_progress(_stage: str, _done: int, _total: int) -> None:
    """Say nothing."""


def build_index(
    paths: Sequence[Path],
    index: Where,
    *,
    options: BuildOptions | None = None,
    encoder: Encoder | None = None,
    on_progress: OnProgress = _no_progress,
    runner: Runner = HERE,
) -> BuildReport:
    """Make the library what `paths` hold, and say what became of each article.

    Documents that came by `add_articles` stay. Where nothing changed, nothing is written.
    `runner` cleans, cuts and embeds: in this process, or `ingest.distributed.on_ray`.

    Raises:
        NothingToIndexError: no article could be read. The index that was there still answers.
        IndexBusyError: another process is writing this index.
        IndexWriteError: the disk refused.
        StoreError: the server refused, or does not answer.
        ModelError: the embedding model cannot be used.
        ClusterError: the cluster that `runner` works on failed.
    """
    started, options = time.monotonic(), options or BuildOptions()
    with store_at(index).changing() as index_dir:
        library = _open_or_empty(index_dir)
        work = Change(library, options, encoder, on_progress, runner)
        articles, reports = work.read(paths, added=False)
        present = {report.document_id for report in reports}
        missing = [i for i, e in library.entries.items() if i not in present and not e.added]
        reports.extend(_removed(i) for i in missing)
        manifest = work.write(index_dir, missing, articles)
    return _report(manifest, library, articles, reports, started)


def add_articles(
    paths: Sequence[Path],
    index: Where,
    *,
    options: BuildOptions | None = None,
    encoder: Encoder | None = None,
    on_progress: OnProgress = _no_progress,
) -> BuildReport:
    """Put articles into the library, in place of documents with the same id; the rest stays.

    Without `options` the model is the one that the library was made with.

    Raises: what `build_index` does, and
        IndexUnusableError: the index is damaged, so what it holds could not be kept.
    """
    started = time.monotonic()
    with store_at(index).changing() as index_dir:
        is_new = not (index_dir / "CURRENT").exists()
        library = EMPTY if is_new else Library.open(index_dir)
        work = Change(library, options or _options_of(library), encoder, on_progress)
        articles, reports = work.read(paths, added=True)
        manifest = work.write(index_dir, (), articles)
    return _report(manifest, library, articles, reports, started)


def remove_documents(
    document_ids: Sequence[str], index: Where, *, encoder: Encoder | None = None
) -> BuildReport:
    """Take documents out of the library: no answer quotes them any more. All of them, or none.

    Raises:
        UnknownDocumentError: the library has no such documents.
        IndexBusyError, IndexWriteError, IndexUnusableError: as in `add_articles`.
    """
    started = time.monotonic()
    with store_at(index).changing() as index_dir:
        library = Library.open(index_dir)
        unknown = tuple(i for i in document_ids if i not in library.entries)
        if unknown:
            raise UnknownDocumentError(unknown, index_dir)
        work = AsItIs(library, BuildOptions(), encoder, _no_progress)
        manifest = work.write(index_dir, document_ids, ())
    return _report(manifest, library, (), [_removed(i) for i in document_ids], started)


def is_up_to_date(
    paths: Sequence[Path], index_dir: Path, *, options: BuildOptions | None = None
) -> bool:
    """Whether a build of the same articles with the same options would change nothing.

    Reads every article; cleans and embeds nothing. A damaged index is not up to date.
    """
    options = options or BuildOptions()
    try:
        library = Library.open(index_dir)
    except IndexUnusableError:
        return False
    assert library.manifest is not None
    there = {i: e.source_sha256 for i, e in library.entries.items() if not e.added}
    sources = (source for source in read_articles(paths) if isinstance(source, Source))
    found = {
        source.id: source_sha256(source)
        for source in sources
        if source.id in there or chunk(clean(source), max_chars=options.max_chars)
    }
    return library.manifest.options_sha256 == options.sha256 and there == found


def _open_or_empty(index_dir: Path) -> Library:
    """What is there; a damaged index, or one of another format, is built anew from its articles."""
    try:
        return Library.open(index_dir)
    except IndexUnusableError as error:
        if (index_dir / "CURRENT").exists():
            logger.warning(
                "%s It is built anew; documents that were added must be added again.", error
            )
        return EMPTY


def _options_of(library: Library) -> BuildOptions:
    """The options that a library was made with; where they cannot be had again, with its model."""
    manifest = library.manifest
    if manifest is None:
        return BuildOptions()
    default = BuildOptions(search=manifest.search)
    if manifest.options_sha256 == default.sha256:
        return default
    return replace(default, model=manifest.encoder.name)


def _removed(document_id: str) -> ArticleReport:
    return ArticleReport(document_id, Outcome.REMOVED, document_id, None, 0)


def _report(
    manifest: Manifest,
    library: Library,
    articles: Sequence[Article],
    reports: Sequence[ArticleReport],
    started: float,
) -> BuildReport:
    """What became of each article; those that are elsewhere word for word say where."""
    first: dict[str, str] = {}
    words = {article.document.id: article.entry.words_sha256 for article in articles}
    for i, sha256 in ({i: e.words_sha256 for i, e in library.entries.items()} | words).items():
        first.setdefault(sha256, i)
    lines = tuple(
        replace(line, same_as=twin)
        if line.document_id in words
        and (twin := first[words[line.document_id]]) != line.document_id
        else line
        for line in reports
    )
    return BuildReport(manifest.generation, lines, manifest.n_passages, time.monotonic() - started)
