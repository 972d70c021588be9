"""What the library holds, said where it has no answer (R17); of a large one, the first titles."""

from collections.abc import Callable, Sequence

from assistant.render.view import View
from assistant.safety import sentence
from ingest import Document

MAX_LIBRARY_TITLES = 8  # more would push the care card off a phone's screen


def first_titles(documents: Sequence[Document]) -> tuple[str, ...]:
    """The titles that are named, an article's id where it has none."""
    return tuple(d.metadata.title or d.id for d in documents[:MAX_LIBRARY_TITLES])


def what_library_covers(
    view: View, *, own: Callable[[str], str], title: Callable[[str], str]
) -> str:
    """The sentence, its own words and each title written as told; empty without a title."""
    if not view.titles:
        return ""
    count = max(view.n_documents, len(view.titles))
    others = "_among_others" if count > MAX_LIBRARY_TITLES else ""
    named = "; ".join(map(title, view.titles[:MAX_LIBRARY_TITLES]))
    return own(sentence(f"what_library_covers{others}")).format(count=count, titles=named)
