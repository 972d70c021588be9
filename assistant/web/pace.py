"""How long a question would wait: from how fast replies came while others were waiting.

A count alone does not say: a queue of 100 is a second on an idle machine and ten on a busy one.
"""

# A reply must be there in 2 s; the rest is for the reply itself. A longer wait is refused at once,
# which a caller can act on, while a time-out leaves it with nothing.
MAX_WAIT_S = 1.5
# Weight of the newest interval. With .05 the last 20 replies count; one slow reply refuses nobody.
NEWEST = 0.05
FIRST_S = 0.01  # between two replies, before any was timed


class Pace:
    """Seconds between two replies while questions wait, as a moving average."""

    def __init__(self) -> None:
        self._between_s = FIRST_S
        self._last: float | None = None

    def done(self, now: float, *, was_busy: bool) -> None:
        """Note a reply; a pause in which nobody waited says nothing of the pace."""
        if was_busy and self._last is not None:
            self._between_s += NEWEST * (now - self._last - self._between_s)
        self._last = now if was_busy else None

    def wait_s(self, n_waiting: int) -> float:
        """What a question would wait behind `n_waiting` others."""
        return n_waiting * self._between_s
