"""Where the stages run that take one article or one text at a time: here, or on other machines."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

from ingest.chunk import chunk
from ingest.clean import clean
from ingest.embed import Encoder, Vectors, embed
from ingest.options import BuildOptions
from ingest.records import Document, Passage, Source

SLAB = 4096  # texts whose float32 vectors are held at once (6 MB) before they find their rows

Cut = tuple[Document, tuple[Passage, ...]]


class Runner(Protocol):
    """Cleans, cuts and embeds for a build; ingest/distributed.py is the other one."""

    def cut(self, sources: Iterable[Source], options: BuildOptions) -> Iterator[Cut]:
        """Stages 2 and 3: each source cleaned and cut, in their order."""

    def embed(
        self,
        texts: Sequence[str],
        encoder: Callable[[], Encoder],
        *,
        batch_size: int,
        on_progress: Callable[[int, int], None],
    ) -> Iterator[Vectors]:
        """Stage 4: the vectors of `texts` in their order, some rows at a time.

        The encoder is asked for only where there are texts. `on_progress` gets how many texts
        were just done, of how many.
        """


class Here:
    """One after the other in this process, the encoder on every core."""

    def cut(self, sources: Iterable[Source], options: BuildOptions) -> Iterator[Cut]:
        """Each source when the one before it is done, so that one is in memory at a time."""
        return (cut(source, options) for source in sources)

    def embed(
        self,
        texts: Sequence[str],
        encoder: Callable[[], Encoder],
        *,
        batch_size: int,
        on_progress: Callable[[int, int], None],
    ) -> Iterator[Vectors]:
        """4096 rows at a time; the last may be fewer."""
        for at in range(0, len(texts), SLAB):
            yield embed(
                texts[at : at + SLAB],
                encoder(),
                batch_size=batch_size,
                on_progress=lambda done: on_progress(done, len(texts)),
            )


HERE = Here()


def cut(source: Source, options: BuildOptions) -> Cut:
    """One article cleaned and cut; no passages where it has nothing to quote."""
    document = clean(source)
    return document, chunk(document, max_chars=options.max_chars)
