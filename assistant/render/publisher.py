"""Who published a quote's article and, where it retells others, whose they are; in one phrase."""

from assistant.records import Citation
from assistant.safety import sentence


def publisher_of(citation: Citation, *, missing: str) -> str:
    """The publisher, or `missing` where none is stated, and in brackets those of its sources."""
    publisher = citation.publisher or missing
    if not citation.written_from:
        return publisher
    return f"{publisher} ({sentence('written_from_within')} {'; '.join(citation.written_from)})"
