"""The HTTP API as a client meets it: replies, documents, problems; and nothing in a log."""

import json
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace

import anyio
import httpx
import pytest

from assistant.records import Answer, Citation, InputError, Reason, Reply
from assistant.render.json import to_json
from assistant.safety import disclaimer
from assistant.web.application import create_api
from assistant.web.desk import WAITING_PER_WORKER, Desk
from ingest import Block, BlockKind, Document, Metadata, Section

TEXT = "Fasciculations\n\nTwitches of ALS are not painful. \ud800"
CANARY = "canary-7f3a"
JSON = {"content-type": "application/json"}


def document(document_id: str = "als/twitches") -> Document:
    blocks = (Block(BlockKind.PARAGRAPH, 16, len(TEXT)),)
    section = Section(("Fasciculations",), None, 0, len(TEXT), blocks)
    return Document(document_id, TEXT, (section,), Metadata(title="Fasciculations"))


def answer(question: str) -> Reply:
    if not question.strip():
        return InputError(Reason.EMPTY, (), disclaimer(), "g1")
    found = document()
    quote = Citation(
        TEXT[16:48], found.id, found.sha256, 16, 48, "Fasciculations",
        None, None, None, None, None, "Fasciculations", None,
    )  # fmt: skip
    return Answer((quote,), (), disclaimer(), "g1")


@dataclass
class Fake:
    """An assistant without a model."""

    reply: Callable[[str], Reply] = answer
    generation: str | None = "g1"
    trouble: str | None = None
    documents: tuple[Document, ...] = (document(),)
    example_questions: tuple[str, ...] = ()

    def ask(self, question: str) -> Reply:
        return self.reply(question)

    def document(self, document_id: str) -> Document | None:
        return next((d for d in self.documents if d.id == document_id), None)


SETTINGS = SimpleNamespace(
    host="127.0.0.1", port=0, root_path="", allowed_hosts=(), max_concurrent=2
)


class Site:
    """The API behind its guard, called in the process."""

    def __init__(self, assistant: Fake) -> None:
        self.desk = Desk(assistant, max_concurrent=SETTINGS.max_concurrent)
        self.app = create_api(self.desk, SETTINGS)

    async def send(self, method: str, path: str, **options: object) -> httpx.Response:
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.request(method, path, **options)

    def __call__(self, method: str, path: str, **options: object) -> httpx.Response:
        return anyio.run(lambda: self.send(method, path, **options))


@pytest.fixture
def site() -> Site:
    return Site(Fake())


def assert_problem(response: httpx.Response, status: int) -> None:
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["status"] == status
    assert response.json()["disclaimer"] == disclaimer()


def test_a_question_is_answered_with_the_json_of_its_reply(site: Site) -> None:
    response = site("POST", "/api/ask", json={"question": "Do twitches hurt?"})

    assert response.status_code == 200
    assert response.json() == json.loads(json.dumps(to_json(answer("Do twitches hurt?"))))


@pytest.mark.parametrize("question", ["", "   "])
def test_a_question_that_cannot_be_used_is_a_reply_and_not_an_http_error(
    site: Site, question: str
) -> None:
    response = site("POST", "/api/ask", json={"question": question})

    assert response.status_code == 200
    assert response.json()["kind"] == "input_error"


def test_a_question_of_the_longest_body_reaches_the_assistant() -> None:
    asked: list[str] = []
    site = Site(Fake(reply=lambda q: (asked.append(q), answer(q))[1]))

    response = site("POST", "/api/ask", json={"question": "x" * 60_000})

    assert response.status_code == 200
    assert [len(q) for q in asked] == [60_000]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b"null",
        b"{}",
        b'{"question": null}',
        b'{"question": 7}',
        b'{"question": ["a"]}',
        b'{"question": {"a": 1}}',
        b'{"question": "\xff\xfe"}',
        b'{"question": ' + b"[" * 30_000,
        b'{"question": ' + b"9" * 5_000 + b"}",
        f'{{"query": "{CANARY}"}}'.encode(),
    ],
)
def test_a_malformed_question_is_a_problem_that_does_not_repeat_it(site: Site, body: bytes) -> None:
    response = site("POST", "/api/ask", content=body, headers=JSON)

    assert_problem(response, 422)
    assert CANARY not in response.text


def test_a_body_that_is_no_json_by_its_type_is_a_problem(site: Site) -> None:
    response = site("POST", "/api/ask", data={"question": CANARY})

    assert_problem(response, 422)
    assert CANARY not in response.text


def test_half_a_character_reaches_the_assistant_as_a_replacement_character() -> None:
    asked: list[str] = []
    site = Site(Fake(reply=lambda q: (asked.append(q), answer(q))[1]))

    site("POST", "/api/ask", headers=JSON, content=b'{"question": "a\\ud800b \\ud83d\\ude00"}')

    assert asked == ["a\ufffdb \U0001f600"]


def test_every_article_is_listed_with_what_is_known_of_it(site: Site) -> None:
    listed = site("GET", "/api/documents").json()

    assert listed["generation"] == "g1"
    assert [d["id"] for d in listed["documents"]] == ["als/twitches"]
    assert listed["documents"][0]["title"] == "Fasciculations"
    assert listed["documents"][0]["publisher"] is None
    assert listed["disclaimer"] == disclaimer()
    assert "text" not in listed["documents"][0]


def test_a_document_comes_with_the_text_that_its_quotes_are_slices_of(site: Site) -> None:
    cited = site("POST", "/api/ask", json={"question": "?"}).json()["citations"][0]

    stored = site("GET", f"/api/documents/{cited['document_id']}").json()

    assert stored["text"] == TEXT
    assert stored["sha256"] == cited["document_sha256"]
    assert stored["text"][cited["start"] : cited["end"]] == cited["quote"]
    assert stored["sections"] == [
        {"heading_path": ["Fasciculations"], "question": None, "start": 0, "end": len(TEXT)}
    ]


@pytest.mark.parametrize("document_id", ["none", "../../etc/passwd", "%00", "a%2f..%2fb"])
def test_an_unknown_document_is_a_problem(site: Site, document_id: str) -> None:
    assert_problem(site("GET", f"/api/documents/{document_id}"), 404)


@pytest.mark.parametrize("path", ["/nothing", "/api/nothing", "/docs", "/redoc", "/openapi.json"])
def test_an_unknown_path_is_a_problem(site: Site, path: str) -> None:
    assert_problem(site("GET", path), 404)


def test_a_wrong_method_is_a_problem_that_names_the_right_one(site: Site) -> None:
    response = site("GET", "/api/ask")

    assert_problem(response, 405)
    assert response.headers["allow"] == "POST"


def test_a_failure_is_a_problem_with_an_id_and_neither_log_nor_answer_hold_the_question(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(question: str) -> Reply:
        raise ValueError(f"cannot answer {question}")

    caplog.set_level(logging.DEBUG)
    response = Site(Fake(reply=fail))("POST", "/api/ask", json={"question": CANARY})

    assert_problem(response, 500)
    assert response.json()["request_id"] in caplog.text
    assert "ValueError at " in caplog.text
    assert CANARY not in caplog.text + response.text + "".join(capfd.readouterr())


def test_too_many_questions_at_once_get_429_and_the_rest_are_answered() -> None:
    most = SETTINGS.max_concurrent * (1 + WAITING_PER_WORKER)
    full = threading.Event()

    def slow(question: str) -> Reply:
        full.wait(timeout=30)
        return answer(question)

    site = Site(Fake(reply=slow))
    responses: list[httpx.Response] = []

    async def one() -> None:
        response = await site.send("POST", "/api/ask", json={"question": "?"})
        responses.append(response)
        if response.status_code == 429:
            full.set()

    async def burst() -> None:
        async with anyio.create_task_group() as group:
            for _ in range(most + 1):
                group.start_soon(one)

    anyio.run(burst)

    assert sorted(r.status_code for r in responses) == [200] * most + [429]
    assert_problem(responses[0], 429)
    assert responses[0].headers["retry-after"] == "1"
    assert site.desk.in_flight == 0


def test_without_an_index_the_process_is_healthy_but_not_ready() -> None:
    site = Site(Fake(generation=None, trouble="No index at /secret/place", documents=()))

    assert site("GET", "/healthz").json()["status"] == "ok"
    assert_problem(site("GET", "/readyz"), 503)
    assert "/secret/place" not in site("GET", "/readyz").text
    assert site("GET", "/api/documents").json()["documents"] == []


def test_with_an_index_it_is_ready(site: Site) -> None:
    assert site("GET", "/readyz").json()["generation"] == "g1"


def test_metrics_count_replies_by_kind_and_hold_no_question(site: Site) -> None:
    for question in (CANARY, CANARY, ""):
        site("POST", "/api/ask", json={"question": question})

    response = site("GET", "/metrics")

    assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'quoth_replies_total{kind="answer",reason=""} 2\n' in response.text
    assert 'quoth_replies_total{kind="input_error",reason="empty"} 1\n' in response.text
    assert 'quoth_reply_seconds_bucket{le="+Inf"} 3\n' in response.text
    assert "quoth_reply_seconds_count 3\n" in response.text
    assert "quoth_ready 1\n" in response.text
    assert CANARY not in response.text


def test_the_openapi_document_describes_every_route_and_its_problems(site: Site) -> None:
    paths = site("GET", "/api/openapi.json").json()["paths"]

    assert sorted(paths) == [
        "/api/ask", "/api/documents", "/api/documents/{document_id}",
        "/healthz", "/metrics", "/readyz",
    ]  # fmt: skip
    assert {"413", "422", "429", "500"} <= set(paths["/api/ask"]["post"]["responses"])
