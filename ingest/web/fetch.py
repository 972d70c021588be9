"""One address -> the bytes behind it, within the limits of SAFETY F12.

https through the fence, pinned to the address that was checked, at most three redirects each of
which is checked anew, 10 MiB after decompression, 10 seconds in all, and only what
robots.txt allows.
"""

import ssl
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from socket import SHUT_RDWR, socket
from threading import Timer
from urllib.parse import urljoin, urlsplit

import httpcore

from ingest.errors import WebError
from ingest.web.fence import Fence

USER_AGENT = "Quoth/0.1 (reads single articles when a person asks; obeys robots.txt)"
ROBOTS_NAME = "Quoth"
SECONDS = 10.0  # for all of one article: names, redirects, robots.txt, body
MAX_BYTES = 10 * 1024 * 1024  # after decompression
MAX_REDIRECTS = 3
REDIRECTS = frozenset({301, 302, 303, 307, 308})
Headers = dict[str, str]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address gave: `url` is where the redirects ended, `asked` where they began."""

    asked: str
    url: str
    content_type: str
    body: bytes
    etag: str | None
    last_modified: str | None
    read_on: str


@dataclass(frozen=True, slots=True)
class NotModified:
    """The address still gives what was kept of it."""

    asked: str
    read_on: str


@dataclass(frozen=True, slots=True)
class _Response:
    status: int
    headers: Headers
    body: bytes


@dataclass(slots=True)
class Fetcher:
    """Fetches articles one after another; remembers each host's robots.txt."""

    fence: Fence = field(default_factory=Fence)
    seconds: float = SECONDS
    max_bytes: int = MAX_BYTES
    ssl_context: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    _robots: dict[str, str | None] = field(default_factory=dict)

    def fetch(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> Fetched | NotModified:
        """What `url` gives now; NotModified where that is what the two validators stand for.

        Raises:
            WebError: the fence or robots.txt refuses, a limit is passed, or the host does not give
                the article.
        """
        ends_at = time.monotonic() + self.seconds
        conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = {name: value for name, value in conditions.items() if value}
        at, response = self._follow(url, headers, ends_at, obey=True)
        today = datetime.now(UTC).date().isoformat()
        if response.status == 304 and headers:
            return NotModified(url, today)
        if response.status != 200:
            raise WebError(url, f"the host answered {response.status}")
        said = response.headers
        content_type = said.get("content-type", "")
        validators = said.get("etag"), said.get("last-modified")
        return Fetched(url, at, content_type, response.body, *validators, today)

    def _follow(
        self, url: str, headers: Mapping[str, str], ends_at: float, *, obey: bool
    ) -> tuple[str, _Response]:
        """The last address and its response, each hop checked like the first."""
        at = url
        for _ in range(MAX_REDIRECTS + 1):
            self.fence.refuse_odd(at)
            if obey:
                self._obey_robots(at, ends_at)
            response = self._ask(at, headers, ends_at)
            target = response.headers.get("location")
            if response.status not in REDIRECTS or not target:
                return at, response
            at = _joined(at, target)
        raise WebError(url, f"more than {MAX_REDIRECTS} redirects")

    def _obey_robots(self, url: str, ends_at: float) -> None:
        """Refuse what the host's robots.txt disallows (RFC 9309: none is yes, an error is no)."""
        from protego import Protego  # only fetching needs it

        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._robots:
            _, response = self._follow(f"{origin}/robots.txt", {}, ends_at, obey=False)
            if response.status >= 500:
                raise WebError(url, f"its robots.txt gave {response.status}; try again later")
            text = response.body.decode("utf-8", "ignore") if response.status == 200 else None
            self._robots[origin] = text
        rules = self._robots[origin]
        if rules is not None and not Protego.parse(rules).can_fetch(url, ROBOTS_NAME):
            raise WebError(url, "its robots.txt asks programs not to read it")

    def _ask(self, url: str, headers: Mapping[str, str], ends_at: float) -> _Response:
        """One request to one address that the fence let through."""
        addresses = self.fence.addresses(url, timeout_s=ends_at - time.monotonic())
        sent = [("User-Agent", USER_AGENT), ("Accept-Encoding", "gzip"), *headers.items()]
        backend = _Pinned(addresses[0], ends_at)
        try:
            with (
                httpcore.ConnectionPool(self.ssl_context, network_backend=backend) as pool,
                pool.stream("GET", url.partition("#")[0], headers=sent) as response,
            ):
                pairs = ((k.decode("latin-1"), v.decode("latin-1")) for k, v in response.headers)
                found = {name.casefold(): value for name, value in pairs}
                body = self._body(response.iter_stream(), found, url)
                backend.check(url)
                return _Response(response.status, found, body)
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
            backend.check(url)
            raise WebError(
                url, f"the connection failed: {error or type(error).__name__}"
            ) from error
        except httpcore.UnsupportedProtocol as error:
            raise WebError(url, str(error)) from error
        finally:
            backend.close()

    def _body(self, chunks: Iterable[bytes], headers: Headers, url: str) -> bytes:
        """The body, unpacked, and never more of it than is allowed."""
        coding = headers.get("content-encoding", "identity").strip().casefold()
        if coding not in ("identity", "gzip", "x-gzip"):
            raise WebError(url, f"came in the coding {coding!r}, which was not asked for")
        out = bytearray()
        unpacked = chunks if coding == "identity" else _gunzip(chunks, self.max_bytes, url)
        for chunk in unpacked:
            out += chunk
            if len(out) > self.max_bytes:
                raise WebError(url, f"is larger than {self.max_bytes} bytes")
        return bytes(out)


def _joined(at: str, target: str) -> str:
    """Where a redirect leads; one that is no address is refused as it stands."""
    try:
        return urljoin(at, target)
    except ValueError:
        return target


def _gunzip(chunks: Iterable[bytes], max_bytes: int, url: str) -> Iterator[bytes]:
    """Unpacked pieces; each is bounded, so that a bomb bursts in small change."""
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        for chunk in chunks:
            yield unpacker.decompress(chunk, max_bytes + 1)
    except zlib.error as error:
        raise WebError(url, f"its compression is damaged: {error}") from error
    if not unpacker.eof:
        raise WebError(url, "ended before it was complete")


class _Pinned(httpcore.NetworkBackend):
    """Connects to one checked address whatever the host's name says by now; ends with its time."""

    def __init__(self, address: str, ends_at: float) -> None:
        self._address = address
        self._ends_at = ends_at
        self._timer: Timer | None = None

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the checked address: resolving `host` again could give another one."""
        left = max(self._ends_at - time.monotonic(), 0.001)
        stream = httpcore.SyncBackend().connect_tcp(
            self._address, port, left, local_address, socket_options
        )
        # Time limits on single reads do not bound a host that sends a byte every nine seconds.
        cut = partial(_shut, stream.get_extra_info("socket"))
        self._timer = Timer(max(self._ends_at - time.monotonic(), 0.001), cut)
        self._timer.daemon = True
        self._timer.start()
        return stream

    def check(self, url: str) -> None:
        """Raise where the time is over: what came by then may be half of it."""
        if time.monotonic() >= self._ends_at:
            raise WebError(url, "took too long; the limit is 10 seconds for an article")

    def close(self) -> None:
        """The request is over."""
        if self._timer is not None:
            self._timer.cancel()


def _shut(connection: socket) -> None:
    try:
        connection.shutdown(SHUT_RDWR)
    except OSError:  # closed already
        return
