"""What the web surface asks of the rest of the program, as Protocols: a test passes a fake."""

from pathlib import Path
from typing import Protocol

from pydantic import SecretStr

from assistant.atlas import Atlas
from assistant.records import Reply
from ingest import Document, Vectors


class Answers(Protocol):
    """What answers questions; `assistant.Assistant` is one."""

    def ask(self, question: str, *, previous: str | None = None) -> Reply:
        """A reply to `question`, which may lean on `previous`. Called from several threads."""
        ...

    def search(self, question: str, *, k: int) -> Reply:
        """Up to `k` whole passages. Called from several threads at once."""
        ...

    def held(self) -> "Answers":
        """What answers now. Whoever reads twice for one request reads from this, or mixes two."""
        ...

    def document(self, document_id: str) -> Document | None:
        """The stored document, or None."""
        ...

    @property
    def documents(self) -> tuple[Document, ...]:
        """Every stored document; empty while there is no usable index."""
        ...

    @property
    def generation(self) -> str | None:
        """The index generation that answers, or None while there is no usable index."""
        ...

    @property
    def trouble(self) -> str | None:
        """Why the index cannot be used, for the operator, or None."""
        ...

    @property
    def example_questions(self) -> tuple[str, ...]:
        """Questions that the corpus answers."""
        ...

    def atlas(self) -> Atlas | None:
        """Where every passage lies on a map; None without an index. Takes up to a second."""
        ...

    def vector_of(self, question: str) -> Vectors | None:
        """What the map places of a question; None without an index."""
        ...


class WebSettings(Protocol):
    """The run-time settings that the web surface reads."""

    @property
    def host(self) -> str:
        """Address to listen on; the loopback unless told otherwise in so many words."""
        ...

    @property
    def port(self) -> int:
        """TCP port to listen on."""
        ...

    @property
    def root_path(self) -> str:
        """Path prefix that a proxy in front strips, such as `/quoth`; empty without one."""
        ...

    @property
    def allowed_hosts(self) -> tuple[str, ...]:
        """Host names, besides the loopback's, that a request may name in its Host header."""
        ...

    @property
    def trusted_proxies(self) -> tuple[str, ...]:
        """Addresses or networks whose forwarding headers are believed."""
        ...

    @property
    def basic_auth(self) -> SecretStr | None:
        """USER:PASSWORD for the whole site, or None."""
        ...

    @property
    def access_token(self) -> SecretStr | None:
        """Bearer token for the whole site, or None."""
        ...

    @property
    def rate_per_minute(self) -> int:
        """Questions a minute from one address; 0 for no limit."""
        ...

    @property
    def max_concurrent(self) -> int:
        """Questions answered at the same time."""
        ...

    @property
    def feedback(self) -> Path | None:
        """The file that takes what people say of quotes, or None: nobody is asked."""
        ...

    @property
    def cached_replies(self) -> int:
        """Replies kept in memory."""
        ...

    @property
    def reload_s(self) -> float:
        """Seconds between looks for a newer generation; 0 for never."""
        ...

    @property
    def mcp(self) -> bool:
        """Whether agents are served at /mcp."""
        ...

    @property
    def access_log(self) -> bool:
        """Whether each request gets a line in the log."""
        ...
