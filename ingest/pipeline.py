"""Article files -> index, the five verbs in order: read, clean, chunk, embed, index."""

import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from ingest.chunk import chunk, collapse
from ingest.clean import clean
from ingest.embed import Encoder, embed, load_encoder, search_copy
from ingest.errors import ArticleError, IndexUnusableError, NothingToIndexError
from ingest.index import (
    check_index,
    faq_questions,
    sha256_of,
    statements_of,
    write_generation,
    writing,
)
from ingest.options import BuildOptions
from ingest.read import read_articles
from ingest.records import ArticleReport, BuildReport, Document, Outcome, Passage, Source

OnProgress = Callable[[str, int, int], None]  # stage, done, total


def build_index(
    paths: Sequence[Path],
    index_dir: Path,
    *,
    options: BuildOptions | None = None,
    encoder: Encoder | None = None,
    on_progress: OnProgress = lambda _stage, _done, _total: None,
) -> BuildReport:
    """Build a new generation from every article below `paths`, and say what became of each.

    Raises:
        NothingToIndexError: no article could be read. The index that was there still answers.
        IndexBusyError: another process is writing this index.
        ModelError: the embedding model cannot be used.
    """
    options = options or BuildOptions()
    started = time.monotonic()
    with writing(index_dir):
        chunked, articles = _chunked(read_articles(paths), options)
        if not chunked:
            raise NothingToIndexError(tuple(f"{a.path}: {a.reason}" for a in articles))
        documents = [document for document, _ in chunked]
        by_id = {document.id: document for document in documents}
        passages = collapse([passage for _, found in chunked for passage in found], by_id)
        texts = [search_copy(p, by_id[p.place.document_id]) for p in passages]
        questions = [question for question, _row in faq_questions(passages, by_id)]
        encoder = encoder or load_encoder(options.model)
        statements = [statement.text for statement in statements_of(passages)]
        total = len(texts) + len(questions) + len(statements)
        vectors = embed(
            [*texts, *questions, *statements],
            encoder,
            batch_size=options.batch_size,
            on_progress=lambda done: on_progress("embed", done, total),
        )
        manifest = write_generation(
            index_dir,
            documents,
            passages,
            vectors[: len(texts)],
            vectors[len(texts) : -len(statements)],
            vectors[-len(statements) :],
            texts,
            encoder=encoder.identity,
            options_sha256=options.sha256,
        )
    seconds = time.monotonic() - started
    return BuildReport(manifest.generation, tuple(articles), len(passages), seconds)


def is_up_to_date(
    paths: Sequence[Path], index_dir: Path, *, options: BuildOptions | None = None
) -> bool:
    """Whether a build of the same articles with the same options would give what is there.

    Reads and cleans every article; embeds nothing. A damaged index is not up to date.
    """
    options = options or BuildOptions()
    try:
        manifest, _folder = check_index(index_dir)
    except IndexUnusableError:
        return False
    chunked, _articles = _chunked(read_articles(paths), options)
    corpus_sha256 = sha256_of([document for document, _ in chunked])
    found = (manifest.corpus_sha256, manifest.options_sha256)
    return found == (corpus_sha256, options.sha256)


def _chunked(
    sources: Iterable[Source | ArticleError], options: BuildOptions
) -> tuple[list[tuple[Document, tuple[Passage, ...]]], list[ArticleReport]]:
    """Clean and chunk what could be read; one report line for each article, read or skipped."""
    chunked: list[tuple[Document, tuple[Passage, ...]]] = []
    reports: list[ArticleReport] = []
    for source in sources:
        if isinstance(source, ArticleError):
            reports.append(_skipped(str(source.path), source.reason))
            continue
        document = clean(source)
        passages = chunk(document, max_chars=options.max_chars)
        if not passages:
            reports.append(_skipped(source.id, "nothing but headings and page furniture"))
            continue
        chunked.append((document, passages))
        read = (source.id, Outcome.READ, document.id, None, len(passages), document.dropped)
        reports.append(ArticleReport(*read))
    return chunked, reports


def _skipped(path: str, reason: str) -> ArticleReport:
    return ArticleReport(path, Outcome.SKIPPED, None, reason, 0)
