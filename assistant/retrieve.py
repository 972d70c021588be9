"""Stage 2, retrieve: Query -> one run per scorer. Nothing is fused or judged here."""

from collections.abc import Iterable

import numpy as np

from assistant.ranking import Ranking
from assistant.records import Query, Scorer
from ingest import AskedQuestion, Hits, Index, Vectors

CANDIDATES = 200  # passages that each of cosine and BM25 puts forward; each then scores them all


def search_words(query: Query, index: Index, *, k: int = CANDIDATES) -> Hits:
    """What BM25 puts forward, which waits for no vector."""
    return index.bm25.search(query.search_text, k)


def retrieve(
    query: Query,
    vector: Vectors,
    index: Index,
    *,
    k: int = CANDIDATES,
    by_words: Hits | None = None,
) -> dict[Scorer, Ranking]:
    """Each scorer's ranking, best first, ties by row. `vector` is the query's, float32 (1, d).

    `by_words`: what `search_words` found, where it has been asked already.
    """
    word_scores = dict(search_words(query, index, k=k) if by_words is None else by_words)
    cosines = dict(index.passage_vectors.search(vector, k))
    seen_by_one = [row for row in word_scores if row not in cosines]
    word_scores.update(
        index.bm25.scores([r for r in cosines if r not in word_scores], query.search_text)
    )
    cosines.update(index.passage_vectors.scores(seen_by_one, vector))
    near = dict(index.question_vectors.search(vector, k))
    near.update(dict.fromkeys(index.asked(query.question), 1.0))
    asked = [(index.questions[number], cosine) for number, cosine in near.items()]
    worded = _by_row((question, cosine) for question, cosine in asked if not question.stands)
    found: dict[Scorer, Iterable[tuple[int, float]]] = {
        Scorer.COSINE: _with_statements(cosines, worded, vector, index),
        Scorer.BM25: ((row, score) for row, score in word_scores.items() if score > 0),
        Scorer.FAQ_COSINE: _by_row(asked).items(),
    }
    return {s: Ranking.of(s, scored, index.passages) for s, scored in found.items()}


def _with_statements(
    cosines: dict[int, float], worded: dict[int, float], vector: Vectors, index: Index
) -> Iterable[tuple[int, float]]:
    """Mean of a passage's cosine and that of its best statement, or other wording if it is nearer.

    A paragraph that answers in one sentence out of five looks average as a whole; a sentence alone
    lacks its heading. On the seeds' dev questions either alone puts .64 / .50 first, the mean .71.
    What people type is nearer to how others have asked than to any sentence of an answer. An FAQ's
    own questions are left out: with them the seeds put .89 first instead of .93.
    """
    of_passage = np.fromiter(cosines.values(), dtype=np.float64, count=len(cosines))
    of_statement = index.statements.best(list(cosines), vector).astype(np.float64)
    of_statement = np.where(np.isnan(of_statement), of_passage, of_statement)
    of_wording = np.array([worded.get(row, -1.0) for row in cosines])
    return zip(cosines, (of_passage + np.maximum(of_statement, of_wording)) / 2, strict=True)


def _by_row(asked: Iterable[tuple[AskedQuestion, float]]) -> dict[int, float]:
    """The passages that answer some questions, each with the cosine of the closest of them."""
    best: dict[int, float] = {}
    for question, cosine in asked:
        best[question.row] = max(best.get(question.row, -1.0), cosine)
    return best
