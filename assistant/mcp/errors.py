"""What a tool call can fail with. Never holds what was sent: it may be a question about health."""

from collections.abc import Sequence

from assistant.safety import disclaimer, sentence


class RefusedError(Exception):
    """A call that cannot be carried out.

    Fields: `says`, the id of the sentence that says why; `errors`, what was expected and where.
    """

    def __init__(self, says: str, errors: Sequence[dict[str, object]] = ()) -> None:
        super().__init__(says)
        self.says = says
        self.errors = tuple(errors)

    def to_json(self) -> dict[str, object]:
        """Why, what was expected where it can be said, and the disclaimer."""
        body: dict[str, object] = {"error": sentence(self.says)}
        if self.errors:
            body["errors"] = list(self.errors)
        return {**body, "disclaimer": disclaimer()}
