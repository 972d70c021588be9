"""What a reader should know before trusting a quote or an article, each in a few fixed words."""

from collections.abc import Iterator, Sequence
from datetime import date

from assistant.records import Citation
from assistant.render.dates import is_old
from assistant.safety import sentence
from ingest import Document

FLAGS = {
    "abstract_only": "flag_abstract_only",
    "aggregated_faq": "flag_aggregated_faq",
    "copy_of_another_publisher": "flag_copy",
    "old": "flag_old",
    "written_from_source": "flag_written_from_source",
}


def flags_of_citation(citation: Citation, today: date | None) -> tuple[str, ...]:
    """The flags of a quote, with "old" where its source is; None for `today` calls none so."""
    return (*citation.flags, *(["old"] if _is_old(citation.published, today) else []))


def flags_of_document(document: Document, today: date | None) -> tuple[str, ...]:
    """What holds of every quote of an article."""
    known = document.metadata
    flags = {
        "abstract_only": known.is_abstract_only,
        "copy_of_another_publisher": known.is_copy,
        "old": _is_old(known.published, today),
    }
    return tuple(flag for flag, holds in flags.items() if holds)


def flags_in_words(flags: Sequence[str], kind: str | None) -> Iterator[str]:
    """The words of each flag, unless the kind of source says it already."""
    for flag in flags:
        words = sentence(FLAGS[flag]) if flag in FLAGS else flag.replace("_", " ")
        if words.casefold() not in (kind or "").casefold():
            yield words


def _is_old(published: str | None, today: date | None) -> bool:
    return today is not None and is_old(published, today)
