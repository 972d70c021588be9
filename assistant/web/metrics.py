"""Counts and latencies in Prometheus' text format 0.0.4. Labels are closed sets: never a question.

Written by hand: one counter and one histogram do not earn a dependency.
"""

import threading
from collections import Counter
from itertools import accumulate

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS_S = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


class Metrics:
    """Thread-safe counts of replies by shape and reason, and how long they took."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._replies: Counter[tuple[str, str]] = Counter()
        self._buckets = [0] * (len(BUCKETS_S) + 1)
        self._seconds = 0.0
        self._refused = 0
        self._failed = 0

    def replied(self, kind: str, reason: str, seconds: float) -> None:
        """Count one reply; `reason` is empty for an answer."""
        with self._lock:
            self._replies[kind, reason] += 1
            self._seconds += seconds
            self._buckets[sum(seconds > limit for limit in BUCKETS_S)] += 1

    def refused(self) -> None:
        """Count one question turned away because too many were waiting."""
        with self._lock:
            self._refused += 1

    def failed(self) -> None:
        """Count one question that ended in our own error."""
        with self._lock:
            self._failed += 1

    def exposition(self, *, ready: bool, n_documents: int, in_flight: int) -> str:
        """Everything counted so far, one sample a line."""
        with self._lock:
            replies = sorted(self._replies.items())
            cumulative = list(accumulate(self._buckets))
            seconds, refused, failed = self._seconds, self._refused, self._failed
        limits = (*map(str, BUCKETS_S), "+Inf")
        lines = [
            "# TYPE quoth_replies_total counter",
            *(f'quoth_replies_total{{kind="{k}",reason="{r}"}} {n}' for (k, r), n in replies),
            "# TYPE quoth_reply_seconds histogram",
            *(
                f'quoth_reply_seconds_bucket{{le="{limit}"}} {n}'
                for limit, n in zip(limits, cumulative, strict=True)
            ),
            f"quoth_reply_seconds_sum {seconds}",
            f"quoth_reply_seconds_count {cumulative[-1]}",
            "# TYPE quoth_refused_total counter",
            f"quoth_refused_total {refused}",
            "# TYPE quoth_failed_total counter",
            f"quoth_failed_total {failed}",
            "# TYPE quoth_ready gauge",
            f"quoth_ready {int(ready)}",
            "# TYPE quoth_documents gauge",
            f"quoth_documents {n_documents}",
            "# TYPE quoth_in_flight gauge",
            f"quoth_in_flight {in_flight}",
        ]
        return "\n".join(lines) + "\n"
