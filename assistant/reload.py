"""An assistant that follows its index: a new generation is picked up without a restart.

One question is answered by one generation, from its first word to its last: the assistant in use
is one reference, taken once a question and swapped as a whole.
"""

import logging
import math
import threading
import time
from collections.abc import Callable

from assistant.atlas import Atlas
from assistant.pipeline import Assistant
from assistant.records import Reply
from assistant.scrub import where
from ingest import Document, Store, Vectors, Where, store_at

logger = logging.getLogger(__name__)
PATIENCE_S = 1.0  # a small library loads in less, so the very next question sees the change
# What could not be loaded is tried again: files are mended in place, a full memory empties. Not at
# once, and so seldom that a large library that stays broken takes a tenth of a processor at most.
PAUSE_S = 1.0
PAUSE_LOADS = 9.0  # as many times as long as the load took that failed

Load = Callable[[Store], Assistant]


class Reloading:
    """Answers from the current generation; while a new one loads, from the one before.

    Only asking waits for what is newer; the properties tell what answers now and never block.
    A new generation that cannot be used is logged once, and the one before goes on answering;
    every now and then it is tried again. One that does not follow answers from what it began with.
    """

    def __init__(
        self,
        where: Where,
        load: Load,
        *,
        follows: bool = True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store_at(where)
        self._load = load
        self._follows = follows
        self._clock = clock
        self._loading = threading.Lock()
        began = clock()
        self._seen = self._store.current()
        self._now = load(self._store)
        self._problem = self._now.trouble
        self._again_at = self._next_try(began)

    def ask(self, question: str, *, previous: str | None = None) -> Reply:
        """As `Assistant.ask`, from one generation."""
        return self.now().ask(question, previous=previous)

    def search(self, question: str, *, k: int) -> Reply:
        """As `Assistant.search`, from one generation."""
        return self.now().search(question, k=k)

    def now(self) -> Assistant:
        """The assistant to answer with; looks at one name, and loads in the background."""
        if self._has_news() and self._loading.acquire(False):
            loader = threading.Thread(target=self._reload, name="reload", daemon=True)
            loader.start()
            loader.join(PATIENCE_S)
        return self._now

    def held(self) -> Assistant:
        """The assistant that answers now. What is asked of it twice is of one generation."""
        return self._now

    def _has_news(self) -> bool:
        """Whether to load: what is current is another one, or may have been mended."""
        if not self._follows:
            return False
        is_other = self._store.current() != self._seen or self._clock() >= self._again_at
        return is_other and self._store.trouble() is None

    def _reload(self) -> None:
        """Load what is current, swap it in, and let the next change be seen."""
        began = self._clock()
        try:
            self._seen = self._store.current()
            self._take(self._load(self._store))
        except Exception as error:  # noqa: BLE001 - a thread would print it, message and all
            self._failed(f"loading it failed: {where(error)}")
        finally:
            self._again_at = self._next_try(began)
            self._loading.release()

    def _take(self, fresh: Assistant) -> None:
        fresh.warm_up()
        if fresh.trouble is None or self._now.trouble is not None:
            self._now = fresh
        if fresh.trouble is not None:
            return self._failed(fresh.trouble)
        self._problem = None
        logger.info("Now serving generation %s", fresh.generation)

    def _failed(self, problem: str) -> None:
        """Log it, unless the last try ended in the same way."""
        if problem != self._problem:
            logger.error("The new index is not used: %s", problem)
        self._problem = problem

    def _next_try(self, began: float) -> float:
        """When to load again what is current, given when the load began that has just ended."""
        if self._problem is None:
            return math.inf
        now = self._clock()
        return now + max(PAUSE_S, PAUSE_LOADS * (now - began))

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
