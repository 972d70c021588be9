"""Article files -> index, the five verbs in order: read, clean, chunk, embed, index.

`build_index` makes the library what a folder holds, `add_articles` and `remove_documents` change
single documents. All three end in one new generation; what is the same is not made again.
"""

import hashlib
import logging
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path

from ingest.chunk import chunk
from ingest.clean import clean
from ingest.embed import Encoder, load_encoder
from ingest.errors import (
    ArticleError,
    IndexUnusableError,
    ModelError,
    NothingToIndexError,
    UnknownDocumentError,
)
from ingest.index import Embedded, Texts, entry_of, make_segment, write_generation, writing
from ingest.library import Article, Library, change
from ingest.options import BuildOptions
from ingest.read import read_articles
from ingest.recall import embed_new
from ingest.records import (
    ArticleReport,
    BuildReport,
    EncoderIdentity,
    Entry,
    Manifest,
    Outcome,
    Source,
)

logger = logging.getLogger(__name__)

OnProgress = Callable[[str, int, int], None]  # stage, how many just done, of how many (0: unknown)
EMPTY = Library(None, {})


def _no_progress(_stage: str, _done: int, _total: int) -> None:
    """Say nothing."""


def build_index(
    paths: Sequence[Path],
    index_dir: Path,
    *,
    options: BuildOptions | None = None,
    encoder: Encoder | None = None,
    on_progress: OnProgress = _no_progress,
) -> BuildReport:
    """Make the library what `paths` hold, and say what became of each article.

    Documents that came by `add_articles` stay. Where nothing changed, nothing is written.

    Raises:
        NothingToIndexError: no article could be read. The index that was there still answers.
        IndexBusyError: another process is writing this index.
        IndexWriteError: the disk refused.
        ModelError: the embedding model cannot be used.
    """
    started, options = time.monotonic(), options or BuildOptions()
    with writing(index_dir):
        library = _open_or_empty(index_dir)
        work = _Work(library, options, encoder, on_progress)
        articles, reports = work.read(paths, added=False)
        present = {report.document_id for report in reports}
        missing = [i for i, e in library.entries.items() if i not in present and not e.added]
        reports.extend(_removed(i) for i in missing)
        manifest = work.write(index_dir, missing, articles)
    return _report(manifest, library, articles, reports, started)


def add_articles(
    paths: Sequence[Path],
    index_dir: Path,
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
    with writing(index_dir):
        is_new = not (index_dir / "CURRENT").exists()
        library = EMPTY if is_new else Library.open(index_dir)
        work = _Work(library, options or _options_of(library), encoder, on_progress)
        articles, reports = work.read(paths, added=True)
        manifest = work.write(index_dir, (), articles)
    return _report(manifest, library, articles, reports, started)


def remove_documents(
    document_ids: Sequence[str], index_dir: Path, *, encoder: Encoder | None = None
) -> BuildReport:
    """Take documents out of the library: no answer quotes them any more. All of them, or none.

    Raises:
        UnknownDocumentError: the library has no such documents.
        IndexBusyError, IndexWriteError, IndexUnusableError: as in `add_articles`.
    """
    started = time.monotonic()
    with writing(index_dir):
        library = Library.open(index_dir)
        unknown = tuple(i for i in document_ids if i not in library.entries)
        if unknown:
            raise UnknownDocumentError(unknown, index_dir)
        work = _AsItIs(library, BuildOptions(), encoder, _no_progress)
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


class _Work:
    """One change of the library, from the articles that are read to the generation written."""

    def __init__(
        self,
        library: Library,
        options: BuildOptions,
        encoder: Encoder | None,
        on_progress: OnProgress,
    ) -> None:
        self.library = library
        self.options = options
        self.on_progress = on_progress
        self._given = encoder

    @cached_property
    def encoder(self) -> Encoder:
        """Loaded only where something has to be embedded or compared."""
        return self._given or load_encoder(self.options.model)

    @cached_property
    def options_sha256(self) -> str:
        """What the next generation is made with."""
        return self.options.sha256

    @cached_property
    def identity(self) -> EncoderIdentity:
        """Which encoder the next generation's vectors come from."""
        return self.encoder.identity

    @property
    def same_encoder(self) -> bool:
        """Whether the vectors that are there are of use."""
        return self.library.manifest is not None and self.library.manifest.encoder == self.identity

    @property
    def same_making(self) -> bool:
        """Whether the documents that are there were made as they would be made now."""
        there = self.library.manifest
        return (
            self.same_encoder and there is not None and there.options_sha256 == self.options_sha256
        )

    def read(
        self, paths: Sequence[Path], *, added: bool
    ) -> tuple[list[Article], list[ArticleReport]]:
        """Clean and chunk what is new or changed; one report line for each article.

        Raises:
            NothingToIndexError: none could be read.
        """
        articles: list[Article] = []
        reports: list[ArticleReport] = []
        for source in read_articles(paths):
            self.on_progress("read", 1, 0)
            found = source if isinstance(source, ArticleError) else self._article(source, added)
            if isinstance(found, Article):
                articles.append(found)
            reports.append(_line(found))
        if not any(report.outcome is not Outcome.SKIPPED for report in reports):
            raise NothingToIndexError(tuple(reports))
        return articles, reports

    def _article(self, source: Source, added: bool) -> Article | Entry | ArticleError:
        """The article that comes in; or its entry, where the library has it just so."""
        sha256 = source_sha256(source)
        entry = self.library.entries.get(source.id)
        if entry and (entry.source_sha256, entry.added) == (sha256, added) and self.same_making:
            return entry
        document = clean(source)
        passages = chunk(document, max_chars=self.options.max_chars)
        if not passages:
            return ArticleError(Path(source.id), "nothing but headings and page furniture")
        n = len(passages)
        entry = entry_of(document, source_sha256=sha256, n_passages=n, added=added)
        return Article(document, passages, entry)

    def write(
        self, index_dir: Path, gone: Collection[str], articles: Sequence[Article]
    ) -> Manifest:
        """The generation without the documents `gone` and with `articles`; the old one if equal."""
        there = self.library
        if there.manifest is not None and self.same_making and not gone and not articles:
            return there.manifest
        new = {article.document.id for article in articles}
        out = {i for i in there.entries if i in new or i in gone}
        if not self.same_making:
            articles = [*self._made_again(out), *articles]
            there, out = Library(None, {}), set()
        found = change(there, out, articles, partial(make_segment, embed=self._embed))
        return write_generation(
            index_dir,
            found.kept,
            found.fresh,
            encoder=self.identity,
            options_sha256=self.options_sha256,
        )

    def _made_again(self, out: Collection[str]) -> Iterator[Article]:
        """Stored documents that stay, cut anew: they were cut with other options or other code.

        Their articles are not at hand to be cleaned anew: the next build that reads them does so.
        """
        for document_id, entry in self.library.entries.items():
            if document_id not in out:
                document = self.library.document(document_id)
                passages = chunk(document, max_chars=self.options.max_chars)
                sha256 = entry.source_sha256 if entry.added else ""
                n = len(passages)
                yield Article(
                    document,
                    passages,
                    entry_of(document, source_sha256=sha256, n_passages=n, added=entry.added),
                )

    def _embed(self, texts: Texts) -> tuple[Embedded, Embedded, Embedded]:
        return embed_new(
            texts,
            tuple(self.library.segments.values()) if self.same_encoder else (),
            lambda: self.encoder,
            dimension=self.identity.dimension,
            batch_size=self.options.batch_size,
            on_progress=partial(self.on_progress, "embed"),
        )


class _AsItIs(_Work):
    """A change after which the library is still made as it was."""

    @cached_property
    def options_sha256(self) -> str:
        return self._manifest.options_sha256

    @cached_property
    def identity(self) -> EncoderIdentity:
        return self._manifest.encoder

    @cached_property
    def encoder(self) -> Encoder:
        """The encoder that made the library, and no other."""
        encoder = self._given or load_encoder(self._manifest.encoder.name)
        if encoder.identity != self._manifest.encoder:
            raise ModelError(
                encoder.identity.name,
                "it is not the model that this index was made with",
                "Build the index again: python -m ingest build",
            )
        return encoder

    @property
    def _manifest(self) -> Manifest:
        assert self.library.manifest is not None, "there is something to change"
        return self.library.manifest


def source_sha256(source: Source) -> str:
    """Of an article as it was read: text, shape and metadata."""
    return hashlib.sha256(repr(source).encode("utf-8", "surrogatepass")).hexdigest()


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
    if manifest is None or manifest.options_sha256 == BuildOptions().sha256:
        return BuildOptions()
    return BuildOptions(model=manifest.encoder.name)


def _line(found: Article | Entry | ArticleError) -> ArticleReport:
    """The report's line on one article."""
    if isinstance(found, ArticleError):
        return ArticleReport(str(found.path), Outcome.SKIPPED, None, found.reason, 0)
    if isinstance(found, Entry):
        i, n = found.document_id, found.n_passages
        return ArticleReport(i, Outcome.UNCHANGED, i, None, n)
    i, n = found.document.id, len(found.passages)
    return ArticleReport(i, Outcome.READ, i, None, n, found.document.dropped)


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
