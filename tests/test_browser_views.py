"""Reading, the library, sharing, copying, saving, access: small articles of our own in Chromium.

One of them is poisoned with everything that could act on a page; it is shown as plain text.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote as percent_encode

import axe_playwright_python
import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from assistant.deep_link import deep_link
from assistant.safety import disclaimer, sentence
from assistant.verify import verify
from ingest import build_index, load_index
from tests.browsing import NEEDS_CHROMIUM, Visit, visit
from tests.conftest import running_server

pytestmark = [pytest.mark.slow, NEEDS_CHROMIUM]

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
QUESTION = "How can muscle twitching be eased?"
POISON = (
    "Muscle twitching eases with rest <img src=http://x.example/a.png onerror=alert(1)> "
    "<form action=http://x.example/><button>Go</button></form> <div style='position:fixed'>"
    " over</div> "
    "**bold** [link](http://x.example/) $$x^2$$ `code` \u202eback\u202c zero\u200bwidth "
    "\x1b[31mred."
)
ARTICLES = {
    "rest.md": f"""---
title: "Rest <b>and</b> twitching"
publisher: "Sheep & Co"
published: "2017-05-10"
kind: "unsigned web article"
url: "https://x.example/rest"
doi: "10.1000/rest"
---
# Rest and twitching

Twitching is common.

## How can muscle twitching be eased?

{POISON}

## Filler

{" ".join(f"Sentence number {n} says that snow is cold." for n in range(120))}
""",
    "tea.md": """---
title: "Tea and muscles"
kind: "charity"
---
# Tea and muscles

Strong tea can make muscle twitching more frequent. Weak tea does not do that.

## What helps against a cramp

Stretching the muscle slowly helps against a cramp. A warm bath helps too.
""",
}


@dataclass(frozen=True)
class Site:
    """A running server with feedback switched on: its address, its index, its feedback file."""

    address: str
    index: Path
    feedback: Path


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("views")
    (folder / "articles").mkdir()
    for name, text in ARTICLES.items():
        (folder / "articles" / name).write_text(text, encoding="utf-8")
    build_index([folder / "articles"], folder / "index")
    feedback = folder / "feedback.jsonl"
    with running_server(folder / "index", env={"QUOTH_FEEDBACK": str(feedback)}) as address:
        yield Site(address, folder / "index", feedback)


@pytest.fixture
def reader(browser: Browser, site: Site) -> Iterator[Visit]:
    """A visit; whatever the test did, nothing complained and nothing left the machine."""
    opened = visit(browser, site.address, "desktop", "light")
    yield opened
    opened.page.context.close()
    assert opened.complaints == []
    assert opened.foreign == []


def watched(reader: Visit) -> list[str]:
    """Every address that is asked for from now on."""
    asked: list[str] = []
    reader.page.context.on("request", lambda request: asked.append(request.url))
    return asked


def quotes(page: Page) -> list[str]:
    found: list[str] = page.locator("blockquote").evaluate_all("all => all.map(q => q.textContent)")
    return found


def test_a_quote_is_shown_in_its_article_marked_and_in_view(reader: Visit, site: Site) -> None:
    reader.ask(QUESTION)
    wanted = quotes(reader.page)[0]
    with reader.page.context.expect_page() as opened:
        reader.page.locator(".in-article").first.click()
    page = opened.value
    mark = page.locator("#quote")

    expect(mark).to_be_in_viewport()
    assert "".join(page.locator(".text mark").all_text_contents()) == wanted
    shown = page.locator(".text").evaluate(
        "e => { const c = e.cloneNode(true);"
        " c.querySelectorAll('summary').forEach(s => s.remove());"
        " return c.textContent }"
    )
    id = page.url.split("/read/")[1].split("?")[0]
    assert shown == httpx.get(f"{site.address}/api/documents/{id}").json()["text"]
    assert page.locator("h1").count() == 1
    expect(page.locator(".standing")).to_contain_text(disclaimer())


def test_a_poisoned_article_is_plain_text_everywhere(reader: Visit, site: Site) -> None:
    reader.ask(QUESTION)
    assert any("onerror=alert(1)" in quote for quote in quotes(reader.page))
    acting = (
        ":is(blockquote, figcaption, pre, .text, .shelf) :is(img, form, strong, code, b, script)"
    )
    assert reader.page.locator(acting).count() == 0
    assert reader.page.locator("pre").filter(has_text="\u202e").count() == 0

    for path in ("/read/rest.md", "/library"):
        reader.page.goto(f"{site.address}{path}")
        assert reader.page.locator(f"{acting}, [onerror], [style]").count() == 0
    expect(reader.page.locator(".shelf")).to_contain_text("Rest <b>and</b> twitching")


def test_a_link_with_a_text_fragment_lands_on_the_right_one_of_two_places(browser: Browser) -> None:
    lines = ["Rest helps.", *["Snow is cold, 100 % of it & more - always."] * 80, "Ask.",
             "See a doctor. Rest helps.", *["Ice floats."] * 80]  # fmt: skip
    text = "\n".join(lines)
    start = text.rindex("Rest helps.")
    address = deep_link("https://publisher.test/a", text, start, start + len("Rest helps."))
    page = browser.new_context(viewport={"width": 800, "height": 600}).new_page()
    html = "".join(f"<p>{line.replace('&', '&amp;')}</p>" for line in lines)
    page.route(
        "https://publisher.test/**",
        lambda route: route.fulfill(body=html, content_type="text/html"),
    )

    page.goto(str(address))

    expect(page.get_by_text("See a doctor. Rest helps.")).to_be_in_viewport()
    expect(page.get_by_text("Rest helps.", exact=True)).not_to_be_in_viewport()
    page.context.close()


def test_the_library_is_filtered_sorted_and_shows_a_question_on_its_map(
    reader: Visit, site: Site
) -> None:
    asked = watched(reader)
    page = reader.page
    page.goto(f"{site.address}/library")
    titles = page.locator(".shelf > li:visible h3")
    expect(titles).to_have_text(["Rest <b>and</b> twitching", "Tea and muscles"])

    page.locator("#filter").fill("charity")
    expect(titles).to_have_text(["Tea and muscles"])
    expect(page.locator("#shown")).to_have_text(sentence("library_shown").format(count=1))
    page.locator("#filter").fill("")
    page.locator("#sort").select_option("kind")
    expect(titles).to_have_text(["Tea and muscles", "Rest <b>and</b> twitching"])
    page.locator("#on-map").fill(QUESTION)
    page.keyboard.press("Enter")

    expect(page.locator("#marks .question")).to_have_count(1)
    n_hits = page.locator("#marks .hit").count()
    assert n_hits == page.locator("#hits a").count() >= 1
    assert page.locator(".chart img").evaluate("i => i.naturalWidth") > 0
    assert page.locator(".timeline img").evaluate("i => i.naturalWidth") > 0
    assert [url for url in asked if "eased" in url] == []


def test_a_link_to_a_question_asks_it_and_no_request_carries_it(reader: Visit, site: Site) -> None:
    asked = watched(reader)
    page = reader.page
    page.goto("about:blank")
    page.goto(f"{site.address}/#q={percent_encode(QUESTION)}")
    expect(page.locator(".asked > bdi")).to_have_text([QUESTION])
    expect(page.locator("#status")).to_contain_text("quote")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    page.locator(".share").click()

    expect(page.locator("#status")).to_have_text(sentence("copied"))
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{site.address}/#q={percent_encode(QUESTION)}"
    assert [url for url in asked if "eased" in url.split("#")[0]] == []


def test_a_quote_is_copied_with_its_source_and_the_disclaimer(reader: Visit) -> None:
    reader.ask(QUESTION)
    page = reader.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    card = page.locator(".cited").filter(has_text="Sheep & Co").first
    card.locator(".cite > summary").click()

    names = card.locator(".copyable p").all_inner_texts()
    card.locator(".copyable").first.locator(".copy").click()

    expect(page.locator("#status")).to_have_text(sentence("copied"))
    copied = page.evaluate("navigator.clipboard.readText()")
    assert [name.split("\n")[0].removesuffix(" Copy") for name in names] == [
        "Plain text", "Markdown", "BibTeX", "RIS"
    ]  # fmt: skip
    assert copied.endswith(disclaimer())
    assert "Sheep & Co" in copied


def test_a_saved_reply_is_one_that_verify_accepts(
    reader: Visit, site: Site, tmp_path: Path
) -> None:
    reader.ask(QUESTION)
    with reader.page.expect_download() as saved:
        reader.page.locator(".save").click()
    file = tmp_path / "reply.json"
    saved.value.save_as(file)
    reply = json.loads(file.read_text(encoding="utf-8"))

    n_replies, n_quotes = verify([reply], load_index(site.index).documents)

    assert (n_replies, n_quotes) == (1, len(quotes(reader.page)))
    assert reply["disclaimer"] == disclaimer()


def test_feedback_stores_which_quote_and_a_verdict_and_nothing_else(
    reader: Visit, site: Site
) -> None:
    reader.ask(QUESTION)
    page = reader.page
    expect(page.locator(".feedback .note").first).to_have_text(sentence("feedback_note"))
    here = page.locator(".in-article").first.get_attribute("href") or ""
    page.locator(".feedback .answers").first.click()
    expect(page.locator(".feedback .note").first).to_have_text(sentence("feedback_thanks"))

    id, span = here.removeprefix("read/").split("?at=")
    assert json.loads(site.feedback.read_text(encoding="utf-8").splitlines()[-1]) == {
        "passage": f"{id}#{span.split('&')[0]}", "verdict": "answers"
    }  # fmt: skip


def test_by_keyboard_alone_one_asks_and_comes_to_the_article(reader: Visit) -> None:
    page = reader.page
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator(".exchange:not(.waiting)")).to_have_count(1)
    page.locator(".skip").focus()
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.className") == "in-article":
            break
    with page.context.expect_page() as opened:
        page.keyboard.press("Enter")

    expect(opened.value.locator("#quote")).to_be_in_viewport()


def test_printing_shows_the_answer_its_sources_and_the_disclaimer_only(reader: Visit) -> None:
    reader.ask(QUESTION)
    page = reader.page
    page.emulate_media(media="print")

    expect(page.locator("blockquote").first).to_be_visible()
    expect(page.locator("figcaption").first).to_be_visible()
    expect(page.locator(".exchange .disclaimer")).to_be_visible()
    for gone in ("#ask", ".tools", ".answer-tools", ".masthead nav"):
        expect(page.locator(gone).first).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_violation(browser: Browser, site: Site, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme, reduced_motion="reduce", bypass_csp=True)
    opened = Visit(context.new_page(), site.address)
    opened.open()
    found = {"start": serious(opened.page)}
    opened.ask(QUESTION)
    for summary in opened.page.locator("summary").all():
        summary.click()
    found["answer"] = serious(opened.page)
    for path in ("/read/rest.md?at=40-120#quote", "/library"):
        opened.page.goto(f"{site.address}{path}")
        found[path] = serious(opened.page)
    context.close()

    assert found == {place: [] for place in found}


def serious(page: Page) -> list[str]:
    """What axe-core finds of serious or critical impact, WCAG 2.2 AA included, rule and place."""
    page.add_script_tag(path=AXE)
    violations = page.evaluate(
        "() => axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'] })"
        ".then(found => found.violations)"
    )
    return [
        f"{v['id']}: {node['target']}"
        for v in violations
        if v["impact"] in ("serious", "critical")
        for node in v["nodes"]
    ]
