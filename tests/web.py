"""What tests of the web surface share: an assistant without a model, and sites in the process."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import anyio
import httpx
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.records import Answer, Citation, InputError, Reason, Reply
from assistant.safety import disclaimer
from assistant.settings import Settings
from assistant.web.application import create_api
from assistant.web.desk import Desk
from assistant.web.guard import Guard
from ingest import Block, BlockKind, Document, Metadata, Section

TEXT = "Fasciculations\n\nTwitches of ALS are not painful. \ud800"
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

    def ask(self, question: str, *, previous: str | None = None) -> Reply:
        return self.reply(question if previous is None else f"{previous} {question}")

    def search(self, question: str, *, k: int) -> Reply:
        return self.reply(question)

    def held(self) -> "Fake":
        return self

    def document(self, document_id: str) -> Document | None:
        return next((d for d in self.documents if d.id == document_id), None)


def settings(**chosen: object) -> Settings:
    """Settings for a site in the process, small enough to fill."""
    return Settings(**{"index": Path("none"), "max_concurrent": 2, "cached_replies": 0, **chosen})


class Site:
    """The API behind its guard, called in the process."""

    def __init__(self, assistant: object = None, **chosen: object) -> None:
        using = settings(**chosen)
        self.desk = Desk(
            assistant or Fake(),
            max_concurrent=using.max_concurrent,
            cached_replies=using.cached_replies,
        )
        self.app = create_api(self.desk, using)

    async def send(
        self, method: str, path: str, *, peer: str = "127.0.0.1", **options: object
    ) -> httpx.Response:
        transport = httpx.ASGITransport(self.app, client=(peer, 4000))
        base = options.pop("base_url", "http://localhost")
        async with httpx.AsyncClient(transport=transport, base_url=base) as client:
            return await client.request(method, path, **options)

    def __call__(self, method: str, path: str, **options: object) -> httpx.Response:
        return anyio.run(lambda: self.send(method, path, **options))

    async def at_once(
        self, n: int, path: str, *, on_refused: Callable[[], None]
    ) -> list[httpx.Response]:
        """The same question n times at once; responses in the order in which they came."""
        responses: list[httpx.Response] = []

        async def one() -> None:
            response = await self.send("POST", path, json={"question": "?"})
            responses.append(response)
            if response.status_code == 429:
                on_refused()

        async with anyio.create_task_group() as group:
            for _ in range(n):
                group.start_soon(one)
        return responses


class Inner:
    """Remembers what reached it; answers 200, or what it was told to."""

    def __init__(self, status: int = 200, headers: dict[str, str] | None = None) -> None:
        self.status = status
        self.headers = headers or {}
        self.scopes: list[Scope] = []
        self.bodies: list[bytes] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scopes.append(scope)
        self.bodies.append((await receive())["body"])
        raw = [(k.encode(), v.encode()) for k, v in self.headers.items()]
        await send({"type": "http.response.start", "status": self.status, "headers": raw})
        await send({"type": "http.response.body", "body": b"inner"})


def guarded(inner: ASGIApp) -> Guard:
    """The guard before `inner`, with the checks of a site that nothing was set for."""
    from assistant.web.application import checks_of

    return Guard(inner, checks=checks_of(settings()))


def send(app: object, method: str, path: str, **options: object) -> httpx.Response:
    base = options.pop("base_url", "http://localhost")

    async def request() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=True)
        async with httpx.AsyncClient(transport=transport, base_url=base) as client:
            return await client.request(method, path, **options)

    return anyio.run(request)


def assert_problem(response: httpx.Response, status: int) -> None:
    """A problem document of that status, with the disclaimer and the id of its response."""
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    said = response.json()
    assert (said["status"], said["disclaimer"]) == (status, disclaimer())
    assert said["request_id"] == response.headers["x-request-id"]
