"""An exported reply is checked against the stored documents, quote by quote."""

from typing import Any

import pytest

from assistant import VerificationError
from assistant.verify import verify
from ingest import Document, Metadata

DOCUMENT = Document("a.md", "Feet get cold. Wool is warm.", (), Metadata())
GOOD: dict[str, Any] = {
    "document_id": "a.md",
    "document_sha256": DOCUMENT.sha256,
    "start": 15,
    "end": 28,
    "quote": "Wool is warm.",
}


def check(*citations: object) -> tuple[int, int]:
    return verify([{"citations": list(citations)}], {"a.md": DOCUMENT})


def test_quotes_that_match_are_counted() -> None:
    assert verify([{"citations": [GOOD]}, {"citations": []}], {"a.md": DOCUMENT}) == (2, 1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"quote": "Wool is cold."}, r"the quote is not what a.md says at \[15, 28\)$"),
        ({"quote": "wool  is\u00a0warm."}, r"at \[15, 28\); but for .* words stand at \[15, 28\)$"),
        ({"quote": None}, r"the quote is not what a.md says at \[15, 28\)$"),
        ({"start": 14}, "the quote is not what"),
        ({"end": 99}, r"has no characters \[15, 99\)"),
        ({"start": -13}, "has no characters"),
        ({"start": None}, "has no characters"),
        ({"document_id": "b.md"}, "no document 'b.md' in this index"),
        ({"document_sha256": "0" * 64}, "a.md has changed since the reply was made"),
    ],
)
def test_what_does_not_match_is_named(change: dict[str, object], message: str) -> None:
    with pytest.raises(VerificationError, match=message) as caught:
        check(GOOD, {**GOOD, **change})

    assert (caught.value.reply, caught.value.citation) == (1, 2)


@pytest.mark.parametrize("reply", [{}, {"citations": None}, {"citations": {}}])
def test_what_is_no_reply_is_refused(reply: dict[str, object]) -> None:
    with pytest.raises(VerificationError, match="not a reply"):
        verify([reply], {})
