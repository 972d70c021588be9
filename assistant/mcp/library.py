"""What the MCP server asks of the rest of the program, as a Protocol, and its plain form."""

from functools import partial
from typing import Protocol

import anyio.to_thread

from assistant.pipeline import Assistant
from assistant.records import Reply
from assistant.reload import Reloading
from ingest import Document


class Held(Protocol):
    """The documents of one generation."""

    @property
    def documents(self) -> tuple[Document, ...]:
        """Every stored document."""
        ...

    def document(self, document_id: str) -> Document | None:
        """A stored document by its id, or None."""
        ...

    @property
    def generation(self) -> str | None:
        """The index generation that answers; None without an index."""
        ...


class Library(Protocol):
    """Answers questions without blocking the event loop, and knows its documents."""

    async def ask(self, question: str) -> Reply:
        """The reply to `question`; raises RefusedError where none can be had now."""
        ...

    async def search(self, question: str, k: int) -> Reply:
        """Up to `k` whole passages as an Answer, or why there are none."""
        ...

    def held(self) -> Held:
        """What is held now. Whoever reads twice for one request reads from this, or mixes two."""
        ...


class InProcess:
    """An assistant of this process, asked in a thread."""

    def __init__(self, assistant: Assistant | Reloading) -> None:
        self._assistant = assistant

    async def ask(self, question: str) -> Reply:
        """The assistant's reply."""
        return await anyio.to_thread.run_sync(self._assistant.ask, question)

    async def search(self, question: str, k: int) -> Reply:
        """The assistant's passages."""
        return await anyio.to_thread.run_sync(partial(self._assistant.search, question, k=k))

    def held(self) -> Held:
        """The assistant."""
        return self._assistant.held()
