"""The OpenAPI description says what the routes do, with examples and every error."""

from dataclasses import replace
from typing import Any

import jsonschema
import pytest

from assistant.render.document import summary, whole
from assistant.render.json import to_json
from assistant.web import schemas
from assistant.web.checks import PROBES
from ingest import Metadata
from ingest.records import WrittenFrom
from tests.web import Fake, Site, answer, document

ROUTES = {
    "/api/ask": {"200", "422", "429"},
    "/api/documents": {"200"},
    "/api/documents/{document_id}": {"200", "304", "404", "422"},
    "/healthz": {"200"},
    "/metrics": {"200"},
    "/readyz": {"200", "503"},
}
GUARDS = {"401", "403", "408", "413", "421", "500"}
KNOWN = Metadata(
    "Cold feet", "Foot Press", "https://feet.example", "2026-01-02", "2026-01-03", "2026-01-04",
    ("A. Toe",), "abstract only", "CC BY 4.0", "10.1/feet", "Sock Press", "Feet matter.",
    "No advice.", (WrittenFrom("Toes", "Toe Press", "https://toes.example", ("Cold",), "2025"),),
)  # fmt: skip


@pytest.fixture(scope="module")
def said() -> dict[str, Any]:
    return Site()("GET", "/api/openapi.json").json()  # type: ignore[no-any-return]


def operations(said: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {path: next(iter(methods.values())) for path, methods in said["paths"].items()}


def check(instance: object, shape: str, said: dict[str, Any]) -> None:
    """`instance` is what the description's component of that name allows."""
    jsonschema.validate(
        instance, {"$ref": f"#/components/schemas/{shape}", "components": said["components"]}
    )


def test_every_route_is_described_with_every_status_that_it_can_answer_with(
    said: dict[str, Any],
) -> None:
    found = {path: set(route["responses"]) for path, route in operations(said).items()}

    open_to_all = {path: {"401"} if path in PROBES else set() for path in ROUTES}
    assert found == {path: (own | GUARDS) - open_to_all[path] for path, own in ROUTES.items()}


def test_every_problem_has_an_example_of_the_described_shape(said: dict[str, Any]) -> None:
    for route in operations(said).values():
        for status, response in route["responses"].items():
            if status >= "400":
                content = response["content"]["application/problem+json"]
                assert content["example"]["status"] == int(status)
                check(content["example"], "ProblemDocument", said)


def examples(said: dict[str, Any], path: str) -> dict[str, Any]:
    """The examples of a route's 200, by name."""
    (content,) = operations(said)[path]["responses"]["200"]["content"].values()
    return {name: example["value"] for name, example in content["examples"].items()}


@pytest.mark.parametrize(
    ("path", "shape", "names"),
    [
        ("/api/ask", "Reply", ["answer", "abstention"]),
        ("/api/documents", "Documents", ["library"]),
        ("/api/documents/{document_id}", "StoredDocument", ["article"]),
        ("/healthz", "Status", ["up"]),
        ("/readyz", "Status", ["ready"]),
    ],
)
def test_the_examples_of_an_answer_are_of_the_described_shape(
    said: dict[str, Any], path: str, shape: str, names: list[str]
) -> None:
    found = examples(said, path)

    assert list(found) == names
    for example in found.values():
        check(example, shape, said)


def test_the_quote_of_the_examples_is_a_slice_of_their_document(said: dict[str, Any]) -> None:
    article = examples(said, "/api/documents/{document_id}")["article"]
    cited = examples(said, "/api/ask")["answer"]["citations"][0]

    assert article["text"][cited["start"] : cited["end"]] == cited["quote"]
    assert (article["id"], article["sha256"], article["n_chars"]) == (
        cited["document_id"], cited["document_sha256"], len(article["text"]),
    )  # fmt: skip


def test_a_site_may_ask_for_a_password_or_a_token_and_probes_need_neither(
    said: dict[str, Any],
) -> None:
    schemes = said["components"]["securitySchemes"]

    assert {s["scheme"] for s in schemes.values()} == {"basic", "bearer"}
    assert said["security"] == [{}, {"password": []}, {"token": []}]
    assert {p for p, route in operations(said).items() if route.get("security") == []} == PROBES


def test_the_headers_that_a_client_acts_on_are_described(said: dict[str, Any]) -> None:
    answers = {p: route["responses"] for p, route in operations(said).items()}
    of_ask, of_document = answers["/api/ask"], answers["/api/documents/{document_id}"]

    assert all("X-Request-Id" in a["headers"] for route in answers.values() for a in route.values())
    assert "Retry-After" in of_ask["429"]["headers"]
    assert "WWW-Authenticate" in of_ask["401"]["headers"]
    assert "ETag" in of_document["200"]["headers"]
    assert {"ETag", "Cache-Control"} < set(of_document["304"]["headers"])


@pytest.mark.parametrize("question", ["Do twitches hurt?", ""])
def test_a_reply_is_what_the_description_says(said: dict[str, Any], question: str) -> None:
    check(Site()("POST", "/api/ask", json={"question": question}).json(), "Reply", said)


def test_the_described_reply_has_the_keys_of_a_rendered_one() -> None:
    rendered = to_json(answer("Do twitches hurt?"))

    fields = schemas.Reply.model_fields
    assert [field.alias or name for name, field in fields.items()] == list(rendered)
    assert list(schemas.Citation.model_fields) == list(rendered["citations"][0])  # type: ignore[index]


def test_the_described_documents_have_the_keys_of_rendered_ones() -> None:
    held = replace(document(), metadata=KNOWN)

    assert set(schemas.Summary.model_fields) == set(summary(held))
    assert set(schemas.StoredDocument.model_fields) == {*whole(held), "disclaimer"}
    assert list(schemas.WrittenFrom.model_fields) == list(summary(held)["written_from"][0])  # type: ignore[index]


@pytest.mark.parametrize("known", [Metadata(), KNOWN])
def test_documents_are_what_the_description_says_whatever_is_known_of_them(
    said: dict[str, Any], known: Metadata
) -> None:
    site = Site(Fake(documents=(replace(document(), metadata=known),)))

    check(site("GET", "/api/documents").json(), "Documents", said)
    check(site("GET", "/api/documents/als/twitches").json(), "StoredDocument", said)


def test_a_field_that_is_not_described_is_noticed(said: dict[str, Any]) -> None:
    served = Site()("GET", "/api/documents").json()
    served["documents"][0]["mood"] = "calm"

    with pytest.raises(jsonschema.ValidationError, match="mood"):
        check(served, "Documents", said)


def test_documents_and_problems_are_what_the_description_says(said: dict[str, Any]) -> None:
    site = Site()

    check(site("GET", "/api/documents").json(), "Documents", said)
    check(site("GET", "/api/documents/als/twitches").json(), "StoredDocument", said)
    check(site("GET", "/readyz").json(), "Status", said)
    check(site("GET", "/nothing").json(), "ProblemDocument", said)
    check(site("POST", "/api/ask", json={}).json(), "ProblemDocument", said)


def test_the_description_is_versioned_by_the_schema_of_replies(said: dict[str, Any]) -> None:
    assert said["info"]["version"] == "1.0.0"
