"""Where questions wait their turn: a bounded number are answered at once, off the event loop.

The API, the page and agents share one desk, so that none can starve the others.
"""

import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import anyio
import anyio.to_thread

from assistant.follow_up import topic_of_follow_up
from assistant.records import Answer, Reply
from assistant.render.json import KINDS
from assistant.stages import Took, listening
from assistant.web.cache import ReplyCache
from assistant.web.interface import Answers
from assistant.web.metrics import Metrics
from assistant.web.pace import MAX_WAIT_S, Pace

WAITING_PER_WORKER = 64  # what may wait at most, however fast the machine is


Found = TypeVar("Found")


class BusyError(Exception):
    """Too many questions are waiting already."""


class Desk:
    """Asks the assistant, at most `max_concurrent` questions at a time."""

    def __init__(self, assistant: Answers, *, max_concurrent: int, cached_replies: int = 0) -> None:
        self.assistant = assistant
        self.in_flight = 0
        self.metrics = Metrics(self)
        self._cache = ReplyCache(cached_replies)
        self._most = max_concurrent * (1 + WAITING_PER_WORKER)
        self._pace = Pace()
        self._max_concurrent = max_concurrent
        self._limiter: anyio.CapacityLimiter | None = None

    async def ask(self, question: str, *, previous: str | None = None) -> Reply:
        """The assistant's reply. `previous` is looked at where the question leans on it only.

        Raises:
            BusyError: as many questions as the desk has room for are waiting already.
        """
        if previous is not None and topic_of_follow_up(question) is not None:
            return await self._turn(partial(self.assistant.ask, question, previous=previous))
        began = time.perf_counter()
        kept = self._cache.get(self.assistant.generation, question)
        self.metrics.looked_up(found=kept is not None)
        if kept is not None:
            self.metrics.replied(*_shape(kept), time.perf_counter() - began)
            return kept
        reply = await self._turn(partial(self.assistant.ask, question))
        self._cache.put(question, reply)
        return reply

    async def search(self, question: str, k: int) -> Reply:
        """The assistant's passages; waits and is refused like `ask`."""
        return await self._turn(partial(self.assistant.search, question, k=k))

    @property
    def waiting(self) -> int:
        """Questions that wait for their turn."""
        return max(0, self.in_flight - self._max_concurrent)

    @property
    def n_documents(self) -> int:
        """Articles that the assistant holds."""
        return len(self.assistant.documents)

    @property
    def generation(self) -> str | None:
        """The index generation that answers."""
        return self.assistant.generation

    async def _turn(self, answer: Callable[[], Reply]) -> Reply:
        """What `answer` gives, in a worker thread, when it is its turn."""
        if self.in_flight >= self._most or self._pace.wait_s(self.waiting) > MAX_WAIT_S:
            self.metrics.refused()
            raise BusyError
        self.in_flight += 1
        began = time.perf_counter()
        try:
            started, reply = await anyio.to_thread.run_sync(
                partial(_timed, answer, self.metrics.took), limiter=self._turns()
            )
        except Exception:
            self.metrics.failed()
            raise
        finally:
            self.in_flight -= 1
        now = time.perf_counter()
        self._pace.done(now, was_busy=self.waiting > 0)
        self.metrics.took("wait", started - began)
        self.metrics.took("answer", now - started)
        self.metrics.replied(*_shape(reply), now - began)
        return reply

    async def run(self, work: Callable[[], Found]) -> Found:
        """What `work` returns, run off the event loop in turn with the questions."""
        return await anyio.to_thread.run_sync(work, limiter=self._turns())

    def _turns(self) -> anyio.CapacityLimiter:
        """Made at first use: a limiter belongs to the event loop that it was made in."""
        if self._limiter is None:
            self._limiter = anyio.CapacityLimiter(self._max_concurrent)
        return self._limiter


def _timed(answer: Callable[[], Reply], took: Took) -> tuple[float, Reply]:
    """When the turn came, and the reply; `took` is told of its stages."""
    started = time.perf_counter()
    with listening(took):
        return started, answer()


def _shape(reply: Reply) -> tuple[str, str]:
    """The reply's kind and reason as words for a metric's labels."""
    return KINDS[type(reply)], "" if isinstance(reply, Answer) else reply.reason.value
