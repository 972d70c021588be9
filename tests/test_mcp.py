"""The agent's tool, asked by a real client session of the official SDK."""

import itertools
import json
import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import pytest
from mcp import Client, MCPError, StdioServerParameters

from assistant.mcp import RefusedError, build_server
from assistant.mcp.resources import uri_of
from assistant.mcp.stdio import EXPECTED, serve_lines
from assistant.records import Answer, Citation, Gate, InputError, Reason, Reply
from assistant.safety import disclaimer, sentence
from ingest import Block, BlockKind, Document, Metadata, Section, build_index
from tests.conftest import running_server

REPOSITORY = Path(__file__).resolve().parent.parent
TEXT = "Fasciculations\n\nTwitches of ALS are not painful. Half live three years."
CANARY = "canary-91ee"
BLOCKS = (Block(BlockKind.PARAGRAPH, 16, len(TEXT)),)
DOCUMENT = Document(
    "als/ä b.md", TEXT, (Section((), None, 0, len(TEXT), BLOCKS),), Metadata(title="Twitches")
)
PLAIN = Citation(
    TEXT[16:48], DOCUMENT.id, DOCUMENT.sha256, 16, 48, "Twitches",
    None, None, None, None, "https://example.org/#:~:text=Twitches", None, None,
)  # fmt: skip
GATED = replace(PLAIN, quote=TEXT[49:71], start=49, end=71, gate=Gate.PROGNOSIS)


@dataclass
class Fake:
    """A library of one document, whose replies a test chooses."""

    reply: Callable[[str], Reply] = lambda _: Answer((PLAIN, GATED), (), disclaimer(), "g1")
    documents: tuple[Document, ...] = (DOCUMENT,)
    generation: str | None = "g1"

    async def ask(self, question: str) -> Reply:
        return self.reply(question)

    async def search(self, question: str, k: int) -> Reply:
        return self.reply(f"{question} {k}")

    def held(self) -> "Fake":
        return self

    def document(self, document_id: str) -> Document | None:
        return next((d for d in self.documents if d.id == document_id), None)


class Swapping(Fake):
    """A library of which every read is of a newer generation, named in the title too."""

    def __init__(self) -> None:
        super().__init__()
        self._numbers = itertools.count(1)

    def held(self) -> Fake:
        name = f"g{next(self._numbers)}"
        titled = replace(DOCUMENT, metadata=Metadata(title=name))
        return Fake(generation=name, documents=(titled,))


def session(server: object, use: Callable[[Client], Awaitable[Any]]) -> Any:  # noqa: ANN401
    """What `use` makes of an open session with `server`."""

    async def run() -> Any:  # noqa: ANN401
        with anyio.fail_after(60):
            async with Client(server) as client:
                return await use(client)

    return anyio.run(run)


HELLO = {
    "protocolVersion": "2025-06-18",
    "capabilities": {},
    "clientInfo": {"name": "test", "version": "1"},
}


def over_lines(line: bytes) -> dict[str, Any]:
    """What is answered to `line`, as bytes, once the client has been greeted."""
    greeted = {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": HELLO}
    told = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    (server_in, to_server), (from_server, server_out) = os.pipe(), os.pipe()

    async def run() -> bytes:
        with (
            os.fdopen(from_server, "rb") as answers,
            os.fdopen(server_in, encoding="utf-8", errors="replace") as stdin,
            os.fdopen(server_out, "w", encoding="utf-8") as stdout,
        ):
            async with anyio.create_task_group() as group:
                with anyio.fail_after(60), os.fdopen(to_server, "wb") as sent:
                    files = anyio.wrap_file(stdin), anyio.wrap_file(stdout)
                    group.start_soon(serve_lines, Fake(), *files)
                    for message in (json.dumps(greeted).encode(), json.dumps(told).encode(), line):
                        sent.write(message + b"\n")
                    sent.flush()
                    read_line = partial(anyio.to_thread.run_sync, answers.readline)
                    await read_line(abandon_on_cancel=True)
                    return await read_line(abandon_on_cancel=True)

    return json.loads(anyio.run(run))  # type: ignore[no-any-return]


def call(name: str, arguments: dict[str, object], library: Fake | None = None) -> Any:  # noqa: ANN401
    server = build_server(library or Fake())
    return session(server, lambda client: client.call_tool(name, arguments))


def test_there_are_four_tools_that_only_read() -> None:
    tools = session(build_server(Fake()), lambda client: client.list_tools()).tools

    assert [tool.name for tool in tools] == [
        "ask", "search_passages", "get_document", "verify_quote",
    ]  # fmt: skip
    assert all(tool.annotations.read_only_hint for tool in tools)
    assert tools[0].input_schema["required"] == ["question"]


def test_an_answer_carries_offsets_and_the_disclaimer_as_structure_and_as_text() -> None:
    result = call("ask", {"question": "Do twitches hurt?"})

    reply = result.structured_content
    assert json.loads(result.content[0].text) == reply
    assert reply["disclaimer"] == disclaimer()
    first = reply["citations"][0]
    assert TEXT[first["start"] : first["end"]] == first["quote"]
    assert first["document_sha256"] == DOCUMENT.sha256


def test_a_gated_quote_comes_without_its_words_until_they_are_asked_for() -> None:
    folded = call("ask", {"question": "?"})
    shown = call("ask", {"question": "?", "show_gated": True})

    assert "three years" not in folded.content[0].text
    gated = folded.structured_content["citations"][1]
    assert (gated["quote"], gated["deep_link"], gated["gate"]) == (None, None, "prognosis")
    assert (gated["start"], gated["end"]) == (49, 71)
    assert shown.structured_content["citations"][1]["quote"] == "Half live three years."


def test_a_document_is_of_the_generation_that_it_names() -> None:
    library = Swapping()

    tool = call("get_document", {"document_id": DOCUMENT.id}, library).structured_content
    found = session(build_server(library), lambda client: client.read_resource(uri_of(DOCUMENT.id)))
    resource = json.loads(found.contents[0].text)

    assert tool["generation"] == tool["title"]
    assert resource["generation"] == resource["title"]


def test_passages_are_searched_with_the_number_that_was_asked_for() -> None:
    asked: list[str] = []
    library = Fake(
        reply=lambda q: asked.append(q) or InputError(Reason.EMPTY, (), disclaimer(), "g1")
    )

    result = call("search_passages", {"question": "cramps", "k": 3}, library)

    assert asked == ["cramps 3"]
    assert result.structured_content["disclaimer"] == disclaimer()


def test_a_document_comes_with_its_text_as_a_tool_and_as_a_resource() -> None:
    by_tool = call("get_document", {"document_id": DOCUMENT.id}).structured_content

    async def read(client: Client) -> Any:  # noqa: ANN401
        listed = await client.list_resources()
        return await client.read_resource(listed.resources[0].uri)

    resource = json.loads(session(build_server(Fake()), read).contents[0].text)

    assert by_tool == resource
    assert (resource["text"], resource["disclaimer"]) == (TEXT, disclaimer())
    assert uri_of(DOCUMENT.id) == "quoth://documents/als/%C3%A4%20b.md"


def test_a_quote_is_verified_or_it_is_said_what_is_wrong_with_it() -> None:
    place = {"document_id": DOCUMENT.id, "document_sha256": DOCUMENT.sha256, "start": 16, "end": 48}

    right = call("verify_quote", {**place, "quote": TEXT[16:48]}).structured_content
    wrong = call("verify_quote", {**place, "quote": "Twitches are harmless."}).structured_content

    assert (right["matches"], right["problem"]) == (True, None)
    assert wrong["matches"] is False
    assert "the quote is not what" in wrong["problem"]
    assert right["disclaimer"] == wrong["disclaimer"] == disclaimer()


@pytest.mark.parametrize(
    ("tool", "arguments", "at"),
    [
        ("ask", {}, ["question"]),
        ("ask", {"question": 7}, ["question"]),
        ("ask", {"question": "?", "query": CANARY}, ["query"]),
        ("search_passages", {"question": "?", "k": 0}, ["k"]),
        ("search_passages", {"question": "?", "k": 9}, ["k"]),
        ("verify_quote", {"quote": CANARY}, ["document_id"]),
    ],
)
def test_wrong_arguments_are_an_error_that_says_what_was_expected_and_repeats_nothing(
    tool: str, arguments: dict[str, object], at: list[str]
) -> None:
    result = call(tool, arguments)

    said = json.loads(result.content[0].text)
    assert result.is_error
    assert said["errors"][0]["at"] == at
    assert said["disclaimer"] == disclaimer()
    assert CANARY not in result.content[0].text


def test_a_failure_is_an_error_with_the_disclaimer_and_leaves_nothing_in_the_log(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(question: str) -> Reply:
        raise ValueError(question)

    caplog.set_level("DEBUG")
    result = call("ask", {"question": CANARY}, Fake(reply=fail))

    assert result.is_error
    assert json.loads(result.content[0].text) == {
        "error": sentence("internal_error"), "disclaimer": disclaimer(),
    }  # fmt: skip
    assert "ValueError at " in caplog.text
    assert CANARY not in caplog.text + "".join(capfd.readouterr())


def test_a_library_that_is_busy_is_an_error_that_says_so() -> None:
    def busy(question: str) -> Reply:
        raise RefusedError("busy")

    result = call("ask", {"question": "?"}, Fake(reply=busy))

    assert result.is_error
    assert json.loads(result.content[0].text)["error"] == sentence("busy")


def refused(use: Callable[[Client], Awaitable[Any]]) -> MCPError:
    """The protocol error that a session meets; caught inside, before a group wraps it."""

    async def caught(client: Client) -> MCPError:
        with pytest.raises(MCPError) as error:
            await use(client)
        return error.value

    return session(build_server(Fake()), caught)


@pytest.mark.parametrize("uri", ["quoth://documents/none", "file:///etc/passwd", "quoth://"])
def test_an_unknown_resource_is_a_protocol_error_with_the_disclaimer(uri: str) -> None:
    assert refused(lambda client: client.read_resource(uri)).data == {"disclaimer": disclaimer()}


def test_an_unknown_tool_is_a_protocol_error_that_names_the_right_ones() -> None:
    error = refused(lambda client: client.call_tool("diagnose", {}))

    assert error.message.endswith("there are ask, search_passages, get_document, verify_quote")

    assert error.data == {"disclaimer": disclaimer()}


@pytest.mark.parametrize("method", ["tools/nothing", "prompts/list", f"{CANARY}/list"])
def test_an_unknown_method_is_a_protocol_error_with_the_disclaimer_that_does_not_repeat_it(
    method: str,
) -> None:
    error = over_lines(json.dumps({"jsonrpc": "2.0", "id": 1, "method": method}).encode())

    assert (error["id"], error["error"]["code"]) == (1, -32601)
    assert error["error"]["data"] == {"disclaimer": disclaimer()}
    assert CANARY not in json.dumps(error)


def test_parameters_that_do_not_fit_are_a_protocol_error_with_the_disclaimer() -> None:
    error = over_lines(b'{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {}}')

    assert (error["id"], error["error"]["code"]) == (1, -32602)
    assert error["error"]["data"] == {"disclaimer": disclaimer()}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"{bad", -32700),
        (b"\xff\xfe\x00", -32700),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "ping", "params": {"a": "\\ud800"}}', -32700),
        (f'{{"question": "{CANARY}"}}'.encode(), -32600),
        (b"[]", -32600),
    ],
)
def test_a_line_that_is_no_message_is_answered_with_what_was_expected(
    line: bytes, code: int
) -> None:
    error = over_lines(line)

    assert (error["id"], error["error"]["code"]) == (None, code)
    assert error["error"]["data"] == {"expected": EXPECTED[code], "disclaimer": disclaimer()}
    assert CANARY not in json.dumps(error)


async def conversation(client: Client) -> dict[str, Any]:
    """Every tool once, as an agent would use them after one another."""
    ask = await client.call_tool("ask", {"question": "Are ALS twitches painful?"})
    crisis = await client.call_tool("ask", {"question": "I want to kill myself"})
    found = await client.call_tool("search_passages", {"question": "Are ALS twitches painful?"})
    quoted = ask.structured_content["citations"][0]
    place = {k: quoted[k] for k in ("document_id", "document_sha256", "start", "end", "quote")}
    verified = await client.call_tool("verify_quote", place)
    document = await client.call_tool("get_document", {"document_id": quoted["document_id"]})
    resources = await client.list_resources()
    return {
        "ask": ask.structured_content,
        "crisis": crisis.structured_content,
        "found": found.structured_content,
        "verified": verified.structured_content,
        "document": document.structured_content,
        "n_resources": len(resources.resources),
    }


def check(said: dict[str, Any]) -> None:
    assert said["ask"]["kind"] == "answer"
    assert said["crisis"]["notices"][0]["kind"] == "crisis"
    assert said["verified"]["matches"] is True
    for quoted in (*said["ask"]["citations"], said["found"]["citations"][0]):
        if quoted["document_id"] == said["document"]["id"]:
            assert said["document"]["text"][quoted["start"] : quoted["end"]] == quoted["quote"]
    assert said["n_resources"] >= 5
    assert all(said[k]["disclaimer"] == disclaimer() for k in said if k != "n_resources")


@pytest.mark.slow
def test_a_session_over_stdio_asks_verifies_and_reads(starter_index: Path) -> None:
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "assistant", "mcp", "--index", str(starter_index)],
        cwd=str(REPOSITORY),
    )

    check(session(server, conversation))


@pytest.mark.slow
def test_a_session_over_http_does_the_same_where_it_is_switched_on(starter_index: Path) -> None:
    with running_server(starter_index, env={"QUOTH_MCP": "true"}) as url:
        check(session(f"{url}/mcp", conversation))


@pytest.mark.slow
def test_a_session_over_stdio_follows_a_new_generation(tmp_path: Path) -> None:
    article, index = tmp_path / "feet.md", tmp_path / "index"
    article.write_text("# Feet\n\nFeet get cold in winter.\n", encoding="utf-8")
    build_index([article], index)
    server = StdioServerParameters(
        command=sys.executable, args=["-m", "assistant", "mcp", "--index", str(index)],
        cwd=str(REPOSITORY),
    )  # fmt: skip

    async def generation(client: Client) -> str:
        asked = await client.call_tool("ask", {"question": "Why do feet get cold?"})
        return str(asked.structured_content["generation"])

    async def use(client: Client) -> bool:
        before = await generation(client)
        article.write_text("# Feet\n\nFeet get warm in summer.\n", encoding="utf-8")
        await anyio.to_thread.run_sync(lambda: build_index([article], index))
        for _ in range(1000):  # the one before answers while the new one loads
            if await generation(client) != before:
                return True
        return False

    assert session(server, use)
