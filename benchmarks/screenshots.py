"""Pictures of every kind of page for people to look at: desktop and phone, light and dark."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page

from benchmarks.browser import SIZES, chromium, quoth

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
ANSWER = "Are ALS twitches painful?"
ASKED = {
    "answer": ANSWER,
    "differ": "Are fasciculations the first sign of ALS?",
    "figures": "How long do people with ALS live after diagnosis?",
    "abstention": "How do I bake bread?",
    "crisis": "My muscles twitch and I want to kill myself",
}


def photograph(index: Path, folder: Path) -> tuple[Path, ...]:
    """Write `NAME-SIZE-SCHEME.png` for each; the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    with chromium() as browser, quoth(index) as address:
        for size in SIZES:
            for scheme in SCHEMES:
                written += _visit(browser, address, size, scheme, folder)
    return tuple(written)


def _visit(browser: Browser, address: str, size: str, scheme: Scheme, folder: Path) -> list[Path]:
    context = browser.new_context(
        viewport=SIZES[size], color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    written: list[Path] = []

    def shot(name: str, prepare: Callable[[], object]) -> None:
        prepare()
        written.append(folder / f"{name}-{size}-{scheme}.png")
        page.screenshot(path=written[-1])

    page.goto(f"{address}/")
    shot("start", page.locator("#question textarea").wait_for)
    for name, question in ASKED.items():
        shot(name, lambda question=question: _ask(page, question))  # type: ignore[misc]
    href = page.locator(".in-article").first.get_attribute("href")
    shot("reading", lambda: page.goto(f"{address}/{href}"))
    shot("library", lambda: page.goto(f"{address}/library"))
    shot("map", lambda: _place(page))
    context.close()
    return written


def _ask(page: Page, question: str) -> None:
    replies = page.locator("#thread .exchange:not(.waiting)")
    n_before = replies.count()
    page.locator("#question textarea").fill(question)
    page.keyboard.press("Enter")
    replies.nth(n_before).wait_for()


def _place(page: Page) -> None:
    page.locator("#on-map").fill(ANSWER)
    page.keyboard.press("Enter")
    page.locator("#hits li").first.wait_for()
    page.locator(".chart").scroll_into_view_if_needed()
