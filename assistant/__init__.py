"""Quoth's assistant: a question in, a reply out that quotes articles and never diagnoses.

from assistant import Assistant
reply = Assistant.load(Path(".index")).ask("What is a fasciculation?")
"""

from assistant.errors import AssistantError, EncoderMismatchError, SettingsError, VerificationError
from assistant.pipeline import Assistant
from assistant.records import Abstention, Answer, Citation, InputError, Reason, Reply
from assistant.reload import Reloading

__all__ = [
    "Abstention",
    "Answer",
    "Assistant",
    "AssistantError",
    "Citation",
    "EncoderMismatchError",
    "InputError",
    "Reason",
    "Reloading",
    "Reply",
    "SettingsError",
    "VerificationError",
]
