"""The OpenAPI description says what the routes do, with examples and every error."""

from typing import Any

import jsonschema
import pytest

from assistant.render.json import to_json
from assistant.web import schemas
from tests.web import Site, answer

ROUTES = {
    "/api/ask": {"200", "422", "429"},
    "/api/documents": {"200"},
    "/api/documents/{document_id}": {"200", "304", "404", "422"},
    "/healthz": {"200"},
    "/metrics": {"200"},
    "/readyz": {"200", "503"},
}
GUARDS = {"401", "403", "408", "413", "421", "500"}


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

    assert found == {path: own | GUARDS for path, own in ROUTES.items()}


def test_every_problem_has_an_example_of_the_described_shape(said: dict[str, Any]) -> None:
    for route in operations(said).values():
        for status, response in route["responses"].items():
            if status >= "400":
                content = response["content"]["application/problem+json"]
                assert content["example"]["status"] == int(status)
                check(content["example"], "ProblemDocument", said)


def test_the_examples_of_a_reply_are_of_the_described_shape(said: dict[str, Any]) -> None:
    content = said["paths"]["/api/ask"]["post"]["responses"]["200"]["content"]
    examples = content["application/json"]["examples"]

    assert sorted(examples) == ["abstention", "answer"]
    for example in examples.values():
        check(example["value"], "Reply", said)


@pytest.mark.parametrize("question", ["Do twitches hurt?", ""])
def test_a_reply_is_what_the_description_says(said: dict[str, Any], question: str) -> None:
    check(Site()("POST", "/api/ask", json={"question": question}).json(), "Reply", said)


def test_the_described_reply_has_the_keys_of_a_rendered_one() -> None:
    rendered = to_json(answer("Do twitches hurt?"))

    fields = schemas.Reply.model_fields
    assert [field.alias or name for name, field in fields.items()] == list(rendered)
    assert list(schemas.Citation.model_fields) == list(rendered["citations"][0])  # type: ignore[index]


def test_documents_and_problems_are_what_the_description_says(said: dict[str, Any]) -> None:
    site = Site()

    check(site("GET", "/api/documents").json(), "Documents", said)
    check(site("GET", "/api/documents/als/twitches").json(), "StoredDocument", said)
    check(site("GET", "/readyz").json(), "Status", said)
    check(site("GET", "/nothing").json(), "ProblemDocument", said)
    check(site("POST", "/api/ask", json={}).json(), "ProblemDocument", said)


def test_the_description_is_versioned_by_the_schema_of_replies(said: dict[str, Any]) -> None:
    assert said["info"]["version"] == "1.0.0"
