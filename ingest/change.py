"""One change of a library: what is read, what is made anew, and the generation it ends in."""

import hashlib
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cached_property, partial
from pathlib import Path

from ingest.chunk import chunk
from ingest.embed import Encoder, load_encoder
from ingest.errors import ArticleError, ModelError, NothingToIndexError
from ingest.index import Embedded, Texts, entry_of, make_segment, write_generation
from ingest.library import Article, Library, change
from ingest.options import BuildOptions
from ingest.read import read_articles
from ingest.recall import embed_new
from ingest.records import (
    ArticleReport,
    EncoderIdentity,
    Entry,
    Manifest,
    Outcome,
    Search,
    Source,
)
from ingest.runner import HERE, Cut, Runner

OnProgress = Callable[[str, int, int], None]  # stage, how many just done, of how many (0: unknown)


class Change:
    """One change of the library, from the articles that are read to the generation written."""

    def __init__(
        self,
        library: Library,
        options: BuildOptions,
        encoder: Encoder | None,
        on_progress: OnProgress,
        runner: Runner = HERE,
    ) -> None:
        self.library = library
        self.options = options
        self.on_progress = on_progress
        self.runner = runner
        self._given = encoder

    @cached_property
    def encoder(self) -> Encoder:
        """Loaded only where something has to be embedded or compared."""
        return self._given or load_encoder(self.options.model)

    @cached_property
    def options_sha256(self) -> str:
        """What the next generation is made with."""
        return self.options.sha256

    @property
    def search(self) -> Search:
        """How its passages are to be searched."""
        return self.options.search

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
        told: list[Entry | ArticleError | str] = []
        cuts = iter(list(self.runner.cut(self._coming(paths, added, told), self.options)))
        for known in told:
            found = self._article(next(cuts), known, added) if isinstance(known, str) else known
            if isinstance(found, Article):
                articles.append(found)
            reports.append(_line(found))
        if not any(report.outcome is not Outcome.SKIPPED for report in reports):
            raise NothingToIndexError(tuple(reports))
        return articles, reports

    def _coming(
        self, paths: Sequence[Path], added: bool, told: list[Entry | ArticleError | str]
    ) -> Iterator[Source]:
        """The sources that come in; `told` gets what is known of each article before it is cut.

        That is the sha256 of its source; or its entry, where the library has it just so; or why it
        cannot be read.
        """
        for source in read_articles(paths):
            self.on_progress("read", 1, 0)
            if isinstance(source, ArticleError):
                told.append(source)
                continue
            sha256 = source_sha256(source)
            entry = self.library.entries.get(source.id)
            if entry and (entry.source_sha256, entry.added) == (sha256, added) and self.same_making:
                told.append(entry)
                continue
            told.append(sha256)
            yield source

    def _article(self, cut: Cut, sha256: str, added: bool) -> Article | ArticleError:
        """The article that comes in; an error where it has nothing to quote."""
        document, passages = cut
        if not passages:
            return ArticleError(Path(document.id), "nothing but headings and page furniture")
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
            search=self.search,
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
            partial(
                self.runner.embed,
                encoder=lambda: self.encoder,
                batch_size=self.options.batch_size,
                on_progress=partial(self.on_progress, "embed"),
            ),
            identity=self.identity,
        )


class AsItIs(Change):
    """A change after which the library is still made as it was."""

    @cached_property
    def options_sha256(self) -> str:
        """What the library was made with."""
        return self._manifest.options_sha256

    @property
    def search(self) -> Search:
        """As it was made."""
        return self._manifest.search

    @cached_property
    def identity(self) -> EncoderIdentity:
        """Which encoder the library's vectors come from."""
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


def _line(found: Article | Entry | ArticleError) -> ArticleReport:
    """The report's line on one article."""
    if isinstance(found, ArticleError):
        return ArticleReport(str(found.path), Outcome.SKIPPED, None, found.reason, 0)
    if isinstance(found, Entry):
        i, n = found.document_id, found.n_passages
        return ArticleReport(i, Outcome.UNCHANGED, i, None, n)
    i, n = found.document.id, len(found.passages)
    return ArticleReport(i, Outcome.READ, i, None, n, found.document.dropped)
