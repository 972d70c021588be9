"""Question -> reply, the verbs in order: screen, look up, decide, quote."""

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from assistant.atlas import Atlas, atlas_of
from assistant.clarify import clarify
from assistant.clauses import split_clauses
from assistant.decide import JUDGED as MAX_PASSAGES
from assistant.differ import both_sides
from assistant.errors import EncoderMismatchError
from assistant.explanation import Explanation, Judgement, Look
from assistant.judge import judge
from assistant.look import Asked, Library
from assistant.quote import quote, whole_passages
from assistant.records import (
    MAX_QUESTION_CHARS,
    Abstention,
    Answer,
    Citation,
    Gate,
    InputError,
    Notice,
    Reason,
    Reply,
    Scorer,
)
from assistant.related import related_questions
from assistant.rerank import Reranker, load_reranker, rerank
from assistant.safety import Screening, disclaimer, notices, screen
from assistant.stages import stage
from assistant.surrogates import whole_characters
from ingest import (
    Document,
    Encoder,
    Index,
    IngestError,
    StoreError,
    Vectors,
    Where,
    load_encoder,
    load_index,
)

logger = logging.getLogger(__name__)

EXAMPLES = 6

_Answering = Callable[[Asked, Screening, Library], Explanation]


class Assistant:
    """Answers questions by quoting one index. Without an index it still cares, and abstains.

    Every question is made of whole characters here (assistant/surrogates.py), so no door has to.
    """

    def __init__(
        self,
        index: Index | None,
        encoder: Encoder | None,
        *,
        trouble: str | None = None,
        region: str | None = None,
        reranker: Reranker | None = None,
    ) -> None:
        self._index = index
        self._library = None if index is None or encoder is None else Library(index, encoder)
        self._trouble = trouble
        self._region = region
        self._reranker = reranker

    @classmethod
    def load(
        cls, where: Where, *, region: str | None = None, reranker: str | None = None
    ) -> "Assistant":
        """From the current generation of a store or a folder; `region` chooses the helplines shown.

        `reranker` names a cross-encoder, a folder or a hub name (assistant/rerank.py).

        Raises:
            IndexUnusableError: there is no index, or it is damaged.
            StoreError: the server that holds the index does not answer, or refuses.
            ModelError: the model that made the index cannot be used.
            EncoderMismatchError: the model here is not the one that made the index.
        """
        index = load_index(where)
        encoder = load_encoder(index.manifest.encoder.name)
        if encoder.identity != index.manifest.encoder:
            raise EncoderMismatchError(str(index.manifest.encoder), str(encoder.identity))
        return cls(index, encoder, region=region, reranker=load_reranker(reranker))

    @classmethod
    def load_or_abstain(
        cls, where: Where, *, region: str | None = None, reranker: str | None = None
    ) -> "Assistant":
        """Like `load`; where that fails, an assistant that abstains and knows its `trouble`."""
        try:
            return cls.load(where, region=region, reranker=reranker)
        except (IngestError, EncoderMismatchError) as error:
            return cls(None, None, trouble=str(error), region=region)

    def ask(self, question: str, *, previous: str | None = None) -> Reply:
        """One reply, a pure function of question and index. Safe to call from several threads.

        Cards for a crisis or an emergency come first whatever else is wrong. `previous` is the
        question before, and serves only to ask back what a fragment such as "and in MS?" means.
        """
        return self.explain(question, previous=previous).reply

    def explain(self, question: str, *, previous: str | None = None) -> Explanation:
        """The same reply, with everything that was looked at on the way to it."""
        before = None if previous is None else whole_characters(previous)
        return self._explain(question, partial(self._answer, previous=before))

    def search(self, question: str, *, k: int = MAX_PASSAGES) -> Reply:
        """Like `ask`, with up to `k` whole passages, best first, as its citations.

        Screened and decided in the same way: passages that `ask` would not quote are not had here.
        """
        return self._explain(question, partial(self._passages, k=k)).reply

    def _explain(self, question: str, answer: _Answering) -> Explanation:
        """What stands before every answer: the screening, and the reasons not to look at all.

        The encoder, which nothing here waits for, works while the question is screened.
        """
        question = whole_characters(question)
        reason, library = _unusable_input(question), self._library
        asked = library.begin(question) if library and reason is None else None
        with stage("screen"):
            screening = screen(question)
        if reason is not None:
            cards = notices(screening, has_quotes=False, region=self._region)
            return Explanation(InputError(reason, cards, disclaimer(), self.generation))
        if screening.language is not None:
            return Explanation(self._abstention(Reason.UNSUPPORTED_LANGUAGE, screening))
        if library is None or asked is None:
            return Explanation(self._abstention(Reason.INDEX_UNAVAILABLE, screening))
        try:
            return answer(asked, screening, library)
        except StoreError as error:  # of a server; what is in memory or in files cannot fail so
            logger.error("%s", error)
            silence = self._abstention(Reason.INDEX_UNAVAILABLE, screening)
            return Explanation(replace(silence, generation=None))  # of none: it must not be kept

    def _answer(
        self,
        asked: Asked,
        screening: Screening,
        library: Library,
        *,
        previous: str | None,
    ) -> Explanation:
        """The stages that need an index."""
        look = library.look(asked)
        meanings = clarify(
            look.query,
            look.runs[Scorer.FAQ_COSINE],
            library.index,
            is_answered=partial(self._is_answered, library=library),
            previous=previous,
        )
        if meanings:
            asked_back = self._abstention(Reason.AMBIGUOUS, screening, did_you_mean=meanings)
            return Explanation(asked_back, (look,))
        return self._weigh(look, screening, library)

    def _is_answered(self, question: str, library: Library) -> bool:
        """Whether a question that may be suggested gets an answer; it is not asked back itself."""
        look = library.look(library.begin(question))
        return isinstance(self._weigh(look, screen(question), library).reply, Answer)

    def _weigh(self, look: Look, screening: Screening, library: Library) -> Explanation:
        """What a question that is clear gets for its look, or for that of one of its clauses."""
        question, index = look.query.question, library.index
        looks: tuple[Look, ...] = (look,)
        faq = look.runs[Scorer.FAQ_COSINE]
        judged = judge(look, index, is_personal=screening.personal)
        judgements: tuple[Judgement, ...] = (judged,)
        if isinstance(judged.evidence, Reason) and screening.personal:
            clauses = [library.begin(clause) for clause in split_clauses(question)]
            looks = (look, *map(library.look, clauses))
            look = max(looks, key=lambda look: look.strength)
            if look is not judged.look:
                # A clause has shed the words about the person: it must fit like any other question.
                last = looks[-1].query
                point = last if last.question.endswith("?") else None
                judged = judge(look, index, is_personal=False, point=point)
                judgements = (*judgements, judged)
        evidence = judged.evidence
        if isinstance(evidence, Reason):
            related = related_questions(faq, index)
            silence = self._abstention(evidence, screening, related=related)
            return Explanation(silence, looks, judgements)
        evidence = rerank(question, evidence, self._reranker)
        opposed = both_sides(look.query, look.ranking, index.documents)
        with stage("quote"):
            citations, differ = quote(
                evidence, look.query, look.vector, index, screening, opposed=opposed
            )
        if not citations:
            related = related_questions(faq, index)
            silence = self._abstention(Reason.NOTHING_RELEVANT, screening, related=related)
            return Explanation(silence, looks, judgements)
        cards = self._cards(citations, screening)
        generation = index.manifest.generation
        answered = {citation.faq_question for citation in citations}
        related = related_questions(faq, index, answered=answered)
        answer = Answer(citations, cards, disclaimer(), generation, differ, related)
        two_sides = tuple(side.scored for side in opposed or ())
        return Explanation(answer, looks, judgements, two_sides)

    def _passages(
        self, asked: Asked, screening: Screening, library: Library, *, k: int
    ) -> Explanation:
        """The evidence itself, each passage whole."""
        look, index = library.look(asked), library.index
        evidence = judge(look, index, is_personal=screening.personal).evidence
        if isinstance(evidence, Reason):
            return Explanation(self._abstention(evidence, screening), (look,))
        citations = whole_passages(evidence[:k], index, screening)
        if not citations:
            return Explanation(self._abstention(Reason.NOTHING_RELEVANT, screening), (look,))
        cards = self._cards(citations, screening)
        answer = Answer(citations, cards, disclaimer(), index.manifest.generation)
        return Explanation(answer, (look,))

    def _cards(self, citations: tuple[Citation, ...], screening: Screening) -> tuple[Notice, ...]:
        has_figures = any(citation.gate is Gate.PROGNOSIS for citation in citations)
        return notices(screening, has_quotes=True, has_figures=has_figures, region=self._region)

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
        if self._library is not None:
            self._library.encoder.encode(["warm-up"])

    def held(self) -> "Assistant":
        """Itself: it is of one generation."""
        return self

    def document(self, document_id: str) -> Document | None:
        """A stored document by its id, or None."""
        return self._index.documents.get(document_id) if self._index else None

    def atlas(self) -> Atlas | None:
        """Where every passage lies on a map of the library; None without an index."""
        return atlas_of(self._index) if self._index else None

    def vector_of(self, question: str) -> Vectors | None:
        """What the map places of a question; None without an index."""
        return self._library.begin(whole_characters(question)).vector() if self._library else None

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
        asked = [q.text for q in self._index.questions if q.stands] if self._index else []
        short = [question for question in dict.fromkeys(asked) if len(question) <= 60]
        step = max(1, len(short) // EXAMPLES)
        return tuple(short[::step][:EXAMPLES])


def _unusable_input(question: str) -> Reason | None:
    """Why a question cannot be answered before anyone reads it; None when it can."""
    if len(question) > MAX_QUESTION_CHARS:
        return Reason.TOO_LONG
    return None if any(c.isalnum() for c in question) else Reason.EMPTY
