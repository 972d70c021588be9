"""Reading from the web: only what is public, allowed, small and in time; kept with its day.

A server on the loopback stands for the web. The fence lets it through on its own port only, in
these tests only; names are resolved by the tests.
"""

import gzip
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ingest.__main__ import app
from ingest.errors import WebError
from ingest.read import read_articles
from ingest.records import Source
from ingest.web import Fence, Fetched, Fetcher, NotModified, keep, refresh
from ingest.web.commands import fetch_article, located
from ingest.web.fence import is_public
from ingest.web.fetch import USER_AGENT

PAGE = b"<html><head><meta charset=utf-8></head><body><p>Feet get cold.</p></body></html>"
Answer = tuple[int, dict[str, str], bytes]


class Web:
    """What the server answers by path, and what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.trickle = threading.Event()  # set when a slow answer may stop
        self.port = 0

    def url(self, path: str, host: str = "feet.example") -> str:
        return f"http://{host}:{self.port}{path}"

    def fetcher(self, resolve: Callable[[str, int], list[str]] | None = None) -> Fetcher:
        loopback = resolve or (lambda _host, _port: ["127.0.0.1"])
        return Fetcher(Fence(loopback, frozenset({self.port})))


def handler(web: Web) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            web.asked.append((self.path, dict(self.headers)))
            status, headers, body = web.answers.get(self.path, (404, {}, b""))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if self.path == "/slow":
                self.end_headers()
                while not web.trickle.wait(0.05):
                    try:
                        self.wfile.write(b"x")
                    except OSError:
                        return
                return
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


@pytest.fixture
def web() -> Iterator[Web]:
    web = Web()
    with ThreadingHTTPServer(("127.0.0.1", 0), handler(web)) as server:
        server.daemon_threads = True
        web.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield web
        finally:
            web.trickle.set()
            server.shutdown()
            thread.join()


def refused(fetcher: Fetcher, url: str) -> str:
    with pytest.raises(WebError) as found:
        fetcher.fetch(url)
    return found.value.reason


def test_an_article_comes_with_its_validators_and_the_day_of_reading(web: Web) -> None:
    said = {"Content-Type": "text/html", "ETag": '"v1"', "Last-Modified": "Wed, 01 May 2024"}
    web.answers["/cold"] = (200, said, PAGE)

    found = web.fetcher().fetch(web.url("/cold"))

    assert found == Fetched(
        asked=web.url("/cold"),
        url=web.url("/cold"),
        content_type="text/html",
        body=PAGE,
        etag='"v1"',
        last_modified="Wed, 01 May 2024",
        read_on=datetime.now(UTC).date().isoformat(),
    )
    assert [path for path, _ in web.asked] == ["/robots.txt", "/cold"]
    assert all(headers["User-Agent"] == USER_AGENT for _, headers in web.asked)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0"),
        *("100.64.0.1", "192.0.0.8", "192.0.2.1", "198.18.0.1", "203.0.113.9", "224.0.0.1"),
        *("240.0.0.1", "255.255.255.255", "192.88.99.1"),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "fec0::1"),
        *("::ffff:10.0.0.1", "::ffff:127.0.0.1", "::10.0.0.1", "64:ff9b::a00:1"),
        *(
            "64:ff9b:1::808:808",
            "2002:a00:1::1",
            "2001:0:1::1",
            "2001:db8::1",
            "3fff::1",
            "5f00::1",
        ),
    ],
)
def test_an_address_that_is_not_public_is_never_asked(address: str) -> None:
    fetcher = Fetcher(Fence(lambda _host, _port: ["8.8.8.8", address]))

    assert not is_public(ip_address(address))
    assert refused(fetcher, "https://feet.example/") == (
        "feet.example is not a public address; such are never asked"
    )


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "100.128.0.1"]
)
def test_a_public_address_passes_in_every_form(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://feet.example/", "only https addresses are fetched"),
        ("file:///etc/passwd", "only https addresses are fetched"),
        ("ftp://feet.example/", "only https addresses are fetched"),
        ("https://ada:secret@feet.example/", "an address with a user name in it is not fetched"),
        ("https://feet.example:22/", "port 22; only 443, the port of https, is asked"),
        ("https://feet.example:x/", "no valid address: Port could not be cast"),
        ("https:///cold", "no valid address"),
        ("https://[::1/", "no valid address"),
    ],
)
def test_an_address_of_another_kind_is_refused(url: str, reason: str) -> None:
    assert refused(Fetcher(Fence(lambda _h, _p: ["8.8.8.8"])), url).startswith(reason)


def test_the_allowance_for_tests_holds_for_the_loopback_and_its_port_only(web: Web) -> None:
    web.answers["/"] = (200, {"Content-Type": "text/html"}, PAGE)
    inside = web.fetcher(lambda _host, _port: ["10.0.0.1"])

    assert "not a public address" in refused(inside, web.url("/"))
    assert refused(web.fetcher(), "http://feet.example/") == "only https addresses are fetched"
    assert "not a public" in refused(web.fetcher(), "https://feet.example/")


def test_three_redirects_are_followed_and_a_fourth_is_not(web: Web) -> None:
    for n in range(4):
        web.answers[f"/{n}"] = (302, {"Location": f"/{n + 1}"}, b"")
    web.answers["/4"] = (200, {"Content-Type": "text/html"}, PAGE)

    assert web.fetcher().fetch(web.url("/1")).url == web.url("/4")  # type: ignore[union-attr]
    assert refused(web.fetcher(), web.url("/0")) == "more than 3 redirects"


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("https://router.example/admin", "router.example is not a public address"),
        ("https://169.254.169.254/latest/meta-data", "169.254.169.254 is not a public address"),
        ("http://feet.example/", "only https"),
        ("file:///etc/passwd", "only https"),
    ],
)
def test_a_redirect_is_checked_like_the_address_itself(web: Web, target: str, reason: str) -> None:
    web.answers["/"] = (302, {"Location": target}, b"")
    known = {"feet.example": ["127.0.0.1"], "router.example": ["192.168.1.1"]}
    fetcher = web.fetcher(lambda host, _port: known.get(host, [host]))

    assert refused(fetcher, web.url("/")).startswith(reason)


def test_a_name_that_leads_elsewhere_the_second_time_is_refused(web: Web) -> None:
    web.answers["/"] = (200, {"Content-Type": "text/html"}, PAGE)
    answers = iter([["127.0.0.1"], ["10.0.0.7"]])

    reason = refused(web.fetcher(lambda _host, _port: next(answers)), web.url("/"))

    assert reason == "feet.example is not a public address; such are never asked"
    assert [path for path, _ in web.asked] == ["/robots.txt"]


def test_the_connection_goes_to_the_address_that_was_checked(web: Web) -> None:
    web.answers["/"] = (200, {"Content-Type": "text/html"}, PAGE)
    asked: list[str] = []

    def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    web.fetcher(resolve).fetch(web.url("/", host="nowhere.invalid"))

    assert asked == ["nowhere.invalid", "nowhere.invalid"]  # robots.txt and page, once each
    assert web.asked[1][1]["Host"] == f"nowhere.invalid:{web.port}"


def test_a_body_and_a_gzip_bomb_are_cut_at_the_limit(web: Web) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    web.answers["/bomb"] = (200, {"Content-Encoding": "gzip"}, bomb)
    web.answers["/large"] = (200, {}, bytes(10 * 1024 * 1024 + 1))

    assert len(bomb) < 60_000
    assert refused(web.fetcher(), web.url("/bomb")) == "is larger than 10485760 bytes"
    assert refused(web.fetcher(), web.url("/large")) == "is larger than 10485760 bytes"


def test_compression_is_undone_and_what_is_damaged_or_cut_is_refused(web: Web) -> None:
    packed = gzip.compress(PAGE)
    web.answers["/whole"] = (200, {"Content-Encoding": "gzip"}, packed)
    web.answers["/cut"] = (200, {"Content-Encoding": "gzip"}, packed[:-9])
    web.answers["/noise"] = (200, {"Content-Encoding": "gzip"}, b"noise")
    web.answers["/other"] = (200, {"Content-Encoding": "br"}, b"noise")

    found = web.fetcher().fetch(web.url("/whole"))

    assert isinstance(found, Fetched)
    assert found.body == PAGE
    assert refused(web.fetcher(), web.url("/cut")) == "ended before it was complete"
    assert refused(web.fetcher(), web.url("/noise")).startswith("its compression is damaged")
    assert refused(web.fetcher(), web.url("/other")).startswith("came in the coding 'br'")


def test_a_host_that_trickles_is_cut_off_when_the_time_is_over(web: Web) -> None:
    web.answers["/slow"] = (200, {"Content-Type": "text/html"}, b"")
    fetcher = web.fetcher()
    fetcher.seconds = 0.3

    assert refused(fetcher, web.url("/slow")).startswith("took too long")


def test_a_resolver_that_does_not_answer_is_not_waited_for() -> None:
    never = threading.Event()
    fetcher = Fetcher(Fence(lambda _h, _p: ["8.8.8.8"] if never.wait(30) else []), seconds=0.05)

    reason = refused(fetcher, "https://feet.example/")
    never.set()

    assert reason == "its name could not be resolved in time"


def test_robots_txt_is_obeyed_for_the_page_and_for_where_it_redirects(web: Web) -> None:
    rules = b"User-agent: *\nDisallow: /private\n\nUser-agent: Other\nDisallow: /\n"
    web.answers["/robots.txt"] = (200, {}, rules)
    web.answers["/private/feet"] = (200, {}, PAGE)
    web.answers["/open"] = (302, {"Location": "/private/feet"}, b"")

    for path in ("/private/feet", "/open"):
        assert (
            refused(web.fetcher(), web.url(path)) == "its robots.txt asks programs not to read it"
        )
    assert "/private/feet" not in [path for path, _ in web.asked]


def test_a_robots_txt_that_fails_is_a_no_and_one_that_is_missing_a_yes(web: Web) -> None:
    web.answers["/"] = (200, {"Content-Type": "text/html"}, PAGE)
    assert isinstance(web.fetcher().fetch(web.url("/")), Fetched)

    web.answers["/robots.txt"] = (503, {}, b"")
    assert refused(web.fetcher(), web.url("/")) == "its robots.txt gave 503; try again later"


def test_what_has_not_changed_is_asked_for_under_a_condition(web: Web) -> None:
    web.answers["/"] = (304, {}, b"")

    found = web.fetcher().fetch(web.url("/"), etag='"v1"', last_modified="Wed, 01 May 2024")

    assert isinstance(found, NotModified)
    headers = web.asked[-1][1]
    assert (headers["If-None-Match"], headers["If-Modified-Since"]) == ('"v1"', "Wed, 01 May 2024")


def test_a_host_that_does_not_give_the_article_is_named_with_its_answer(web: Web) -> None:
    assert refused(web.fetcher(), web.url("/gone")) == "the host answered 404"


def page(web: Web, body: bytes = PAGE, content_type: str = "text/html") -> Fetched:
    return Fetched(
        web.url("/cold"), web.url("/cold"), content_type, body, '"v1"', None, "2026-11-25"
    )


def test_a_kept_page_is_an_article_with_its_address_and_day(web: Web, tmp_path: Path) -> None:
    path = keep(page(web), tmp_path)

    (found,) = read_articles([tmp_path])

    assert path.suffix == ".html"
    assert path.name.startswith("feet-example-cold-")
    assert isinstance(found, Source)
    assert (found.metadata.url, found.metadata.read_on) == (web.url("/cold"), "2026-11-25")


def test_keeping_a_page_again_changes_its_file_and_no_word_of_the_curator(
    web: Web, tmp_path: Path
) -> None:
    path = keep(page(web), tmp_path)
    listing = tmp_path / "sources.toml"
    curated = listing.read_text() + 'licence = "CC BY 4.0"  # asked them\n'
    listing.write_text(curated)

    assert keep(page(web, PAGE.replace(b"cold", b"warm")), tmp_path) == path

    assert b"warm" in path.read_bytes()
    assert listing.read_text() == curated


def test_a_page_in_the_charset_of_its_header_is_kept_in_utf8(web: Web, tmp_path: Path) -> None:
    path = keep(page(web, "<p>Füße".encode("cp1252"), "text/html; charset=windows-1252"), tmp_path)

    assert path.read_bytes() == "<p>Füße".encode("utf-8-sig")


def test_what_is_no_article_is_not_kept(web: Web, tmp_path: Path) -> None:
    with pytest.raises(WebError, match="is image/png; only"):
        keep(page(web, b"x", "image/png"), tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "reason"),
    [("a.txt", "is .html, but its listing calls it 'a.txt'"), ("../a.html", "no plain file name")],
)
def test_a_listing_cannot_make_a_page_something_else(
    web: Web, tmp_path: Path, name: str, reason: str
) -> None:
    with pytest.raises(WebError, match=reason):
        keep(page(web), tmp_path, name=name)
    assert list(tmp_path.iterdir()) == []


def test_a_listing_is_refreshed_and_one_failure_does_not_stop_the_others(
    web: Web, tmp_path: Path
) -> None:
    web.answers["/a"] = (200, {"Content-Type": "text/plain", "ETag": '"a1"'}, b"Feet get cold.")
    listing = tmp_path / "sources.toml"
    listing.write_text(
        f'[[source]]\nfile = "a.txt"\nurl = "{web.url("/a")}"\n\n'
        f'[[source]]\nfile = "b.txt"\nurl = "{web.url("/b")}"\n'
    )

    first = refresh(listing, web.fetcher())
    web.answers["/a"] = (304, {}, b"")
    second = refresh(listing, web.fetcher())

    assert first == {web.url("/a"): "kept as a.txt", web.url("/b"): "the host answered 404"}
    assert second[web.url("/a")] == "not modified"
    assert web.asked[-2][1]["If-None-Match"] == '"a1"'
    assert (tmp_path / "a.txt").read_bytes() == b"Feet get cold."


def test_the_web_is_off_unless_the_operator_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("QUOTH_ALLOW_WEB", raising=False)

    with pytest.raises(WebError, match="reading from the web is off; set QUOTH_ALLOW_WEB=1"):
        fetch_article("https://feet.example/", tmp_path)
    with pytest.raises(WebError, match="is off"):
        located("https://feet.example/")
    assert located("feet/cold.md") == Path("feet/cold.md")


def test_the_commands_that_read_from_the_web_say_how_to_allow_it(tmp_path: Path) -> None:
    listing = tmp_path / "sources.toml"
    listing.write_text('[[source]]\nfile = "a.html"\nurl = "https://feet.example/"\n')

    for command in (["fetch", str(listing)], ["add", "https://feet.example/"]):
        found = CliRunner().invoke(app, command, env={"QUOTH_ALLOW_WEB": ""})
        assert isinstance(found.exception, WebError)
        assert found.exception.reason == (
            "reading from the web is off; set QUOTH_ALLOW_WEB=1 for this one command"
        )


def test_fetch_says_of_each_address_what_became_of_it(tmp_path: Path) -> None:
    listing = tmp_path / "sources.toml"
    listing.write_text('[[source]]\nfile = "a.html"\nurl = "https://127.0.0.1/"\n')

    found = CliRunner().invoke(app, ["fetch", str(listing)], env={"QUOTH_ALLOW_WEB": "1"})

    assert found.stdout == (
        "https://127.0.0.1/\t127.0.0.1 is not a public address; such are never asked\n"
    )
    assert isinstance(found.exception, WebError)
