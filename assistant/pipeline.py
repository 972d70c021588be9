"""Question -> reply, the verbs in order: screen, understand, retrieve, rank, decide, quote."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from assistant.clarify import clarify
from assistant.clauses import split_clauses
from assistant.decide import JUDGED as MAX_PASSAGES
from assistant.decide import decide
from assistant.differ import both_sides
from assistant.errors import EncoderMismatchError
from assistant.quote import quote, whole_passages
from assistant.rank import rank
from assistant.records import (
    MAX_QUESTION_CHARS,
    Abstention,
    Answer,
    InputError,
    Query,
    Reason,
    Reply,
    ScoredPassage,
    Scorer,
)
from assistant.related import related_questions
from assistant.retrieve import retrieve
from assistant.safety import Screening, disclaimer, notices, screen
from assistant.understand import understand
from ingest import Document, Encoder, Index, IngestError, Vectors, load_encoder, load_index

EXAMPLES = 6

_Answering = Callable[[str, Screening, Index, Encoder], Reply]


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """One question on its way through the stages."""

    query: Query
    vector: Vectors
    runs: Mapping[Scorer, tuple[ScoredPassage, ...]]
    ranking: tuple[ScoredPassage, ...]

    @property
    def candidates(self) -> tuple[ScoredPassage, ...]:
        """The ranking, then what was retrieved and not ranked."""
        ranked = {scored.row for scored in self.ranking}
        rest = (scored for scored in self.runs[Scorer.COSINE] if scored.row not in ranked)
        return (*self.ranking, *rest)


class Assistant:
    """Answers questions by quoting one index. Without an index it still cares, and abstains."""

    def __init__(
        self,
        index: Index | None,
        encoder: Encoder | None,
        *,
        trouble: str | None = None,
        region: str | None = None,
    ) -> None:
        self._index = index
        self._encoder = encoder
        self._trouble = trouble
        self._region = region
        self._encoding = threading.Lock()  # fast tokenizers fail when two threads pad at once

    @classmethod
    def load(cls, index_dir: Path, *, region: str | None = None) -> "Assistant":
        """From the current generation of `index_dir`; `region` chooses the helplines shown.

        Raises:
            IndexUnusableError: there is no index, or it is damaged.
            ModelError: the model that made the index cannot be used.
            EncoderMismatchError: the model here is not the one that made the index.
        """
        index = load_index(index_dir)
        encoder = load_encoder(index.manifest.encoder.name)
        if encoder.identity != index.manifest.encoder:
            raise EncoderMismatchError(str(index.manifest.encoder), str(encoder.identity))
        return cls(index, encoder, region=region)

    @classmethod
    def load_or_abstain(cls, index_dir: Path, *, region: str | None = None) -> "Assistant":
        """Like `load`; where that fails, an assistant that abstains and knows its `trouble`."""
        try:
            return cls.load(index_dir, region=region)
        except (IngestError, EncoderMismatchError) as error:
            return cls(None, None, trouble=str(error), region=region)

    def ask(self, question: str) -> Reply:
        """One reply, a pure function of question and index. Safe to call from several threads.

        Cards for a crisis or an emergency come first whatever else is wrong.
        """
        return self._reply(question, self._answer)

    def search(self, question: str, *, k: int = MAX_PASSAGES) -> Reply:
        """Like `ask`, with up to `k` whole passages, best first, as its citations.

        Screened and decided in the same way: passages that `ask` would not quote are not had here.
        """
        return self._reply(question, partial(self._passages, k=k))

    def _reply(self, question: str, answer: _Answering) -> Reply:
        """What stands before every answer: the screening, and the reasons not to look at all."""
        screening = screen(question)
        reason = _unusable_input(question)
        if reason is not None:
            cards = notices(screening, has_quotes=False, region=self._region)
            return InputError(reason, cards, disclaimer(), self.generation)
        if screening.language is not None:
            return self._abstention(Reason.UNSUPPORTED_LANGUAGE, screening)
        if self._index is None or self._encoder is None:
            return self._abstention(Reason.INDEX_UNAVAILABLE, screening)
        return answer(question, screening, self._index, self._encoder)

    def _answer(self, question: str, screening: Screening, index: Index, encoder: Encoder) -> Reply:
        """The stages that need an index."""
        look = self._look(question, index, encoder)
        meanings = clarify(look.query, look.runs[Scorer.FAQ_COSINE], index)
        if meanings:
            return self._abstention(Reason.AMBIGUOUS, screening, did_you_mean=meanings)
        size = len(index.passages)
        evidence = decide(look.ranking, is_personal=screening.personal, n_passages=size)
        related = related_questions(look.runs[Scorer.FAQ_COSINE], index)
        if isinstance(evidence, Reason) and screening.personal:
            looks = [self._look(clause, index, encoder) for clause in split_clauses(question)]
            look = max([look, *looks], key=_strength)
            # A clause has shed the words about the person: it must fit like any other question.
            evidence = decide(look.ranking, is_personal=False, n_passages=size)
        if isinstance(evidence, Reason):
            return self._abstention(evidence, screening, related=related)
        opposed = both_sides(look.query, look.candidates)
        citations, differ = quote(
            evidence, look.query, look.vector, index, screening, opposed=opposed
        )
        if not citations:
            return self._abstention(Reason.NOTHING_RELEVANT, screening, related=related)
        cards = notices(screening, has_quotes=True, region=self._region)
        generation = index.manifest.generation
        return Answer(citations, cards, disclaimer(), generation, differ, related)

    def _passages(
        self, question: str, screening: Screening, index: Index, encoder: Encoder, *, k: int
    ) -> Reply:
        """The evidence itself, each passage whole."""
        look = self._look(question, index, encoder)
        evidence = decide(
            look.ranking, is_personal=screening.personal, n_passages=len(index.passages)
        )
        if isinstance(evidence, Reason):
            return self._abstention(evidence, screening)
        citations = whole_passages(evidence[:k], index, screening)
        if not citations:
            return self._abstention(Reason.NOTHING_RELEVANT, screening)
        cards = notices(screening, has_quotes=True, region=self._region)
        return Answer(citations, cards, disclaimer(), index.manifest.generation)

    def _look(self, question: str, index: Index, encoder: Encoder) -> "_Look":
        """What the library has on a question: understood, retrieved and ranked."""
        query = understand(question, index.bm25)
        vector = self._encode(query.search_text, encoder)
        runs = retrieve(query, vector, index)
        return _Look(query, vector, runs, rank(query, runs, index))

    def _encode(self, text: str, encoder: Encoder) -> Vectors:
        with self._encoding:
            return encoder.encode([text])

    def _abstention(
        self,
        reason: Reason,
        screening: Screening,
        *,
        related: tuple[str, ...] = (),
        did_you_mean: tuple[str, ...] = (),
    ) -> Abstention:
        cards = notices(
            screening,
            has_quotes=False,
            language_blocked=reason is Reason.UNSUPPORTED_LANGUAGE,
            region=self._region,
        )
        return Abstention(reason, cards, disclaimer(), self.generation, did_you_mean, related)

    def warm_up(self) -> None:
        """Load the model now, so that the first person who asks does not wait for it."""
        if self._encoder is not None:
            self._encode("warm-up", self._encoder)

    def document(self, document_id: str) -> Document | None:
        """A stored document by its id, or None."""
        return self._index.documents.get(document_id) if self._index else None

    @property
    def documents(self) -> tuple[Document, ...]:
        """Every stored document; none without an index."""
        return tuple(self._index.documents.values()) if self._index else ()

    @property
    def generation(self) -> str | None:
        """The index generation that answers; None without an index."""
        return self._index.manifest.generation if self._index else None

    @property
    def trouble(self) -> str | None:
        """Why there is no usable index, with the command that mends it; None when all is well."""
        return self._trouble

    @property
    def example_questions(self) -> tuple[str, ...]:
        """Short FAQ questions of the corpus, to show what can be asked."""
        asked = [question for question, _row in self._index.questions] if self._index else []
        short = [question for question in dict.fromkeys(asked) if len(question) <= 60]
        step = max(1, len(short) // EXAMPLES)
        return tuple(short[::step][:EXAMPLES])


def _strength(look: _Look) -> float:
    """How well the library speaks to a question; 0 where it has nothing at all."""
    return look.ranking[0].score if look.ranking else 0.0


def _unusable_input(question: str) -> Reason | None:
    """Why a question cannot be answered before anyone reads it; None when it can."""
    if len(question) > MAX_QUESTION_CHARS:
        return Reason.TOO_LONG
    return None if any(c.isalnum() for c in question) else Reason.EMPTY
