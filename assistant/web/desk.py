"""Where questions wait their turn: a bounded number are answered at once, off the event loop.

The API and the page share one desk, so that neither can starve the other.
"""

import time

import anyio
import anyio.to_thread

from assistant.records import Answer, Reply
from assistant.render.json import KINDS
from assistant.surrogates import whole_characters
from assistant.web.interface import Answers
from assistant.web.metrics import Metrics

# A reply takes 5-50 ms, so a queue of 16 rounds is under a second: beyond it, 429 is kinder.
WAITING_PER_WORKER = 16


class BusyError(Exception):
    """Too many questions are waiting already."""


class Desk:
    """Asks the assistant, at most `max_concurrent` questions at a time."""

    def __init__(self, assistant: Answers, *, max_concurrent: int) -> None:
        self.assistant = assistant
        self.metrics = Metrics()
        self.in_flight = 0
        self._most = max_concurrent * (1 + WAITING_PER_WORKER)
        self._max_concurrent = max_concurrent
        self._limiter: anyio.CapacityLimiter | None = None

    async def ask(self, question: str) -> Reply:
        """The assistant's reply.

        Raises:
            BusyError: as many questions as the desk has room for are waiting already.
        """
        if self.in_flight >= self._most:
            self.metrics.refused()
            raise BusyError
        self.in_flight += 1
        began = time.perf_counter()
        try:
            reply = await anyio.to_thread.run_sync(
                self.assistant.ask, whole_characters(question), limiter=self._turns()
            )
        except Exception:
            self.metrics.failed()
            raise
        finally:
            self.in_flight -= 1
        kind, reason = _shape(reply)
        self.metrics.replied(kind, reason, time.perf_counter() - began)
        return reply

    def exposition(self) -> str:
        """The desk's metrics in Prometheus' text format."""
        return self.metrics.exposition(
            ready=self.assistant.generation is not None,
            n_documents=len(self.assistant.documents),
            in_flight=self.in_flight,
        )

    def _turns(self) -> anyio.CapacityLimiter:
        """Made at first use: a limiter belongs to the event loop that it was made in."""
        if self._limiter is None:
            self._limiter = anyio.CapacityLimiter(self._max_concurrent)
        return self._limiter


def _shape(reply: Reply) -> tuple[str, str]:
    """The reply's kind and reason as words for a metric's labels."""
    return KINDS[type(reply)], "" if isinstance(reply, Answer) else reply.reason.value
