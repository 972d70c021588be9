"""What docs/operate.md offers is run: nginx in front of Quoth, the unit, the container's steps."""

import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from assistant.safety import disclaimer
from assistant.settings import PREFIX, Settings
from assistant.web import headers, metrics, problem
from benchmarks.browser import chromium
from tests.browsing import NEEDS_CHROMIUM, visit
from tests.conftest import GRACE_S, REPOSITORY, running
from tests.web import Fake, Site

DEPLOY = REPOSITORY / "deploy"
OPERATE = (REPOSITORY / "docs/operate.md").read_text(encoding="utf-8")
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
NAME = "quoth.example.org"
needs_nginx = pytest.mark.skipif(
    NGINX is None or shutil.which("openssl") is None,
    reason="needs Debian's nginx and openssl: apt-get install nginx-light openssl",
)

# The site without a model, on a port that the test names, behind a proxy that it trusts.
SERVER = f"""
import runpy, sys
from assistant.settings import Settings
from assistant.web.serve import serve
Fake = runpy.run_path("tests/web.py", run_name="fakes")["Fake"]
serve(Fake(), Settings(
    port=int(sys.argv[1]), trusted_proxies=("127.0.0.1",), allowed_hosts=("{NAME}",),
    rate_per_minute=6,
))
"""


@dataclass(frozen=True)
class Front:
    """nginx, running the configuration of deploy/ on ports of its own."""

    http: int
    https: int
    folder: Path
    upstream: str

    def __call__(self, method: str, path: str, **options: object) -> httpx.Response:
        headers = {"host": NAME, **options.pop("headers", {})}  # type: ignore[dict-item]
        with self.client() as client:
            return client.request(
                method, path, headers=headers, extensions={"sni_hostname": NAME}, **options
            )

    def client(self) -> httpx.Client:
        """A visitor, who may hold many connections."""
        trusted = ssl.create_default_context(cafile=str(self.folder / "fullchain.pem"))
        address = f"https://127.0.0.1:{self.https}"
        return httpx.Client(verify=trusted, timeout=60, base_url=address)

    def statuses(self, paths: list[str], at_once: int) -> Counter[int]:
        """How often each status answered, `at_once` in flight; events are not waited for."""
        with self.client() as client, ThreadPoolExecutor(at_once) as visitors:

            def get(path: str) -> int:
                sni = {"sni_hostname": NAME}
                with client.stream("GET", path, headers={"host": NAME}, extensions=sni) as answer:
                    if answer.headers["content-type"].startswith("text/event-stream"):
                        return answer.status_code
                    answer.read()
                return answer.status_code

            return Counter(visitors.map(get, paths))


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def certificate(folder: Path) -> None:
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1",
            "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}",
            "-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem",
        ],
        check=True, capture_output=True,
    )  # fmt: skip


def configuration(folder: Path, upstream: int, http: int, https: int) -> Path:
    """The file of deploy/, with this test's ports and certificate, inside a minimal main file."""
    site = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for found, replaced in (
        ("127.0.0.1:7860", f"127.0.0.1:{upstream}"),
        ("listen 80;", f"listen 127.0.0.1:{http};"),
        ("listen 443 ssl", f"listen 127.0.0.1:{https} ssl"),
        ("/etc/ssl/quoth/", f"{folder}/"),
    ):
        assert found in site
        site = site.replace(found, replaced)
    (folder / "site.conf").write_text(site, encoding="utf-8")
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main = folder / "nginx.conf"
    main.write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log;\n"
        f"events {{}}\nhttp {{ {temporary} include {folder}/site.conf; }}\n",
        encoding="utf-8",
    )
    return main


@contextmanager
def nginx(folder: Path, upstream: str) -> Iterator[Front]:
    """Nginx before what listens at `upstream`, if anything does."""
    certificate(folder)
    http, https = free_port(), free_port()
    main = configuration(folder, int(upstream.rsplit(":", 1)[1]), http, https)
    process = subprocess.Popen([str(NGINX), "-c", str(main), "-e", str(folder / "error.log")])
    try:
        with httpx.Client(transport=httpx.HTTPTransport(retries=6)) as client:
            client.get(f"http://127.0.0.1:{http}/")
        yield Front(http, https, folder, upstream)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=GRACE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """Nginx before the site."""
    with (
        running([sys.executable, "-c", SERVER], ready="/healthz") as url,
        nginx(tmp_path_factory.mktemp("nginx"), url) as before,
    ):
        yield before


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Front]:
    """Nginx before a port where nothing listens."""
    with nginx(tmp_path, f"http://127.0.0.1:{free_port()}") as before:
        yield before


@needs_nginx
@pytest.mark.slow
def test_plain_http_is_sent_to_https(front: Front) -> None:
    response = httpx.get(f"http://127.0.0.1:{front.http}/x?y=1", headers={"host": NAME})

    assert response.status_code == 308
    assert response.headers["location"] == f"https://{NAME}/x?y=1"


@needs_nginx
@pytest.mark.slow
def test_a_question_is_answered_through_nginx_with_every_header_of_the_fence(front: Front) -> None:
    response = front("POST", "/api/ask", json={"question": "Do twitches hurt?"})

    assert response.status_code == 200
    assert response.json()["disclaimer"] == disclaimer()
    assert response.headers["content-security-policy"].startswith("default-src 'none'")
    assert response.headers["strict-transport-security"] == "max-age=31536000"


@needs_nginx
@pytest.mark.slow
def test_the_page_and_its_events_come_through_nginx(front: Front) -> None:
    page = front("GET", "/")
    session = {"session_hash": "nginx1"}
    joined = front(
        "POST",
        "/page/gradio_api/queue/join",
        json={"data": ["Do twitches hurt?", None, None], "fn_index": 0, **session},
    )
    events = front("GET", "/page/gradio_api/queue/data", params=session)

    assert disclaimer() in page.text
    assert joined.status_code == 200
    assert '"process_completed"' in events.text.replace(" ", "")
    assert "Twitches of ALS are not painful." in events.text


@needs_nginx
@NEEDS_CHROMIUM
@pytest.mark.slow
def test_two_dozen_people_behind_one_address_open_the_page_at_once(front: Front) -> None:
    with chromium() as browser:
        opened = visit(browser, front.upstream, "desktop", "light")
        paths = [address.removeprefix(front.upstream) for address in opened.read]

    assert len(paths) > 40
    assert front.statuses(paths * 24, at_once=40) == {200: 24 * len(paths)}


@needs_nginx
@pytest.mark.slow
def test_quoth_limits_the_visitor_and_not_nginx_and_a_visitor_cannot_claim_another_address(
    front: Front,
) -> None:
    statuses = [
        front(
            "POST", "/api/ask", json={"question": "?"}, headers={"x-forwarded-for": f"192.0.2.{n}"}
        ).status_code
        for n in range(6)
    ]

    # nginx replaces the claim with the address it saw, the loopback, which has no limit.
    assert statuses == [200] * 6
    direct = [
        httpx.post(
            f"{front.upstream}/api/ask",
            json={"question": "?"},
            headers={"x-forwarded-for": "192.0.2.1"},
        ).status_code
        for _ in range(4)
    ]
    assert direct == [200, 200, 200, 429]


def assert_told_as_by_quoth(response: httpx.Response, status: int, says: str | None = None) -> None:
    """Status, members and headers of one of our problems; nginx knows no request id."""
    assert response.status_code == status
    assert response.headers["content-type"] == problem.MEDIA_TYPE
    assert response.json() == problem.body(status, says=says, request_id=None)
    expected = {**headers.SECURITY, "strict-transport-security": "max-age=31536000"}
    assert {name: response.headers.get(name) for name in expected} == expected


@needs_nginx
@pytest.mark.slow
@pytest.mark.parametrize(
    ("method", "path", "options", "status", "says"),
    [
        ("POST", "/api/ask", {"content": b"x" * 70_000}, 413, None),
        ("GET", "/" + "x" * 40_000, {}, 413, None),
        ("GET", "/", {"headers": {"x": "x" * 40_000}}, 413, None),
        ("GET", "/", {"headers": {"host": "a b"}}, 400, None),
        ("TRACE", "/", {}, 405, None),
        ("GET", "/metrics", {}, 404, None),
        ("GET", "/quoth-problem", {}, 404, None),
        ("POST", "/api/ask", {"json": {"question": "?"}}, 502, "abstain_index_unavailable"),
    ],
)
def test_what_nginx_refuses_is_told_as_quoth_would_tell_it_and_no_log_says_who_asked(
    alone: Front, method: str, path: str, options: dict[str, object], status: int, says: str | None
) -> None:
    assert_told_as_by_quoth(alone(method, path, **options), status, says)

    assert "client:" not in (alone.folder / "error.log").read_text(encoding="utf-8")


@needs_nginx
@pytest.mark.slow
def test_who_asks_without_end_is_told_to_wait_as_quoth_would_tell_it(alone: Front) -> None:
    with alone.client() as client:
        sni = {"sni_hostname": NAME}
        answers = [
            client.post("/api/ask", headers={"host": NAME}, extensions=sni) for _ in range(200)
        ]

    assert {answer.status_code for answer in answers} == {502, 429}
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert_told_as_by_quoth(refused, 429)
    assert refused.headers["retry-after"] == "1"
    assert "client:" not in (alone.folder / "error.log").read_text(encoding="utf-8")


@needs_nginx
@pytest.mark.slow
def test_what_quoth_refuses_comes_through_with_its_own_request_id(front: Front) -> None:
    response = front("GET", "/nothing")

    assert response.status_code == 404
    assert response.json()["request_id"] == response.headers["x-request-id"]


def test_every_setting_that_is_named_exists() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    files = [*DEPLOY.iterdir(), REPOSITORY / "docs/operate.md"]
    named = {n for f in files for n in re.findall(r"QUOTH_[A-Z_]+", f.read_text(encoding="utf-8"))}

    assert named - known == set()


def test_every_metric_that_is_to_be_watched_is_exposed() -> None:
    site = Site(Fake(), cached_replies=1)
    site("POST", "/api/ask", json={"question": "?"})
    exposed = site("GET", "/metrics").text
    table = OPERATE.split("## What to watch", 1)[1].split("\nLogs go", 1)[0]

    watched = set(re.findall(r"`((?:quoth|process)_[a-z_]+)", table))
    assert len(watched) > 10
    assert [name for name in watched if f"\n{name}" not in exposed] == []
    assert metrics.CONTENT_TYPE.startswith("text/plain")


def test_the_container_is_built_and_started_by_the_makefiles_own_targets() -> None:
    steps = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"\bmake (\w+)", steps.replace('", "', " "))

    assert targets.count("venv") >= 1
    assert "run" in targets
    assert all(re.search(rf"^{t}:", makefile, re.MULTILINE) for t in targets if t != "targets")
    assert not re.search(r"\bpip\b", steps)


def test_what_git_leaves_out_is_left_out_of_an_image_too() -> None:
    ignored, outside = (
        {
            line.strip("*/")
            for line in (REPOSITORY / name).read_text(encoding="utf-8").splitlines()
            if not line.startswith("#")
        }
        for name in (".gitignore", ".dockerignore")
    )
    caches = {name for name in ignored if name.endswith("_cache")}  # "**/.*_cache" names them all

    assert ".*_cache" in outside
    assert ignored - caches - outside == set()


def test_the_units_user_is_made_before_it_runs() -> None:
    unit = (DEPLOY / "quoth.service").read_text(encoding="utf-8")
    user = re.search(r"^User=(\w+)$", unit, re.MULTILINE)
    making = re.search(r"^#\s+(useradd .*)$", unit, re.MULTILINE)

    assert user is not None
    assert making is not None
    assert making[1].endswith(f" {user[1]}")
    assert OPERATE.index(making[1]) < OPERATE.index("systemctl enable --now quoth")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "quoth.service"
    text = (DEPLOY / "quoth.service").read_text(encoding="utf-8")
    unit.write_text(text.replace("/opt/quoth/.venv/bin/python", sys.executable), encoding="utf-8")

    checked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    about_ours = [line for line in checked.stderr.splitlines() if "quoth.service" in line]
    assert about_ours == []
