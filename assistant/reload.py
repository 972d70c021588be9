"""An assistant that follows its index: a new generation is picked up without a restart.

One question is answered by one generation, from its first word to its last: the assistant in use
is one reference, taken once a question and swapped as a whole.
"""

import logging
import threading
from collections.abc import Callable

from assistant.atlas import Atlas
from assistant.pipeline import Assistant
from assistant.records import Reply
from ingest import Document, Store, Vectors, Where, store_at

logger = logging.getLogger(__name__)
PATIENCE_S = 1.0  # a small library loads in less, so the very next question sees the change

Load = Callable[[Store], Assistant]


class Reloading:
    """Answers from the current generation; while a new one loads, from the one before.

    Only asking waits for what is newer; the properties tell what answers now and never block.
    A new generation that cannot be used is logged once, and the one before goes on answering.
    """

    def __init__(self, where: Where, load: Load) -> None:
        self._store = store_at(where)
        self._load = load
        self._seen = self._store.current()
        self._now = load(self._store)
        self._loading = threading.Lock()

    def ask(self, question: str, *, previous: str | None = None) -> Reply:
        """As `Assistant.ask`, from one generation."""
        return self.now().ask(question, previous=previous)

    def search(self, question: str, *, k: int) -> Reply:
        """As `Assistant.search`, from one generation."""
        return self.now().search(question, k=k)

    def now(self) -> Assistant:
        """The assistant to answer with; looks at one name, and loads in the background."""
        current = self._store.current()
        is_newer = current != self._seen and self._store.trouble() is None
        if is_newer and self._loading.acquire(False):
            loader = threading.Thread(target=self._reload, name="reload", daemon=True)
            loader.start()
            loader.join(PATIENCE_S)
        return self._now

    def _reload(self) -> None:
        """Load what is current, swap it in, and let the next change be seen."""
        try:
            self._seen = self._store.current()
            fresh = self._load(self._store)
            fresh.warm_up()
            if fresh.trouble is None or self._now.trouble is not None:
                self._now = fresh
                logger.info("Now serving generation %s", fresh.generation)
            else:
                logger.error("The new index is not used: %s", fresh.trouble)
        finally:
            self._loading.release()

    def warm_up(self) -> None:
        """Load the model now, so that the first person who asks does not wait for it."""
        self._now.warm_up()

    def document(self, document_id: str) -> Document | None:
        """A stored document by its id, or None."""
        return self._now.document(document_id)

    def atlas(self) -> Atlas | None:
        """Where every passage lies on a map of the library; None without an index."""
        return self.now().atlas()

    def vector_of(self, question: str) -> Vectors | None:
        """What the map places of a question; None without an index."""
        return self.now().vector_of(question)

    @property
    def documents(self) -> tuple[Document, ...]:
        """Every stored document; none without an index."""
        return self._now.documents

    @property
    def generation(self) -> str | None:
        """The index generation that answers; None without an index."""
        return self._now.generation

    @property
    def trouble(self) -> str | None:
        """Why there is no usable index, or why it cannot be asked now; None when all is well."""
        return self._store.trouble() or self._now.trouble

    @property
    def example_questions(self) -> tuple[str, ...]:
        """Short FAQ questions of the corpus, to show what can be asked."""
        return self._now.example_questions
