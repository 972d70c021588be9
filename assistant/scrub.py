"""What may be said of an exception in a log: its type and place, never its message."""

import traceback


def where(error: BaseException) -> str:
    """The type of an exception and the line it was raised at. A message may quote a question."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "unknown place"
    return f"{type(error).__name__} at {place}"
