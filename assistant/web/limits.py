"""A token bucket a peer: so many questions a second on average, so many at once at most."""

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable

IPV6_NETWORK = 64  # bits; whoever has one IPv6 address has all of its network
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
        peer = visitor(peer)
        tokens, seen = self._buckets.pop(peer, (float(self._burst), now))
        tokens = min(self._burst, tokens + (now - seen) * self._per_s)
        taken = tokens >= 1
        self._buckets[peer] = (tokens - taken, now)
        if len(self._buckets) > MAX_PEERS:
            self._buckets.popitem(last=False)
        return 0 if taken else math.ceil((1 - tokens) / self._per_s)


def visitor(peer: str) -> str:
    """Whose address it is: an IPv4 address its own, an IPv6 address that of its network.

    An IPv4 address in the dress of IPv6 is the IPv4 address. What is no address stands for itself.
    """
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return peer
    if isinstance(address, ipaddress.IPv4Address):
        return peer
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(address), IPV6_NETWORK), strict=False))
