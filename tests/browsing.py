"""Chromium for tests: a visit that remembers what must not happen on a page."""

from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect

from benchmarks.browser import CHROMIUM, SIZES

NEEDS_CHROMIUM = pytest.mark.skipif(
    CHROMIUM is None, reason="needs Chromium: apt-get install chromium"
)


@dataclass
class Visit:
    """One open page, what it asked for, and everything that must not happen on it."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    read: list[str] = field(default_factory=list)  # the addresses of every GET

    def watch(self) -> None:
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _request(self, request: Request) -> None:
        if request.method == "GET":
            self.read.append(request.url)
        if not request.url.startswith(f"{self.address}/"):
            self.foreign.append(request.url)

    def open(self) -> None:
        self.page.goto(f"{self.address}/")
        expect(self.page.locator("#question textarea")).to_be_focused()

    def ask(self, question: str) -> None:
        replies = self.page.locator("#thread .exchange:not(.waiting)")
        n_before = replies.count()
        self.page.locator("#question textarea").fill(question)
        self.page.keyboard.press("Enter")
        expect(replies).to_have_count(n_before + 1)


def visit(browser: Browser, address: str, size: str, scheme: str) -> Visit:
    context = browser.new_context(
        viewport=SIZES[size], color_scheme=scheme, reduced_motion="reduce"
    )
    opened = Visit(context.new_page(), address)
    opened.watch()
    opened.open()
    return opened
