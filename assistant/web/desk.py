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

    def __init__(
        self,
        assistant: Answers,
        *,
        max_concurrent: int,
        cached_replies: int = 0,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.assistant = assistant
        self.in_flight = 0
        self.metrics = Metrics(self)
        self._cache = ReplyCache(cached_replies)
        self._most = max_concurrent * (1 + WAITING_PER_WORKER)
        self._pace = Pace()
        self._clock = clock
        self._max_concurrent = max_concurrent
        self._limiter: anyio.CapacityLimiter | None = None

    async def ask(self, question: str, *, previous: str | None = None) -> Reply:
        """The assistant's reply. `previous` is looked at where the question leans on it only.

        Raises:
            BusyError: as many questions as the desk has room for are waiting already.
        """
        if previous is not None and topic_of_follow_up(question) is not None:
            return await self._turn(partial(self.assistant.ask, question, previous=previous))
        began = self._clock()
        kept = self._cache.get(self.assistant.generation, question)
        self.metrics.looked_up(found=kept is not None)
        if kept is not None:
            self.metrics.replied(*_shape(kept), self._clock() - began)
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

    @property
    def is_ready(self) -> bool:
        """Whether there is an index that can be asked."""
        return self.generation is not None and self.assistant.trouble is None

    async def run(self, work: Callable[[], Found]) -> Found:
        """What `work` returns, run off the event loop in turn with the questions.

        Raises:
            BusyError: as for a question.
        """
        return (await self._in_turn(work))[1]

    async def _turn(self, answer: Callable[[], Reply]) -> Reply:
        """The reply that `answer` gives when it is its turn, counted by its shape."""
        began = self._clock()
        waited_s, reply = await self._in_turn(partial(_heard, answer, self.metrics.took))
        took_s = self._clock() - began
        self.metrics.took("wait", waited_s)
        self.metrics.took("answer", took_s - waited_s)
        self.metrics.replied(*_shape(reply), took_s)
        return reply

    async def _in_turn(self, work: Callable[[], Found]) -> tuple[float, Found]:
        """How long the turn was waited for, and what `work` gave then, in a worker thread."""
        if self.in_flight >= self._most or self._pace.wait_s(self.waiting) > MAX_WAIT_S:
            self.metrics.refused()
            raise BusyError
        self.in_flight += 1
        began, started = self._clock(), None

        def timed() -> tuple[float, Found]:
            nonlocal started
            started = self._clock()
            return started - began, work()

        try:
            return await anyio.to_thread.run_sync(timed, limiter=self._turns())
        finally:
            self.in_flight -= 1
            if started is not None:  # else it was called off before its turn
                now, all_busy = self._clock(), self.in_flight >= self._max_concurrent
                self._pace.done(now, now - started, all_busy=all_busy)

    def _turns(self) -> anyio.CapacityLimiter:
        """Made at first use: a limiter belongs to the event loop that it was made in."""
        if self._limiter is None:
            self._limiter = anyio.CapacityLimiter(self._max_concurrent)
        return self._limiter


def _heard(answer: Callable[[], Reply], took: Took) -> Reply:
    """The reply; `took` is told of its stages."""
    with listening(took):
        return answer()


def _shape(reply: Reply) -> tuple[str, str]:
    """The reply's kind and reason as words for a metric's labels."""
    return KINDS[type(reply)], "" if isinstance(reply, Answer) else reply.reason.value
