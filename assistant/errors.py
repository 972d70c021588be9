"""What can go wrong in the assistant. Abstaining is a result, not an error.

AssistantError
├── SettingsError         a QUOTH_* variable is unknown or out of bounds
├── EncoderMismatchError  the index was made by another model than the one that is here
└── VerificationError     a quote of an exported reply does not match its document
"""


class AssistantError(Exception):
    """Base of everything that the assistant raises on purpose. Its message says what to do next."""


class SettingsError(AssistantError):
    """A setting cannot be used. Field: `problems`, one line each."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("Settings: " + "; ".join(problems) + ". See the table in README.md.")
        self.problems = problems


class EncoderMismatchError(AssistantError):
    """Questions would be encoded by another model than the passages were."""

    def __init__(self, needed: str, found: str) -> None:
        super().__init__(
            f"The index was made with {needed}, but the model here is {found}."
            " Build the index again: python -m ingest build corpus"
        )


class VerificationError(AssistantError):
    """A quote is not what its document says. Fields: `reply` and `citation`, counted from 1."""

    def __init__(self, reply: int, citation: int, what: str) -> None:
        super().__init__(f"reply {reply}, citation {citation}: {what}")
        self.reply = reply
        self.citation = citation
