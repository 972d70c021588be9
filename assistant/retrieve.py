"""Stage 2, retrieve: Query -> one run per scorer. Nothing is fused or judged here."""

from collections.abc import Iterable

from assistant.ranking import Ranking
from assistant.records import Query, Scorer
from ingest import Index, Vectors

CANDIDATES = 200  # passages that each of cosine and BM25 puts forward; each then scores them all


def retrieve(
    query: Query, vector: Vectors, index: Index, *, k: int = CANDIDATES
) -> dict[Scorer, Ranking]:
    """Each scorer's ranking, best first, ties by row. `vector` is the query's, float32 (1, d)."""
    by_words = dict(index.bm25.search(query.search_text, k))
    cosines = dict(index.passage_vectors.search(vector, k))
    seen_by_one = [row for row in by_words if row not in cosines]
    by_words.update(index.bm25.scores([r for r in cosines if r not in by_words], query.search_text))
    cosines.update(index.passage_vectors.scores(seen_by_one, vector))
    found: dict[Scorer, Iterable[tuple[int, float]]] = {
        Scorer.COSINE: _with_statements(cosines, vector, index),
        Scorer.BM25: ((row, score) for row, score in by_words.items() if score > 0),
        Scorer.FAQ_COSINE: _answered(vector, index, k),
    }
    return {s: Ranking.of(s, scored, index.passages) for s, scored in found.items()}


def _with_statements(
    cosines: dict[int, float], vector: Vectors, index: Index
) -> Iterable[tuple[int, float]]:
    """Mean of a passage's cosine and that of its best statement.

    A paragraph that answers in one sentence out of five looks average as a whole; a sentence alone
    lacks its heading. On the seeds' dev questions either alone puts .64 / .50 first, the mean .71.
    """
    found = index.statements.best(list(cosines), vector)
    for (row, cosine), best in zip(cosines.items(), found, strict=True):
        yield row, (cosine + (cosine if best is None else best)) / 2


def _answered(vector: Vectors, index: Index, k: int) -> Iterable[tuple[int, float]]:
    """The passages that answer an FAQ question like this one, each by its closest question."""
    best: dict[int, float] = {}
    for number, cosine in index.question_vectors.search(vector, k):
        row = index.questions[number][1]
        best[row] = max(best.get(row, -1.0), cosine)
    return best.items()
