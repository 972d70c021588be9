"""What a reader gets: quotes exact, everything else inert, in the order that safety asks for."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from assistant.records import (
    Abstention,
    Answer,
    Citation,
    Gate,
    InputError,
    Notice,
    NoticeKind,
    Reason,
)
from assistant.render.html import to_html
from assistant.render.view import View
from assistant.safety import label, sentence
from assistant.safety.voice import crisis_text
from tests.page_tree import nodes, parse

DISCLAIMER = "This is the disclaimer."
QUOTE = "Twitches of ALS are not painful. What helps:\n• rest\n• warmth"
OUR_TAGS = set(
    "root article h2 h3 h4 section p figure figcaption blockquote ul li span bdi button div details"
    " summary pre dl dt dd mark a".split()
)
OUR_ATTRIBUTES = {"class", "dir", "title", "type", "href", "target", "rel"}


def citation(quote: str = QUOTE, **changes: object) -> Citation:
    made = Citation(
        quote=quote,
        document_id="a",
        document_sha256="0" * 64,
        start=0,
        end=len(quote),
        title="What Are Fasciculations in ALS?",
        publisher="ALS News Today",
        source_kind="health news",
        published="2017-06-19",
        url="https://example.org/als",
        deep_link="https://example.org/als#:~:text=Twitches%20of,warmth",
        section="Do they hurt?",
        faq_question=None,
    )
    return replace(made, **changes)


def answer(*citations: Citation, **changes: object) -> Answer:
    return replace(Answer(citations, (), DISCLAIMER, "g1"), **changes)


def html(reply: Answer | Abstention | InputError, question: str = "Do twitches hurt?") -> str:
    return to_html(reply, question=question)


POISON = (
    "x <img src=x onerror=alert(1)> <script>alert(1)</script></blockquote> & &amp; \"q\" 'a' "
    "\u202eevil\u202c zero\u200bwidth \x1b[31mred \u2028 \r\n **bold** $$x$$ `code`\ttab"
)


@pytest.mark.parametrize(
    "quote", [QUOTE, POISON, " edge ", "\n\nblank lines\n\n\nkept", "naïve 😀"]
)
def test_a_block_quotes_text_content_is_the_quote(quote: str) -> None:
    page = parse(html(answer(citation(quote))))

    assert [node.text for node in page.all("blockquote")] == [quote]


def test_nothing_that_a_source_says_becomes_an_element_or_an_attribute() -> None:
    poisoned = citation(
        POISON, title=POISON, publisher=POISON, source_kind=POISON, section=POISON,
        published=POISON, faq_question=POISON, url=POISON, deep_link=POISON, flags=(POISON,),
    )  # fmt: skip
    reply = answer(poisoned, related_questions=(POISON,))

    found = nodes(parse(html(reply, question=POISON)))

    assert {node.tag for node in found} <= OUR_TAGS
    assert {name for node in found for name in node.attributes} <= OUR_ATTRIBUTES
    assert {n.attributes.get("href") for n in found if n.tag == "a"} == {"library"}


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "//evil.example/x",
        "file:///etc/passwd",
        "https:// spaced.example/",
        "https://evil.example/\u202egpj.exe",
        "http://[broken",
        "\x01https://example.org",
    ],
)
def test_an_address_that_is_not_plain_http_is_text_and_not_a_link(url: str) -> None:
    page = parse(html(answer(citation(url=url, deep_link=url))))

    assert [a.attributes["href"] for a in page.all("a")] == ["library"]
    assert "cite" not in page.all("blockquote")[0].attributes
    assert url in page.all("figcaption")[0].text


def test_a_link_goes_to_the_quote_on_the_publishers_page_without_telling_where_from() -> None:
    link = parse(html(answer(citation()))).all("a")[0]

    assert link.attributes["href"] == "https://example.org/als#:~:text=Twitches%20of,warmth"
    assert link.attributes["target"] == "_blank"
    assert link.attributes["rel"] == "noopener noreferrer nofollow"


def test_a_bidi_override_is_shown_by_name_and_ends_with_its_mark() -> None:
    page = parse(html(answer(citation("a \u202eb"))))

    marks = [n for n in page.all("bdi") if n.attributes.get("class") == "mark"]

    assert [(mark.attributes["title"], mark.text) for mark in marks] == [("U+202E", "\u202e")]


@pytest.mark.parametrize(("character", "name"), [("\0", "U+0000"), ("\ud800", "U+D800")])
def test_what_html_cannot_carry_is_a_mark(character: str, name: str) -> None:
    page = html(answer(citation(f"a{character}b")))

    assert f'title="{name}">\ufffd</bdi>' in page
    page.encode()


def test_a_fragment_holds_no_line_break_of_the_quote_raw() -> None:
    one_line = html(answer(citation("a\n\n\nb\r\nc"))).replace("\n", "")

    assert parse(one_line).all("blockquote")[0].text == "a\n\n\nb\r\nc"


def test_the_cards_come_first_then_the_heading_the_quotes_the_care_card_the_disclaimer() -> None:
    kinds = (NoticeKind.EMERGENCY, NoticeKind.LANGUAGE, NoticeKind.PERSONAL, NoticeKind.CARE)
    notices = tuple(Notice(kind, f"[{kind.value}]") for kind in kinds)
    page = parse(html(answer(citation("[quote]"), notices=notices))).text

    heading = sentence("heading_what_articles_say")
    wanted = ["[emergency]", "[language]", "[personal]", heading, "[quote]", "[care]", DISCLAIMER]
    places = [page.index(mark) for mark in wanted]

    assert places == sorted(places)


def test_a_faq_answer_stands_under_its_own_question() -> None:
    figure = parse(html(answer(citation("No, not alone.", faq_question="Is it ALS?")))).all(
        "figure"
    )

    assert figure[0].text.index("Is it ALS?") < figure[0].text.index("No, not alone.")


def test_a_gated_quote_is_folded_and_an_open_one_is_not() -> None:
    page = parse(html(answer(citation("[open]"), citation("[figures]", gate=Gate.PROGNOSIS))))

    folded = next(d for d in page.all("details") if "gate" in str(d.attributes["class"]))

    assert "open" not in folded.attributes
    assert folded.all("summary")[0].text == label("prognosis_gate")
    assert [q.text for q in folded.all("blockquote")] == ["[figures]"]
    assert [q.text for q in page.all("blockquote")] == ["[open]", "[figures]"]


def test_after_a_crisis_every_quote_waits_behind_the_card() -> None:
    card = Notice(NoticeKind.CRISIS, "[card]")
    quotes = (citation("[one]", gate=Gate.CRISIS), citation("[two]", gate=Gate.CRISIS))
    page = parse(html(answer(*quotes, notices=(card,), related_questions=("Another?",))))

    folded = page.all("details")[0]

    assert [b.text for b in page.all("button")][-3:] == [
        "Copy a link to this question",
        "Save as JSON",
        "Print",
    ]
    assert "Another?" not in page.text
    assert len(folded.all("blockquote")) == len(page.all("blockquote")) == 2
    assert page.text.index("[card]") < page.text.index(label("crisis_gate"))


def test_sources_that_differ_stand_side_by_side_and_only_once() -> None:
    quotes = [citation(f"[{n}]") for n in range(4)]
    page = parse(html(answer(*quotes, sources_differ=((0, 2), (2, 3)))))

    side = next(n for n in page.all("section") if n.attributes["class"] == "differ")

    assert [q.text for q in side.all("blockquote")] == ["[0]", "[2]", "[3]"]
    assert [q.text for q in page.all("blockquote")] == ["[0]", "[2]", "[3]", "[1]"]


@pytest.mark.parametrize("gated", [0, 1])
def test_a_side_with_figures_stays_folded_beside_the_one_that_it_differs_from(gated: int) -> None:
    quotes = [citation("[calm]"), citation("[calm]"), citation("[more]")]
    quotes[gated] = citation("[figures]", gate=Gate.PROGNOSIS)
    page = parse(html(answer(*quotes, sources_differ=((0, 1),))))

    side = next(n for n in page.all("section") if n.attributes["class"] == "differ")
    (folded,) = (d for d in page.all("details") if "gate" in str(d.attributes["class"]))

    assert sentence("sources_differ") in side.text
    assert {q.text for q in side.all("blockquote")} == {"[calm]", "[figures]"}
    assert [q.text for q in page.all("blockquote")].count("[figures]") == 1
    assert "gate-prognosis" in str(folded.attributes["class"])
    assert "open" not in folded.attributes
    assert [q.text for q in folded.all("blockquote")] == ["[figures]"]


def test_what_is_not_known_of_a_source_is_said_to_be_not_stated() -> None:
    unknown = citation(title=None, publisher=None, source_kind=None, published=None, url=None,
                       deep_link=None, section=None)  # fmt: skip
    card = parse(html(answer(unknown))).all("figcaption")[0].text

    assert sentence("date_not_stated") in card
    assert sentence("publisher_not_stated") in card
    assert sentence("in_general_note") in card


@pytest.mark.parametrize(
    ("published", "shown"),
    [("2017-06-19", "19 June 2017"), ("2017", "2017"), ("2017-13-01", "2017-13-01"), ("9", "9")],
)
def test_a_full_date_is_spelled_out_and_any_other_shown_as_given(
    published: str, shown: str
) -> None:
    facts = parse(html(answer(citation(published=published)))).all("li")

    assert shown in [fact.text for fact in facts]


def test_an_abstention_says_what_was_not_found_and_what_the_library_covers() -> None:
    reply = Abstention(
        Reason.NOTHING_RELEVANT, (Notice(NoticeKind.CARE, "[care]"),), DISCLAIMER, "g1",
        did_you_mean=("Do they hurt?",),
    )  # fmt: skip
    titles = [f"Title {n}" for n in range(10)]

    page = parse(to_html(reply, question="bread", view=View(titles=tuple(titles), n_documents=10)))

    assert sentence("abstain_nothing_relevant") in page.text
    assert "10 articles, among them: Title 0; Title 1" in " ".join(page.text.split())
    assert "Title 7." in page.text
    assert "Title 8" not in page.text
    assert [button.text for button in page.all("button")] == ["Do they hurt?"]
    assert page.all("blockquote") == []
    assert page.text.index("[care]") < page.text.index(DISCLAIMER)


def test_under_an_emergency_card_nothing_else_is_offered() -> None:
    reply = Abstention(
        Reason.OFF_TOPIC, (Notice(NoticeKind.EMERGENCY, "[card]"),), DISCLAIMER, "g1"
    )

    page = parse(to_html(reply, question="?", view=View(titles=("[title]",)))).text

    assert "[card]" in page
    assert sentence("abstain_off_topic") not in page
    assert "[title]" not in page


@pytest.mark.parametrize("reason", [Reason.EMPTY, Reason.TOO_LONG])
def test_an_input_error_keeps_the_crisis_card_first_and_the_disclaimer(reason: Reason) -> None:
    card = Notice(NoticeKind.CRISIS, "[card]")

    page = parse(html(InputError(reason, (card,), DISCLAIMER, None))).text

    assert (
        page.index("[card]")
        < page.index(sentence(f"input_{reason}").replace("{count}", "2,000"))
        < page.index(DISCLAIMER)
    )


def test_a_notices_bullets_are_one_list() -> None:
    notice = Notice(NoticeKind.CARE, "Speak to a doctor if it:\n- lasts\n- spreads\n\nThat is all.")

    card = parse(html(answer(citation(), notices=(notice,)))).all("section")[-1]

    assert [item.text for item in card.all("ul")[0].all("li")] == ["lasts", "spreads"]
    assert [p.text for p in card.all("p")] == ["Speak to a doctor if it:", "That is all."]


def test_an_answer_looks_as_it_did(golden: Callable[[str, str], None]) -> None:
    notices = (
        Notice(NoticeKind.PERSONAL, "[lead-in]"),
        Notice(NoticeKind.CARE, "[care]\n- one\n- two"),
    )
    quotes = (
        citation(),
        citation("No, not alone.", faq_question="Is it ALS?", flags=("copy_of_another_publisher",)),
        citation("39 months.", gate=Gate.PROGNOSIS, published=None, url=None, deep_link=None),
        citation("<b>a</b> \u202eb & **c**", title="<b>bold</b>"),
    )
    reply = answer(
        *quotes, notices=notices, sources_differ=((0, 1),), related_questions=("What is BFS?",)
    )

    golden("answer.html", html(reply))


def test_the_numbers_and_addresses_of_a_card_can_be_pressed() -> None:
    notices = (
        Notice(NoticeKind.CRISIS, crisis_text()),
        Notice(NoticeKind.EMERGENCY, sentence("emergency")),
    )
    reply = Abstention(Reason.OFF_TOPIC, notices, DISCLAIMER, "g1")

    links = re.findall(r'<a href="([^"]+)"', to_html(reply, question="911 at x.example"))

    assert links == [
        "https://findahelpline.com",
        "https://befrienders.org",
        "tel:988",
        "tel:116123",
        "tel:112",
        "tel:911",
        "tel:999",
        "tel:000",
    ]
    assert crisis_text() in parse(to_html(reply, question="?")).text
