"""An optional second opinion on the order of what may be quoted: a cross-encoder, off by default.

It reads question and passage together, which is slower and often finer than comparing two vectors.
It only puts evidence in order: whether anything may be quoted is decided before it is asked, on
scales that it does not have. No such model comes with Quoth, so what it gains was not measured.
"""

import logging
from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from assistant.records import ScoredPassage
from ingest import IngestError, find_model

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

logger = logging.getLogger(__name__)


class Reranker(Protocol):
    """Whoever can score passages against a question."""

    def scores(self, question: str, texts: Sequence[str]) -> Sequence[float]:
        """One score a text, higher is better."""


class CrossEncoderReranker:
    """A sentence-transformers cross-encoder in a folder, on the CPU, loaded at its first use."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def scores(self, question: str, texts: Sequence[str]) -> Sequence[float]:
        """One logit a text; text beyond the model's window is not seen."""
        pairs = [(question, text) for text in texts]
        found = self._model.predict(pairs, show_progress_bar=False, convert_to_numpy=True)
        return [float(score) for score in found]

    @cached_property
    def _model(self) -> "CrossEncoder":
        from sentence_transformers import CrossEncoder  # torch takes seconds to import

        model: CrossEncoder = CrossEncoder(
            str(self._folder),
            device="cpu",
            num_labels=1,
            local_files_only=True,
            trust_remote_code=False,
        )
        return model


@lru_cache(maxsize=1)
def load_reranker(model: str | None) -> Reranker | None:
    """The cross-encoder in a folder or of a hub name; None, and a WARNING, where it is not had."""
    if model is None:
        return None
    try:
        return CrossEncoderReranker(find_model(model))
    except IngestError as error:
        logger.warning("Passages keep their order, without a cross-encoder: %s", error)
        return None


def rerank(
    question: str, evidence: Sequence[ScoredPassage], reranker: Reranker | None
) -> tuple[ScoredPassage, ...]:
    """The same evidence in the reranker's order, equal scores in the order that they had."""
    if reranker is None or len(evidence) < 2:
        return tuple(evidence)
    scores = reranker.scores(question, [scored.passage.text for scored in evidence])
    order = sorted(range(len(evidence)), key=lambda at: -scores[at])
    return tuple(evidence[at]._replace(rank=rank) for rank, at in enumerate(order, 1))
