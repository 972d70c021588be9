"""How fast the page is in Chromium: first paint, and an answer after Enter.

Largest Contentful Paint is what the browser reports (web.dev/lcp), median of several loads, each in
a fresh context. A bare Gradio ChatInterface is loaded in the same run, in turn, with the processor
slowed four times by the browser, so that the two can be compared on any machine.
"""

import statistics
import sys
from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from benchmarks.browser import SIZES, chromium, quoth, server

LOADS = 5
QUESTIONS = 20
SLOWDOWN = 4
MOST_ABOVE = 9
SETTLE_MS = 3000  # Gradio goes on for a while after the load event
BARE = """
import sys
import gradio as gr
gr.ChatInterface(lambda message, history: message).launch(
    server_name="127.0.0.1", server_port=int(sys.argv[1]), quiet=True
)
"""
LCP = """() => new Promise(done => new PerformanceObserver(list =>
    done(list.getEntries().at(-1).startTime)
).observe({ type: "largest-contentful-paint", buffered: true }))"""
# From the key press in the page to the second frame after the reply is in the document.
PAINTED = """() => new Promise(done => {
    const box = document.querySelector("#question textarea");
    const replies = () => document.querySelectorAll("#thread .exchange:not(.waiting)").length;
    const before = replies();
    let began = 0;
    new MutationObserver((_, watching) => {
        if (replies() === before) return;
        watching.disconnect();
        requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - began)));
    }).observe(document.body, { childList: true, subtree: true });
    box.addEventListener("keydown", () => { began = performance.now(); }, { once: true });
    box.focus();
})"""


def measure(index: Path, questions: tuple[str, ...]) -> dict[str, object]:
    """The figures of the page over an index, milliseconds, with what they were measured on."""
    with chromium() as browser, quoth(index) as ours:
        with server([sys.executable, "-c", BARE], ready="/") as bare:
            plain = _paints(browser, {"quoth": ours}, slowdown=1)
            slowed = _paints(browser, {"quoth": ours, "bare": bare}, slowdown=SLOWDOWN)
        answers = _answers(browser, ours, questions)
        version = browser.version
    return {
        "lcp_ms": round(statistics.median(plain["quoth"])),
        "lcp_slowed_ms": round(statistics.median(slowed["quoth"])),
        "bare_lcp_slowed_ms": round(statistics.median(slowed["bare"])),
        "lcp_ratio": round(
            statistics.median(slowed["quoth"]) / statistics.median(slowed["bare"]), 3
        ),
        "answer_ms": round(statistics.median(answers)),
        "answer_max_ms": round(max(answers)),
        "loads": LOADS,
        "questions": len(answers),
        "slowdown": SLOWDOWN,
        "chromium": version,
    }


def _paints(
    browser: Browser, addresses: Mapping[str, str], *, slowdown: int
) -> dict[str, list[float]]:
    """The largest paint of each load; the sites take turns, so that a busy minute hits them all."""
    found: dict[str, list[float]] = {name: [] for name in addresses}
    for _ in range(LOADS):
        for name, address in addresses.items():
            found[name].append(_paint(browser, address, slowdown))
    return found


def _paint(browser: Browser, address: str, slowdown: int) -> float:
    context = browser.new_context(viewport=SIZES["desktop"])
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
    page.goto(f"{address}/")
    page.wait_for_timeout(SETTLE_MS * slowdown)
    largest = float(page.evaluate(LCP))
    context.close()
    return largest


def _answers(browser: Browser, address: str, questions: tuple[str, ...]) -> list[float]:
    """Milliseconds from Enter until the reply is painted, with up to nine replies above it."""
    context = browser.new_context(viewport=SIZES["desktop"], reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{address}/")
    page.locator("#question textarea").wait_for()
    _answer(page, questions[0])  # the first one warms the server and is not counted
    found = [_answer(page, question) for question in questions[:QUESTIONS]]
    context.close()
    return found


def _answer(page: Page, question: str) -> float:
    replies = page.locator("#thread .exchange")
    if replies.count() >= MOST_ABOVE:  # the page keeps 20: beyond, their number says nothing
        page.locator("#clear-button").click()
        expect(replies).to_have_count(0)
    page.locator("#question textarea").fill(question)
    painted = page.evaluate_handle(f"() => ({{ done: ({PAINTED})() }})")
    page.keyboard.press("Enter")
    return float(painted.evaluate("waiting => waiting.done"))
