"""The page as a person meets it: the real server, the real index, Debian's Chromium."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from assistant.safety import disclaimer, label, sentence
from benchmarks.browser import SIZES
from tests.browsing import NEEDS_CHROMIUM, Visit, visit
from tests.conftest import running_server

QUESTION = "Are ALS twitches painful?"
CRISIS = "My muscles twitch and I want to kill myself"
PROGNOSIS = "How long do people with ALS live after diagnosis?"
OFF_TOPIC = "How do I bake bread?"

pytestmark = [
    pytest.mark.slow,
    NEEDS_CHROMIUM,
]


@pytest.fixture(scope="module")
def address(starter_index: Path) -> Iterator[str]:
    """The server as a user starts it."""
    with running_server(starter_index) as url:
        yield url


@pytest.fixture
def reader(browser: Browser, address: str) -> Iterator[Visit]:
    """A fresh visit on a desktop; whatever the test did, nothing complained or left the machine."""
    opened = visit(browser, address, "desktop", "light")
    yield opened
    opened.page.context.close()
    assert opened.complaints == []
    assert opened.foreign == []


def test_a_question_is_answered_with_words_that_stand_in_the_article(reader: Visit) -> None:
    reader.ask(QUESTION)

    quotes = reader.page.locator("blockquote").evaluate_all("all => all.map(q => q.textContent)")
    listed = httpx.get(f"{reader.address}/api/documents").json()["documents"]
    texts = [httpx.get(f"{reader.address}/api/documents/{d['id']}").json()["text"] for d in listed]

    assert quotes
    assert [q for q in quotes if not any(q in text for text in texts)] == []
    expect(reader.page.locator(".exchange h3").first).to_have_text(
        sentence("heading_what_articles_say")
    )


def test_every_quote_has_a_source_card_that_says_in_general(reader: Visit) -> None:
    reader.ask(QUESTION)

    cards = reader.page.locator("figure.quote figcaption").all_inner_texts()

    assert len(cards) == reader.page.locator("blockquote").count()
    assert [card for card in cards if sentence("in_general_note") not in card] == []


def test_shift_enter_breaks_the_line_and_asks_nothing(reader: Visit) -> None:
    box = reader.page.locator("#question textarea")
    box.fill("one")
    reader.page.keyboard.press("Shift+Enter")
    reader.page.keyboard.type("two")

    expect(box).to_have_value("one\ntwo")
    expect(reader.page.locator(".exchange")).to_have_count(0)


def test_earlier_answers_stay_above_until_they_are_cleared(reader: Visit) -> None:
    reader.ask(QUESTION)
    reader.ask(OFF_TOPIC)
    asked = reader.page.locator(".asked > bdi")
    expect(asked).to_have_text([QUESTION, OFF_TOPIC])

    reader.page.locator("#clear-button").click()

    expect(asked).to_have_count(0)
    expect(reader.page.locator("#examples")).to_be_visible()
    expect(reader.page.locator("#question textarea")).to_be_focused()


def test_an_example_and_a_suggested_question_are_asked_when_pressed(reader: Visit) -> None:
    example = reader.page.locator("#examples button").first
    wanted = example.inner_text()
    example.click()
    expect(reader.page.locator(".asked > bdi")).to_have_text([wanted])

    suggested = reader.page.locator(".questions button").first
    wanted = suggested.inner_text()
    suggested.click()

    expect(reader.page.locator(".asked > bdi").last).to_have_text(wanted)


def test_a_fragment_is_asked_back_with_the_question_before_it(reader: Visit) -> None:
    reader.ask("Do twitches in ALS hurt?")
    reader.ask("and in MS?")

    meant = reader.page.locator(".exchange").last.locator(".questions button").first
    expect(meant).to_have_text("Do twitches in MS hurt?")

    reader.page.locator("#clear-button").click()
    expect(reader.page.locator("#thread .exchange")).to_have_count(0)
    reader.ask("and in MS?")
    said = reader.page.locator(".exchange").last.locator(".questions button").all_inner_texts()
    assert "Do twitches in MS hurt?" not in said


def test_a_screen_reader_is_told_how_many_quotes_were_found(reader: Visit) -> None:
    reader.ask(QUESTION)

    status = reader.page.get_by_role("status").and_(reader.page.locator("#status"))
    n_quotes = reader.page.locator("blockquote").count()

    expect(status).to_have_text(sentence("found_quotes").format(count=n_quotes))


def test_a_crisis_card_comes_first_and_quotes_wait_for_a_click(reader: Visit) -> None:
    reader.ask(CRISIS)
    parts = reader.page.locator(".exchange > *")
    quote = reader.page.locator("details.gate-crisis blockquote").first

    assert "notice-crisis" in (parts.nth(1).get_attribute("class") or "")
    assert reader.page.locator("blockquote:visible").count() == 0
    expect(quote).to_be_hidden()

    reader.page.get_by_text(label("crisis_gate"), exact=True).click()

    expect(quote).to_be_visible()


def test_the_numbers_and_addresses_of_a_crisis_card_can_be_pressed(reader: Visit) -> None:
    reader.ask(CRISIS)
    card = reader.page.locator(".notice-crisis")

    links = card.locator("a").evaluate_all("all => all.map(a => a.href)")

    assert links == [
        "https://findahelpline.com/",
        "https://befrienders.org/",
        "tel:988",
        "tel:116123",
    ]
    expect(card.get_by_role("link", name="988")).to_be_visible()
    expect(reader.page.get_by_role("note").first).to_contain_text(sentence("heading_crisis"))


def test_sources_that_differ_stand_side_by_side(reader: Visit) -> None:
    reader.ask("Are fasciculations the first sign of ALS?")
    pair = reader.page.locator("section.differ blockquote")

    expect(reader.page.get_by_role("heading", name=sentence("sources_differ"))).to_be_visible()
    expect(pair).to_have_count(2)
    boxes = [pair.nth(i).bounding_box() for i in range(2)]
    assert boxes[0] is not None and boxes[1] is not None
    assert boxes[0]["y"] == boxes[1]["y"]
    assert boxes[0]["width"] == boxes[1]["width"]


def test_figures_are_opened_by_keyboard_and_stay_open_when_more_is_asked(reader: Visit) -> None:
    reader.ask(PROGNOSIS)
    figures = reader.page.locator("details.gate-prognosis blockquote").first
    expect(figures).to_be_hidden()

    reader.page.locator("details.gate-prognosis > summary").focus()
    reader.page.keyboard.press("Enter")
    expect(figures).to_be_visible()
    reader.ask(OFF_TOPIC)

    expect(figures).to_be_visible()


def test_an_abstention_says_what_the_library_covers(reader: Visit) -> None:
    reader.ask(OFF_TOPIC)

    expect(reader.page.locator(".exchange > .found")).to_have_text(sentence("abstain_off_topic"))
    expect(reader.page.locator(".library cite")).to_have_count(8)
    assert reader.page.locator("blockquote").count() == 0


def test_what_a_person_types_is_text(reader: Visit) -> None:
    typed = "<img src=x onerror=alert(1)> **b** $$x$$ <b>twitching</b> &amp; `c` [l](javascript:1)"
    reader.ask(typed)

    assert reader.page.locator(".asked > bdi").inner_text() == typed
    assert (
        reader.page.locator("#thread :is(img, b, strong, code, a[href^=javascript])").count() == 0
    )


@pytest.mark.parametrize("size", SIZES)
def test_the_disclaimer_is_always_in_view_and_covers_nothing_that_has_focus(
    browser: Browser, address: str, size: str
) -> None:
    opened = visit(browser, address, size, "light")
    opened.ask(QUESTION)
    standing = opened.page.locator(".standing")
    height = SIZES[size]["height"]

    expect(standing).to_contain_text(disclaimer())
    opened.page.locator(".skip").focus()
    for _ in range(15):
        opened.page.keyboard.press("Tab")
        box = opened.page.evaluate("() => document.activeElement.getBoundingClientRect().toJSON()")
        bar = standing.bounding_box()
        assert bar is not None
        assert bar["y"] + bar["height"] == pytest.approx(height, abs=1)
        assert box["top"] < bar["y"]
    opened.page.context.close()


@pytest.mark.parametrize("width", [320, 390, 640])
def test_nothing_is_wider_than_the_window(browser: Browser, address: str, width: int) -> None:
    opened = visit(browser, address, "phone", "light")
    opened.page.set_viewport_size({"width": width, "height": 700})
    opened.ask("w" * 200)
    opened.ask(QUESTION)

    assert opened.page.evaluate("() => document.documentElement.scrollWidth") <= width
    opened.page.context.close()


INJECTION = """() => {
    window.refused = [];
    document.addEventListener("securitypolicyviolation",
        (event) => window.refused.push(event.effectiveDirective));
    const put = (tag, fields) =>
        document.body.appendChild(Object.assign(document.createElement(tag), fields));
    // In a timer, because the browser lets a debugger's own call stack evaluate strings.
    setTimeout(() => {
        put("script", { textContent: "window.injected = 'inline'" });
        put("script", { src: "http://127.0.0.2:9/x.js" });
        put("img", { src: "http://127.0.0.2:9/x.png" });
        put("iframe", { src: "http://127.0.0.2:9/" });
        put("button", {}).setAttribute("onclick", "window.injected = 'handler'");
        document.body.lastChild.click();
        fetch("http://127.0.0.2:9/").catch(() => null);
        try { new Function("window.injected = 'eval'")(); } catch { /* refused */ }
        put("form", { action: "http://127.0.0.2:9/", method: "post" }).submit();
    });
}"""


def test_injected_scripts_images_and_forms_do_nothing(browser: Browser, address: str) -> None:
    opened = visit(browser, address, "desktop", "light")
    every = [
        "connect-src", "form-action", "frame-src", "img-src", "script-src", "script-src-attr",
        "script-src-elem",
    ]  # fmt: skip

    opened.page.evaluate(INJECTION)
    opened.page.wait_for_function("n => new Set(window.refused).size >= n", arg=len(every))

    assert opened.page.evaluate("() => [...new Set(window.refused)].sort()") == every
    assert opened.page.evaluate("() => window.injected ?? null") is None
    assert opened.page.url == f"{address}/"
    opened.page.context.close()
