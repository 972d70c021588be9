"""What runs before everything else: detectors over the question, and the app's own voice."""

from assistant.safety.notices import notices
from assistant.safety.records import Notice, NoticeKind, Screening
from assistant.safety.screen import screen
from assistant.safety.voice import REGIONS, disclaimer, label, sentence

__all__ = [
    "REGIONS",
    "Notice",
    "NoticeKind",
    "Screening",
    "disclaimer",
    "label",
    "notices",
    "screen",
    "sentence",
]
