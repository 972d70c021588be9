"""The HTTP API as a client meets it: replies, documents, problems; and nothing in a log."""

import json
import logging
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.records import Reply
from assistant.render.json import to_json
from assistant.safety import disclaimer
from assistant.web.application import create_app
from assistant.web.problem import EXPECTED
from ingest import Metadata
from tests.web import JSON, TEXT, Fake, Site, answer, assert_problem, document, send, settings

CANARY = "canary-7f3a"


@pytest.fixture
def site() -> Site:
    return Site()


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
        f'{{"question": "?", "{CANARY}": 1}}'.encode(),
        b'{"question": "?", "previuos": "?"}',
        b'{"question": NaN}',
        b'{"question": "?", "previous": -Infinity}',
        b'{"question": "?", "other": NaN}',
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


def test_a_question_with_half_a_character_is_asked_once_and_kept_like_any_other() -> None:
    asked: list[str] = []
    site = Site(Fake(reply=lambda q: (asked.append(q), answer(q))[1]), cached_replies=1)

    for _ in range(2):
        said = site("POST", "/api/ask", headers=JSON, content=b'{"question": "a\\ud800b"}')
        assert said.status_code == 200

    assert asked == ["a\ud800b"]


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


def test_a_question_to_no_route_is_a_problem_and_is_not_sent_on_to_another(site: Site) -> None:
    assert_problem(site("POST", "/api/ask/", json={"question": "?"}), 404)


@pytest.mark.parametrize("path", ["/healthz", "/api/documents", "/api/documents/als/twitches"])
def test_a_head_says_of_a_page_what_a_get_says_without_its_body(site: Site, path: str) -> None:
    head, get = site("HEAD", path), site("GET", path)

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(get.content))


def test_a_head_is_refused_where_nothing_can_be_had(site: Site) -> None:
    assert site("HEAD", "/api/ask").status_code == 405
    assert site("HEAD", "/page/gradio_api/queue/data").status_code == 404  # it would never end


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


def test_without_an_index_the_process_is_healthy_but_not_ready() -> None:
    site = Site(Fake(generation=None, trouble="No index at /secret/place", documents=()))

    assert site("GET", "/healthz").json()["status"] == "ok"
    assert_problem(site("GET", "/readyz"), 503)
    assert "/secret/place" not in site("GET", "/readyz").text
    assert site("GET", "/api/documents").json()["documents"] == []


def test_with_an_index_it_is_ready(site: Site) -> None:
    assert site("GET", "/readyz").json()["generation"] == "g1"


def test_a_document_that_is_still_the_same_is_not_sent_again(site: Site) -> None:
    first = site("GET", "/api/documents/als/twitches")
    etag = first.headers["etag"]

    again = site("GET", "/api/documents/als/twitches", headers={"if-none-match": f'W/{etag}, "x"'})
    other = site("GET", "/api/documents/als/twitches", headers={"if-none-match": '"x"'})

    assert first.headers["cache-control"] == "private, no-cache"
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert (other.status_code, other.content) == (200, first.content)


def test_a_changed_title_changes_the_etag_though_the_text_is_the_same() -> None:
    renamed = replace(document(), metadata=Metadata(title="Other"))
    etags = {
        Site(Fake(documents=(held,)))("GET", f"/api/documents/{held.id}").headers["etag"]
        for held in (document(), renamed)
    }

    assert len(etags) == 2


def test_a_malformed_question_is_told_what_would_do(site: Site) -> None:
    said = site("POST", "/api/ask", json={"question": 7}).json()

    assert said["errors"] == [{"at": ["body", "question"], "expected": "string_type"}]
    assert said["expected"] == EXPECTED["/api/ask"]


def test_what_would_do_does(site: Site) -> None:
    would_do = EXPECTED["/api/ask"].partition(" with ")[0]

    assert site("POST", "/api/ask", content=would_do, headers=JSON).status_code == 200


def test_a_misspelt_member_is_told_which_ones_there_are_and_not_what_it_was(site: Site) -> None:
    said = site("POST", "/api/ask", json={"question": "?", "previuos": "?"}).json()

    assert said["errors"] == [{"at": ["body"], "expected": "extra_forbidden"}]
    assert '"previous"' in said["expected"]
    assert "previuos" not in json.dumps(said)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/map"),
        ("POST", "/api/feedback"),
        ("GET", "/library?page=abc"),
    ],
)
def test_each_route_says_what_would_have_done_there(tmp_path: Path, method: str, path: str) -> None:
    app = create_app(Fake(), settings(feedback=tmp_path / "verdicts.jsonl"))

    response = send(app, method, path)

    assert_problem(response, 422)
    assert response.json()["expected"] == EXPECTED[path.partition("?")[0]]


def test_a_problem_with_nothing_malformed_says_nothing_of_what_would_have_done(site: Site) -> None:
    assert "expected" not in site("GET", "/api/ask").json()


def test_each_response_has_an_id_of_its_own_that_nobody_can_choose(site: Site) -> None:
    ids = [
        site("GET", "/healthz", headers={"x-request-id": CANARY}).headers["x-request-id"]
        for _ in range(2)
    ]

    assert ids[0] != ids[1]
    assert all(len(request_id) == 16 for request_id in ids)
