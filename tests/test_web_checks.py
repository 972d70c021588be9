"""Who is answered: by host, by page of origin, by key, by how often they ask, by which proxy."""

import base64

import pytest

from assistant.web.limits import TokenBuckets, visitor
from tests.web import Inner, Site, assert_problem, guarded, send


@pytest.mark.parametrize("base_url", ["http://evil.example", "http://localhost.evil.example"])
def test_another_host_name_is_refused(base_url: str) -> None:
    assert_problem(send(guarded(Inner()), "GET", "/", base_url=base_url), 421)


@pytest.mark.parametrize(
    "base_url",
    ["http://localhost:7860", "http://127.0.0.1", "http://[::1]:80", "http://LIBRARY.example"],
)
def test_the_loopback_and_the_allowed_names_are_served(base_url: str) -> None:
    site = Site(allowed_hosts=("library.example",))

    assert site("GET", "/healthz", base_url=base_url).status_code == 200


def test_nobody_may_say_who_forwarded_a_request() -> None:
    inner = Inner()
    sent = {"x-forwarded-host": "evil", "x-forwarded-proto": "https", "forwarded": "for=x"}

    send(guarded(inner), "GET", "/", headers=sent)

    assert not {name for name, _ in inner.scopes[0]["headers"]} & {k.encode() for k in sent}


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "https://localhost.evil", "http://[::1", "http://]"]
)
def test_a_page_of_another_site_cannot_make_a_browser_ask(origin: str) -> None:
    response = Site()("POST", "/api/ask", json={"question": "?"}, headers={"origin": origin})

    assert_problem(response, 403)
    assert "access-control-allow-origin" not in response.headers


def test_our_own_page_may_ask() -> None:
    sent = {"origin": "http://localhost:7860"}

    assert Site()("GET", "/healthz", headers=sent).status_code == 200


def test_a_preflight_is_not_answered() -> None:
    sent = {"origin": "http://localhost", "access-control-request-method": "POST"}

    response = Site()("OPTIONS", "/api/ask", headers=sent)

    assert_problem(response, 405)
    assert "access-control-allow-methods" not in response.headers


BASIC = "Basic " + base64.b64encode(b"nurse:owl").decode()
TOKEN = "Bearer 0123456789abcdef"


@pytest.mark.parametrize(
    ("header", "status"),
    [
        (None, 401),
        (BASIC, 200),
        (TOKEN, 200),
        (BASIC[:-1], 401),
        (TOKEN.replace("Bearer", "bearer"), 200),
        (BASIC.replace("Basic", "BASIC "), 200),
        (TOKEN.upper(), 401),
        (TOKEN.replace("Bearer", "Basic"), 401),
        ("Basic " + base64.b64encode("nurse:owl\u00e9".encode()).decode(), 401),
        ("", 401),
    ],
)
def test_the_whole_site_may_ask_for_a_password_or_a_token(header: str | None, status: int) -> None:
    site = Site(basic_auth="nurse:owl", access_token="0123456789abcdef")
    sent = {} if header is None else {"authorization": header}

    response = site("GET", "/api/documents", headers=sent)

    assert response.status_code == status
    if status == 401:
        assert_problem(response, 401)
        assert response.headers["www-authenticate"].startswith("Basic realm=")


def test_what_does_not_exist_asks_for_the_password_too_and_probes_of_health_do_not() -> None:
    site = Site(basic_auth="nurse:owl")

    assert_problem(site("GET", "/nothing"), 401)
    assert_problem(site("GET", "/metrics"), 401)
    assert site("GET", "/healthz").status_code == 200
    assert site("GET", "/readyz").status_code == 200


class Clock:
    """Seconds, moved by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_gives_its_burst_at_once_and_then_its_rate() -> None:
    clock = Clock()
    buckets = TokenBuckets(per_s=0.5, burst=2, clock=clock)

    assert [buckets.take("a") for _ in range(3)] == [0, 0, 2]
    clock.now = 1.5
    assert buckets.take("a") == 1  # three quarters of a token: half a second is missing
    clock.now = 2.0
    assert [buckets.take("a"), buckets.take("a")] == [0, 2]
    assert buckets.take("b") == 0


def test_a_bucket_never_holds_more_than_its_burst() -> None:
    clock = Clock()
    buckets = TokenBuckets(per_s=1, burst=2, clock=clock)
    buckets.take("a")
    clock.now = 1000.0

    assert [buckets.take("a") for _ in range(3)] == [0, 0, 1]


def ask(site: Site, **options: object) -> int:
    return site("POST", "/api/ask", json={"question": "?"}, **options).status_code


def test_an_address_that_asks_too_often_is_told_when_to_come_back() -> None:
    site = Site(rate_per_minute=4)

    statuses = [ask(site, peer="192.0.2.7") for _ in range(3)]
    refused = site("POST", "/api/ask", json={"question": "?"}, peer="192.0.2.7")

    assert statuses == [200, 200, 429]
    assert_problem(refused, 429)
    assert int(refused.headers["retry-after"]) in (14, 15)
    assert ask(site, peer="192.0.2.8") == 200
    assert site("GET", "/api/documents", peer="192.0.2.7").status_code == 200


def test_the_loopback_may_ask_as_often_as_it_likes() -> None:
    site = Site(rate_per_minute=4)

    assert [ask(site) for _ in range(5)] == [200] * 5


def test_a_named_proxy_says_whose_question_it_is() -> None:
    site = Site(rate_per_minute=2, trusted_proxies=("127.0.0.0/8",))

    def forwarded(name: str) -> int:
        return ask(site, peer="127.0.0.1", headers={"x-forwarded-for": name})

    assert [forwarded("192.0.2.7"), forwarded("192.0.2.7")] == [200, 429]
    assert forwarded("192.0.2.8") == 200
    # What a visitor claims stands before the address that the proxy saw.
    assert forwarded("192.0.2.9, 192.0.2.7") == 429


def test_nobody_else_says_so() -> None:
    site = Site(rate_per_minute=2, trusted_proxies=("10.0.0.1",))

    statuses = [
        ask(site, peer="192.0.2.7", headers={"x-forwarded-for": f"192.0.2.{n}"}) for n in range(3)
    ]

    assert statuses == [200, 429, 429]


@pytest.mark.parametrize(
    ("peer", "counted_as"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("fe80::1%eth0", "fe80::/64"),
        ("a-socket", "a-socket"),
    ],
)
def test_an_ipv6_address_counts_as_its_network_which_is_whole_one_visitors(
    peer: str, counted_as: str
) -> None:
    assert visitor(peer) == counted_as


def test_another_address_of_the_same_network_finds_the_same_bucket() -> None:
    buckets = TokenBuckets(per_s=1, burst=1, clock=Clock())

    taken = [buckets.take(f"2001:db8:1:{net}::{host}") for net, host in ((2, 1), (2, 2), (3, 1))]

    assert taken == [0, 1, 0]
