"""The four tools: what each takes, and what it gives as JSON.

Every result carries the disclaimer; every quote its document, sha256 and offsets. A gated quote
comes without its words, and without the link that spells them, until the caller asks for them.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any

import anyio.to_thread
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.decide import JUDGED
from assistant.mcp.errors import RefusedError
from assistant.mcp.library import Library
from assistant.records import Reply
from assistant.render.document import whole
from assistant.render.json import to_json
from assistant.safety import disclaimer
from assistant.verify import problem_of

Json = dict[str, Any]


class _Arguments(BaseModel):
    """Arguments of a tool: what is not named here is an error."""

    model_config = ConfigDict(extra="forbid", strict=True)


Gated = Annotated[
    bool,
    Field(description="Also give the words of quotes with a gate. Only when the person asks."),
]


class Ask(_Arguments):
    """Arguments of `ask`."""

    question: Annotated[str, Field(description="The person's question, in their own words.")]
    show_gated: Gated = False


class SearchPassages(_Arguments):
    """Arguments of `search_passages`."""

    question: Annotated[str, Field(description="What the passages should be about, in English.")]
    k: Annotated[int, Field(ge=1, le=JUDGED, description="How many passages at most.")] = 5
    show_gated: Gated = False


class GetDocument(_Arguments):
    """Arguments of `get_document`."""

    document_id: Annotated[str, Field(description="As in a citation's `document_id`.")]


class VerifyQuote(_Arguments):
    """Arguments of `verify_quote`: the fields of a citation."""

    document_id: str
    document_sha256: str
    start: Annotated[int, Field(ge=0, description="First code point of the quote.")]
    end: Annotated[int, Field(ge=1, description="Code point after its last.")]
    quote: str


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool as it is listed, and the function that carries it out."""

    name: str
    title: str
    description: str
    arguments: type[_Arguments]
    run: Callable[[Library, Any], Awaitable[Json]]

    async def call(self, library: Library, arguments: Json) -> Json:
        """The tool's result.

        Raises:
            RefusedError: the arguments do not fit, or the library cannot answer now.
        """
        try:
            parsed = self.arguments.model_validate(arguments)
        except ValidationError as error:
            # pydantic's own text repeats the input: a question.
            found = error.errors(include_input=False, include_url=False, include_context=False)
            raise RefusedError(
                "malformed",
                [{"at": list(map(str, e["loc"])), "expected": e["type"]} for e in found],
            ) from None
        return await self.run(library, parsed)


async def _ask(library: Library, arguments: Ask) -> Json:
    return _shown(await library.ask(arguments.question), show_gated=arguments.show_gated)


async def _search(library: Library, arguments: SearchPassages) -> Json:
    reply = await library.search(arguments.question, arguments.k)
    return _shown(reply, show_gated=arguments.show_gated)


async def _document(library: Library, arguments: GetDocument) -> Json:
    held = library.held()
    found = held.document(arguments.document_id)
    if found is None:
        raise RefusedError("not_found")
    return {**whole(found), "generation": held.generation, "disclaimer": disclaimer()}


async def _verify(library: Library, arguments: VerifyQuote) -> Json:
    found = library.held().document(arguments.document_id)
    documents = {found.id: found} if found else {}
    # In a thread: a quote that does not match is looked for in the whole article.
    problem = await anyio.to_thread.run_sync(problem_of, arguments.model_dump(), documents)
    return {"matches": problem is None, "problem": problem, "disclaimer": disclaimer()}


def _shown(reply: Reply, *, show_gated: bool) -> Json:
    """The reply's JSON, its gated quotes without their words unless they were asked for."""
    body = to_json(reply)
    if show_gated:
        return body
    citations: Any = body["citations"]
    folded = {"quote": None, "deep_link": None}
    return {**body, "citations": [{**c, **folded} if c["gate"] else c for c in citations]}


TOOLS = (
    Tool(
        "ask",
        "Ask the library",
        "Quotes health articles word for word to answer a question, or says why it cannot. Show"
        " the notices first, then each quote unchanged with its source, then the disclaimer."
        " Never turn quotes into advice or a diagnosis. A quote with a gate comes without its"
        " words: give them only when the person asks to see them.",
        Ask,
        _ask,
    ),
    Tool(
        "search_passages",
        "Find whole passages",
        "Up to k whole passages that bear on a question, best first, with offsets. The library's"
        " own judgment of what answers applies: what it would not quote is not found here.",
        SearchPassages,
        _search,
    ),
    Tool(
        "get_document",
        "Read an article",
        "The stored text of one article, its sections and what is known of its source.",
        GetDocument,
        _document,
    ),
    Tool(
        "verify_quote",
        "Check a quote",
        "Whether a quote is the exact slice of the stored article that it says it is.",
        VerifyQuote,
        _verify,
    ),
)
