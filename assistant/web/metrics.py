"""What Prometheus may know: counts and latencies. Labels are closed sets: never a question.

A registry of its own for each application, so that two of them in a process do not mix.
"""

from collections.abc import Callable
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

CONTENT_TYPE = CONTENT_TYPE_LATEST
BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
ABSTENTION, ANSWER = "abstention", "answer"


class Watched(Protocol):
    """What the gauges read at the moment they are asked."""

    @property
    def in_flight(self) -> int:
        """Questions taken on and not yet answered."""
        ...

    @property
    def waiting(self) -> int:
        """Those of them that wait for their turn."""
        ...

    @property
    def n_documents(self) -> int:
        """Articles held."""
        ...

    @property
    def generation(self) -> str | None:
        """The index generation that answers, or None."""
        ...

    @property
    def is_ready(self) -> bool:
        """Whether there is an index that can be asked."""
        ...


class Metrics:
    """Thread-safe counts of replies by shape and reason, and how long their stages took."""

    def __init__(self, watched: Watched) -> None:
        self._registry = own = CollectorRegistry()
        self._watched = watched
        self._shares = {ANSWER: 0, ABSTENTION: 0}
        self._replies = Counter("quoth_replies", "Replies.", ["kind", "reason"], registry=own)
        self._seconds = Histogram(
            "quoth_reply_seconds", "Asked to replied.", buckets=BUCKETS_S, registry=own
        )
        self._stages = Histogram(
            "quoth_stage_seconds", "One stage of it.", ["stage"], buckets=BUCKETS_S, registry=own
        )
        self._refused = Counter("quoth_refused", "Turned away: too many waiting.", registry=own)
        self._failed = Counter(
            "quoth_failed", "Requests that ended in our own error.", registry=own
        )
        self._cache = Counter("quoth_cache", "Whether a reply was kept.", ["found"], registry=own)
        self._reloads = Counter("quoth_reloads", "Newer generations served.", registry=own)
        self._generation = Gauge(
            "quoth_generation_info", "What answers now.", ["generation"], registry=own
        )
        self._gauge("ready", "1 while there is a usable index.", lambda: watched.is_ready)
        self._gauge("documents", "Articles held.", lambda: watched.n_documents)
        self._gauge("in_flight", "Questions not yet answered.", lambda: watched.in_flight)
        self._gauge("queue_depth", "Questions waiting.", lambda: watched.waiting)
        self._gauge("abstention_share", "Abstentions among replies.", self._share)
        ProcessCollector(registry=self._registry)  # memory, file descriptors, processor time

    def replied(self, kind: str, reason: str, seconds: float) -> None:
        """Count one reply; `reason` is empty for an answer."""
        self._replies.labels(kind, reason).inc()
        self._seconds.observe(seconds)
        if kind in self._shares:
            self._shares[kind] += 1  # on the event loop only

    def took(self, stage: str, seconds: float) -> None:
        """Record how long one stage of one reply took."""
        self._stages.labels(stage).observe(seconds)

    def refused(self) -> None:
        """Count one question turned away because too many were waiting."""
        self._refused.inc()

    def failed(self) -> None:
        """Count one request, of any route, that ended in our own error."""
        self._failed.inc()

    def looked_up(self, *, found: bool) -> None:
        """Count one question by whether its reply was in the cache."""
        self._cache.labels("yes" if found else "no").inc()

    def reloaded(self) -> None:
        """Count a newer generation that answers from now on."""
        self._reloads.inc()

    def exposition(self) -> bytes:
        """Everything counted so far, one sample a line."""
        self._generation.clear()
        if self._watched.generation is not None:
            self._generation.labels(self._watched.generation).set(1)
        return generate_latest(self._registry)

    def _share(self) -> float:
        return self._shares[ABSTENTION] / max(1, sum(self._shares.values()))

    def _gauge(self, name: str, says: str, read: Callable[[], float]) -> None:
        Gauge(f"quoth_{name}", says, registry=self._registry).set_function(read)
