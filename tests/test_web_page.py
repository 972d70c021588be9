"""The real page behind the real guard, in a process of its own: what is open, shut and kept."""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import httpx
import pytest

from assistant.safety import disclaimer, sentence
from assistant.web.shell import ShellError, wrap
from tests.conftest import REPOSITORY, running

pytestmark = pytest.mark.slow

CANARY = "canary-d2b8"
SESSIONS = count()

# An assistant that fails when it is told to. Gradio leaves event loops unclosed, which would fail
# other tests, and a process has a log that can be read as a whole.
SERVER = """
import logging, sys
from assistant.records import InputError, Reason
from assistant.safety import disclaimer
from assistant.settings import Settings
from assistant.web.serve import serve

class Fake:
    generation, trouble, documents = "g1", None, ()
    example_questions = ("Do twitches hurt?", "<img src=x onerror=alert(1)>")

    def ask(self, question, *, previous=None):
        if "fail" in question:
            raise ValueError(question)
        return InputError(Reason.EMPTY, (), disclaimer(), "g1")

    def held(self):
        return self

    def document(self, document_id):
        return None

logging.basicConfig(level=logging.DEBUG)
serve(Fake(), Settings(port=int(sys.argv[1]), max_concurrent=2))
"""


@dataclass(frozen=True)
class Site:
    """A running server: where it is and what it wrote to its standard streams."""

    address: str
    log: Path


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The server, which answers."""
    log = tmp_path_factory.mktemp("page") / "server.log"
    with running([sys.executable, "-c", SERVER], ready="/", log=log) as url:
        yield Site(url, log)


@pytest.fixture
def address(site: Site) -> str:
    return site.address


def ask(address: str, data: list[object]) -> str:
    """What the page's script would send for a question, and every event that comes back."""
    session = f"session{next(SESSIONS)}"
    joined = httpx.post(
        f"{address}/page/gradio_api/queue/join",
        json={"data": data, "fn_index": 0, "session_hash": session, "trigger_id": None},
    )
    assert joined.status_code == 200
    with httpx.stream(
        "GET", f"{address}/page/gradio_api/queue/data", params={"session_hash": session}, timeout=30
    ) as events:
        return "".join(events.iter_text())


def test_the_page_says_what_it_is_before_any_script_runs(address: str) -> None:
    page = httpx.get(f"{address}/").text

    assert '<html lang="en">' in page
    assert page.count("<h1") == 1
    assert disclaimer() in page
    assert sentence("page_subtitle") in page
    assert sentence("needs_script") in page
    assert '<p id="status" class="visually-hidden" role="status">' in page


def test_the_page_names_no_other_site(address: str) -> None:
    page = httpx.get(f"{address}/").text

    hosts = set(re.findall(r"(?:src|href|content)=\"(?:https?:)?//([^/\"]+)", page))

    assert hosts == set()


def test_the_page_runs_under_a_policy_without_unsafe_scripts(address: str) -> None:
    policy = httpx.get(f"{address}/").headers["content-security-policy"]

    script = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert re.fullmatch(r"script-src 'self' 'sha256-[A-Za-z0-9+/=]+'", script)


def test_an_example_question_cannot_end_the_inline_script(address: str) -> None:
    page = httpx.get(f"{address}/").text

    assert "<img" not in page
    assert "\\u003cimg" in page


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/page/gradio_api/upload"),
        ("GET", "/page/gradio_api/file=https://example.org/"),
        ("GET", "/page/gradio_api/deep_link?session_hash=x"),
        ("GET", "/page/gradio_api/runs"),
        ("GET", "/page/monitoring"),
        ("GET", "/page/gradio_api/info"),
        ("POST", "/page/gradio_api/run/answer"),
        ("GET", "/page/"),
        ("GET", "/page/%2e%2e/api/documents"),
    ],
)
def test_what_the_page_does_not_need_is_not_there(address: str, method: str, path: str) -> None:
    response = httpx.request(method, f"{address}{path}")

    assert response.status_code == 404
    assert response.json()["disclaimer"] == disclaimer()


def test_the_files_of_the_page_are_served_and_gradios_may_be_kept(address: str) -> None:
    page = httpx.get(f"{address}/").text
    module = re.search(r'<script type="module" src="([^"]+)"', page)
    assert module is not None

    kept = httpx.get(f"{address}{module[1]}").headers["cache-control"]
    own = [httpx.get(f"{address}/{name}") for name in ("page.css", "page.js", "favicon.svg")]

    assert "immutable" in kept
    assert [r.status_code for r in own] == [200, 200, 200]
    assert {r.headers["cache-control"] for r in own} == {"no-store"}


def test_the_page_answers_through_its_queue(address: str) -> None:
    events = ask(address, ["?", None, None])

    assert '"success":true' in events
    assert sentence("input_empty") in events
    assert disclaimer() in events


@pytest.mark.parametrize(
    "data",
    [
        [f"fail {CANARY}", None, None],
        [CANARY],
        [f"fail {CANARY}", None, CANARY],
        [{"a": CANARY}, None],
        [[CANARY], CANARY, CANARY],
        [None, CANARY],
        [7, None],
    ],
)
def test_no_question_reaches_the_log_however_it_fails(site: Site, data: list[object]) -> None:
    ask(site.address, data)

    assert CANARY not in site.log.read_text(encoding="utf-8")


def failures(address: str) -> float:
    """Requests that ended in our own error, as counted."""
    counted = re.search(r"^quoth_failed_total (\S+)$", httpx.get(f"{address}/metrics").text, re.M)
    assert counted is not None
    return float(counted[1])


def test_a_question_that_fails_gets_a_kind_word_and_the_disclaimer(address: str) -> None:
    before = failures(address)
    events = ask(address, [f"fail {CANARY}", None, None])

    assert sentence("internal_error") in events
    assert disclaimer() in events
    assert "ValueError" not in events
    assert failures(address) == before + 1


@pytest.mark.parametrize(
    "event",
    [
        {"data": CANARY},
        {"data": [CANARY, None, None], "session_hash": "s"},
        {"data": [CANARY, None, None], "session_hash": "s", "fn_index": 99},
        {"data": [CANARY, None, None], "session_hash": "s", "fn_index": "99"},
        {"data": [CANARY, None, None], "session_hash": "s", "fn_index": True},
        {"data": [CANARY, None, None], "session_hash": "s", "fn_index": {}},
        [CANARY],
    ],
)
def test_an_event_that_the_page_does_not_have_is_a_problem_that_does_not_repeat_it(
    address: str, event: object
) -> None:
    response = httpx.post(f"{address}/page/gradio_api/queue/join", json=event)

    assert response.status_code == 422
    assert response.json()["disclaimer"] == disclaimer()
    assert CANARY not in response.text


def test_an_unknown_gradio_is_reported_by_name() -> None:
    with pytest.raises(ShellError, match="was another version installed"):
        wrap("<html></html>", prefix="")


CAPACITY = """
import runpy
from assistant.web.application import _page
from assistant.web.desk import Desk
fakes = runpy.run_path("tests/web.py", run_name="fakes")
aside = _page(Desk(fakes["Fake"](), max_concurrent=2), fakes["settings"]())
print(next(route.app.app.state_holder.capacity for route in aside.routes if route.path == "/page"))
"""


def test_the_page_remembers_as_many_readers_as_it_says_and_not_gradios_ten_thousand() -> None:
    told = subprocess.run(
        [sys.executable, "-c", CAPACITY], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )

    assert told.stdout.split()[-1] == "500"
