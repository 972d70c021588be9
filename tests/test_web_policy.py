"""The content security policy in a real browser: what is injected into the page does nothing."""

import shutil
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import running

CHROMIUM = shutil.which("chromium")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium"),
]
SERVER = """
import runpy, sys
from assistant.settings import Settings
from assistant.web.serve import serve
Fake = runpy.run_path("tests/web.py", run_name="fakes")["Fake"]
serve(Fake(), Settings(port=int(sys.argv[1])))
"""


@dataclass
class Elsewhere:
    """Another site, on another port of the loopback, and what was asked of it."""

    url: str
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    site = Elsewhere("")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append(self.path)
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield site
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with running([sys.executable, "-c", SERVER], ready="/healthz") as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    shown = browser.new_page()
    shown.goto(address)
    yield shown
    shown.close()


INJECTED = {
    "image": "<img src='{url}/image'>",
    "script": "<script src='{url}/script'></script>",
    "inline script": "<script>window.ran = 1</script>",
    "event handler": "<img src='/none' onerror='window.ran = 1'>",
    "style sheet": "<link rel='stylesheet' href='{url}/style'>",
    "frame": "<iframe src='{url}/frame'></iframe>",
    "object": "<object data='{url}/object'></object>",
    "audio": "<audio src='{url}/audio' autoplay></audio>",
    "form": "<form action='{url}/form' method='post'><button id='send'></button></form>",
}

# Scripts that come by innerHTML never run, with or without a policy; these are made to run.
INJECT = """
html => new Promise(done => {
  const violations = [];
  document.addEventListener("securitypolicyviolation", event => {
    violations.push(event.effectiveDirective); done(violations);
  });
  const range = document.createRange();
  document.body.append(range.createContextualFragment(html));
  document.getElementById("send")?.click();
})
"""


@pytest.mark.parametrize("what", sorted(INJECTED))
def test_what_is_injected_into_the_page_does_nothing(
    page: Page, elsewhere: Elsewhere, what: str
) -> None:
    violations = page.evaluate(INJECT, INJECTED[what].format(url=elsewhere.url))

    assert len(violations) >= 1
    assert elsewhere.asked == []
    assert page.evaluate("window.ran") is None


def test_a_script_on_the_page_cannot_send_anything_elsewhere(
    page: Page, elsewhere: Elsewhere
) -> None:
    sent = page.evaluate(
        "url => fetch(url + '/sent', {method: 'POST', mode: 'no-cors'}).then(() => 1, () => 0)",
        elsewhere.url,
    )

    assert sent == 0
    assert elsewhere.asked == []


def test_the_listener_would_have_heard(page: Page, elsewhere: Elsewhere) -> None:
    """The check of the check: on a page without our policy the same image is asked for."""
    page.goto(elsewhere.url)
    with page.expect_response(f"{elsewhere.url}/image"):
        page.evaluate(
            "html => document.body.append(document.createRange().createContextualFragment(html))",
            INJECTED["image"].format(url=elsewhere.url),
        )

    assert "/image" in elsewhere.asked
