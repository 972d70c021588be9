"""What a request must pass before any route sees it. Each check gives a Refusal or None.

The order matters: who is called, from which page, with what right, to which path, how often.
"""

import base64
import hmac
import ipaddress
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from assistant.web import fence
from assistant.web.limits import TokenBuckets
from assistant.web.request import Asked, Refusal

Check = Callable[[Asked], Refusal | None]

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")
PROBES = frozenset({"/healthz", "/readyz"})
REALM = 'Basic realm="Quoth", charset="UTF-8"'


def known_host(allowed: Iterable[str]) -> Check:
    """The Host header, and the Origin where a browser sends one, name this site.

    Against DNS rebinding and against pages elsewhere that make a visitor's browser ask.
    """
    names = frozenset(map(str.casefold, (*LOOPBACK_NAMES, *allowed)))

    def check(asked: Asked) -> Refusal | None:
        if fence.host_name(asked.headers.get("host", "")) not in names:
            return Refusal(421)
        origin = asked.headers.get("origin")
        if origin is not None and _host_of(origin) not in names:
            return Refusal(403)
        return None

    return check


def has_key(*, basic: str | None, token: str | None) -> Check:
    """The whole site behind a password or a token; with neither set it is open.

    Probes of health need none: whoever runs the machine asks them, and they say nothing.
    """
    accepted = [f"basic {base64.b64encode(basic.encode()).decode()}"] if basic else []
    accepted += [f"bearer {token}"] if token else []

    def check(asked: Asked) -> Refusal | None:
        scheme, _, key = asked.headers.get("authorization", "").partition(" ")
        given = f"{scheme.casefold()} {key.strip()}".encode()  # RFC 9110: no case in a scheme
        # Every key is compared, each in constant time: how long it takes tells nothing.
        fits = [hmac.compare_digest(given, right.encode()) for right in accepted]
        if not accepted or any(fits) or asked.path in PROBES:
            return None
        return Refusal(401, (("www-authenticate", REALM if basic else "Bearer"),))

    return check


def open_path() -> Check:
    """The path is one of those that are open."""
    return lambda asked: None if fence.is_open(asked.method, asked.path) else Refusal(404)


def not_too_often(per_minute: int) -> Check:
    """A peer's questions stay within its rate; half a minute's worth may come at once.

    The loopback has no limit: it is this machine itself, or a proxy that was not named, behind
    which one visitor's questions would count against all.
    """
    buckets = TokenBuckets(per_s=per_minute / 60, burst=max(1, per_minute // 2))

    def check(asked: Asked) -> Refusal | None:
        if not (per_minute and fence.is_question(asked.method, asked.path)):
            return None
        if asked.peer is None or _is_loopback(asked.peer):
            return None
        wait_s = buckets.take(asked.peer)
        return Refusal(429, (("retry-after", str(wait_s)),)) if wait_s else None

    return check


def _host_of(origin: str) -> str:
    """The name in an Origin header; empty, which is no host's name, where it is no address."""
    try:
        return fence.host_name(urlsplit(origin).netloc)
    except ValueError:
        return ""


def _is_loopback(peer: str) -> bool:
    try:
        return ipaddress.ip_address(peer).is_loopback
    except ValueError:
        return False
