"""How long a question would wait: from how fast replies came while every worker was busy.

A count alone does not say: a queue of 100 is a second on an idle machine and ten on a busy one.
"""

# A reply must be there in 2 s; the rest is for the reply itself. A longer wait is refused at once,
# which a caller can act on, while a time-out leaves it with nothing.
MAX_WAIT_S = 1.5
# Weight of the newest interval. With .05 the last 20 replies count; one slow reply refuses nobody.
NEWEST = 0.05
FIRST_S = 0.01  # between two replies, before any was timed
# One interval teaches no more than this: a machine that slept for a minute is no slower after it.
# One question may wait at any such pace, so that there are always intervals to learn from.
MOST_S = MAX_WAIT_S


class Pace:
    """Seconds between two replies while every worker is busy, as a moving average."""

    def __init__(self) -> None:
        self._between_s = FIRST_S
        self._last: float | None = None

    def done(self, now: float, took_s: float, *, all_busy: bool) -> None:
        """Note the end of a reply that took `took_s`; `all_busy`: every worker has another one.

        After a pause the time between two replies says nothing. But while all are busy they come
        at least as fast as one is worked out, so every reply can bring a bad estimate down.
        """
        if self._last is not None:
            self._learn(min(now - self._last, MOST_S))
        else:
            self._learn(min(took_s, self._between_s))
        self._last = now if all_busy else None

    def wait_s(self, n_waiting: int) -> float:
        """What a question would wait behind `n_waiting` others."""
        return n_waiting * self._between_s

    def _learn(self, between_s: float) -> None:
        self._between_s += NEWEST * (between_s - self._between_s)
