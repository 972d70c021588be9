"""Which addresses may be asked: https, and a host all of whose addresses are public.

An address that a page or a redirect names could lead into the network that Quoth runs in: to a
router, a database, a cloud's metadata service. So names are resolved here, every address that
comes back must be public, and the connection goes to one of those addresses and no other.
"""

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from queue import Empty, SimpleQueue
from threading import Thread
from urllib.parse import urlsplit

from ingest.errors import WebError

Resolve = Callable[[str, int], Sequence[str]]
NAT64 = ip_network("64:ff9b::/96")
# Not public, though Python 3.11 takes some of them for it.
REFUSED = tuple(
    ip_network(network)
    for network in (
        "100.64.0.0/10",  # carrier-grade NAT
        "192.0.0.0/24",  # IETF protocol assignments
        "192.88.99.0/24",  # 6to4 relays
        "198.18.0.0/15",  # benchmarking
        "64:ff9b:1::/48",  # local NAT64
        "2001::/23",  # Teredo and other protocol assignments
        "2002::/16",  # 6to4: an IPv4 address in disguise
        "3fff::/20",  # documentation
        "5f00::/16",  # segment routing
    )
)
GLOBAL_UNICAST = ip_network("2000::/3")


@dataclass(frozen=True, slots=True)
class Fence:
    """What may be asked, and who says where a name leads.

    `test_ports` is for tests only: on these ports plain http to a loopback address is let through.
    """

    resolve: Resolve | None = None
    test_ports: frozenset[int] = frozenset()

    def addresses(self, url: str, *, timeout_s: float) -> tuple[str, ...]:
        """The public addresses of the host that `url` names, in the resolver's order.

        Raises:
            WebError: it is not https, hides a name and password, names another port than 443, or
                any of its addresses is not public.
        """
        host, port, is_plain = self._parts(url)
        found = _within(timeout_s, lambda: (self.resolve or system_resolver)(host, port), url)
        addresses = [ip_address(a) for a in found]
        if not addresses:
            raise WebError(url, f"{host} has no address")
        is_test = port in self.test_ports and all(a.is_loopback for a in addresses)
        if not is_test and not all(map(is_public, addresses)):
            raise WebError(url, f"{host} is not a public address; such are never asked")
        if is_plain and not is_test:
            raise WebError(url, "only https addresses are fetched")
        return tuple(map(str, addresses))

    def refuse_odd(self, url: str) -> None:
        """Refuse what is wrong with an address before anything is asked of anyone.

        Raises:
            WebError: as `addresses`, of the address's form alone.
        """
        self._parts(url)

    def _parts(self, url: str) -> tuple[str, int, bool]:
        """Host, port, and whether it is a test's plain http."""
        try:
            parts = urlsplit(url)
            port = parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)
        except ValueError as error:
            raise WebError(url, f"no valid address: {error}") from error
        is_plain = parts.scheme == "http" and port in self.test_ports
        if parts.scheme != "https" and not is_plain:
            raise WebError(url, "only https addresses are fetched")
        if parts.username is not None or parts.password is not None:
            raise WebError(url, "an address with a user name in it is not fetched")
        if not parts.hostname or any(c.isspace() or ord(c) < 33 for c in url):
            raise WebError(url, "no valid address")
        if port != 443 and port not in self.test_ports:
            raise WebError(url, f"port {port}; only 443, the port of https, is asked")
        return parts.hostname, port, is_plain


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is one of the public internet's, whatever form it is written in.

    An IPv4 address inside an IPv6 one (mapped, NAT64) is judged as what it is.
    """
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:
            return False
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address in NAT64:
            return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
        if address not in GLOBAL_UNICAST:
            return False
    refused = any(address.version == n.version and address in n for n in REFUSED)
    return address.is_global and not (address.is_multicast or address.is_reserved or refused)


def system_resolver(host: str, port: int) -> Sequence[str]:
    """Every address that the system knows for a host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _within(timeout_s: float, resolve: Callable[[], Sequence[str]], url: str) -> Sequence[str]:
    """What the resolver says, if it says so in time: it has no time limit of its own."""
    answer: SimpleQueue[Sequence[str] | OSError | UnicodeError] = SimpleQueue()

    def ask() -> None:
        try:
            answer.put(resolve())
        except (OSError, UnicodeError) as error:
            answer.put(error)

    Thread(target=ask, daemon=True).start()
    try:
        found = answer.get(timeout=max(timeout_s, 0.001))
    except Empty:
        raise WebError(url, "its name could not be resolved in time") from None
    if isinstance(found, Exception):
        raise WebError(url, f"its name could not be resolved: {found}") from found
    return found
