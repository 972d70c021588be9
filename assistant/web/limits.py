"""A token bucket a peer: so many questions a second on average, so many at once at most."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable

MAX_PEERS = 50_000  # about 10 MB; the peer that was quiet longest is forgotten first


class TokenBuckets:
    """In memory only; a peer that has not asked for a while has a full bucket again."""

    def __init__(
        self, *, per_s: float, burst: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_s = per_s
        self._burst = burst
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, peer: str) -> int:
        """Take one token of `peer`'s: 0 when there was one, else whole seconds until there is."""
        now = self._clock()
        tokens, seen = self._buckets.pop(peer, (float(self._burst), now))
        tokens = min(self._burst, tokens + (now - seen) * self._per_s)
        taken = tokens >= 1
        self._buckets[peer] = (tokens - taken, now)
        if len(self._buckets) > MAX_PEERS:
            self._buckets.popitem(last=False)
        return 0 if taken else math.ceil((1 - tokens) / self._per_s)
