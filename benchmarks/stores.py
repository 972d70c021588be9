"""The same library in a folder and on a Milvus server: what each finds, and what it costs.

`measure` hands a library over and asks both; `at_size` puts any number of vectors, grown as in
`benchmarks/scale.py`, into one collection and searches it beside FAISS, by lists and exactly.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import cycle
from math import isqrt
from statistics import median, quantiles

import numpy as np

from assistant import Answer, Assistant
from benchmarks.scale import N_CANDIDATES, N_WARM, grown
from ingest import Encoder, Index, StoreError, Vectors, load_index
from ingest.index import MilvusStore
from ingest.index.dense import DenseIndex, Hits
from ingest.index.inverted import EQUAL, N_NEAREST, N_QUERIES, InvertedFile, tenth_best
from ingest.index.milvus.vectors import MilvusVectors
from ingest.records import Inverted

SETTLE_S, SETTLED_S, PAUSE_S = 2400, 0.3, 5
COLLECTION = "quothbench_vectors"  # not a name that a library's sweep would drop


def measure(
    store: MilvusStore, encoder: Encoder, questions: Sequence[str], *, n_asked: int
) -> dict[str, object]:
    """Hand the library of `store.folder` over; top ten of `questions`, replies to `n_asked`."""
    started = time.perf_counter()
    with store.changing():
        pass
    handed_over = time.perf_counter() - started
    started = time.perf_counter()
    there = load_index(store)
    loaded = time.perf_counter() - started
    here = load_index(store.folder)
    vectors = [encoder.encode([question]) for question in questions]
    pairs = [
        (here.passage_vectors.search(v, N_NEAREST), there.passage_vectors.search(v, N_NEAREST))
        for v in vectors
    ]
    asked = list(questions[:: max(1, len(questions) // n_asked)][:n_asked])
    replies = {
        name: [_asked(Assistant(index, encoder), question) for question in asked]
        for name, index in (("folder", here), ("server", there))
    }
    both = list(zip(*replies.values(), strict=True))
    return {
        "passages": len(here.passages),
        "hand_over_s": round(handed_over, 1),
        "load_s": round(loaded, 1),
        "questions": len(pairs),
        "same_top_ten": sum(_same(*pair) for pair in pairs) / len(pairs),
        "asked": len(asked),
        "answered": sum(isinstance(reply, Answer) for _, reply in replies["folder"]),
        "same_reply": sum(a[1] == b[1] for a, b in both) / len(both),
        **{f"{name}_p50_ms": _p50(found) for name, found in replies.items()},
    }


def _asked(assistant: Assistant, question: str) -> tuple[float, object]:
    started = time.perf_counter()
    reply = assistant.ask(question)
    return 1000 * (time.perf_counter() - started), reply


def _p50(found: Sequence[tuple[float, object]]) -> float:
    return round(median(ms for ms, _ in found), 1)


def _same(mine: Hits, theirs: Hits) -> bool:
    """The same rows; of rows that are equally near the last one, any counts."""
    bar = mine[-1][1]
    near = {row for row, cosine in mine if cosine > bar + EQUAL}
    return near <= {row for row, _ in theirs} and all(c >= bar - EQUAL for _, c in theirs)


def at_size(
    index: Index, store: MilvusStore, n: int, *, n_probes: Sequence[int], n_questions: int
) -> dict[str, object]:
    """`n` vectors by lists on the server and in FAISS, and exactly; the library's own questions.

    Each question is asked of all of them in turn, when the server has indexed all and settled: it
    goes on merging what it was sent for minutes, and answers little meanwhile.

    Raises:
        RuntimeError: it does not settle in SETTLE_S.
    """
    real = np.concatenate([index.passage_vectors.vectors(), *index.statements.blocks()])
    vectors = grown(real.astype(np.float32), n)
    asked = index.question_vectors.vectors()
    drawn = asked[np.random.default_rng(7).permutation(len(asked))]
    ask, learn = drawn[:n_questions], drawn[n_questions:][:N_QUERIES]
    started = time.perf_counter()
    built = InvertedFile.build(vectors, learn)
    faiss_s = time.perf_counter() - started
    if built is None:
        raise ValueError(f"no lists over {n} vectors find enough; name a larger number")
    lists = Inverted(isqrt(n), max(n_probes), 0.0, 0)
    started = time.perf_counter()
    rows = ({"number": number, "vector": vector} for number, vector in enumerate(vectors))
    store.server.write(COLLECTION, vectors.shape[1], rows, lists=lists)
    milvus_s = time.perf_counter() - started
    searches: dict[str, Callable[[Vectors, int], Hits]] = {
        f"faiss_lists_{built[1].n_probe}": built[0].search,
        "faiss_exact": DenseIndex.build(vectors).search,
    }
    for n_probe in n_probes:
        how = replace(lists, n_probe=n_probe)
        served = MilvusVectors(store.server, COLLECTION, n, vectors.shape[1], how)
        searches[f"milvus_lists_{n_probe}"] = served.search
    settle_s = _settle(served.search, ask)
    figures = _searched(searches, ask, tenth_best(vectors, ask))
    store.server.drop(COLLECTION)
    return {
        "vectors": n,
        "texts": len(real),
        "questions": len(ask),
        "n_lists": lists.n_lists,
        "milvus_build_s": round(milvus_s),
        "milvus_settle_s": round(settle_s),
        "faiss_build_s": round(faiss_s),
        **figures,
    }


def _settle(search: Callable[[Vectors, int], Hits], ask: Vectors) -> float:
    """Seconds until N_WARM searches in a row took at most SETTLED_S each."""
    started, quick = time.perf_counter(), 0
    for query in cycle(ask):
        began = time.perf_counter()
        try:
            search(query, N_CANDIDATES)
        except StoreError:  # it did not answer in time
            time.sleep(PAUSE_S)
        now = time.perf_counter()
        quick = quick + 1 if now - began <= SETTLED_S else 0
        if quick == N_WARM:
            return now - started
        if now - started > SETTLE_S:
            break
    raise RuntimeError(f"the server had not settled after {SETTLE_S} s")


def _searched(
    searches: Mapping[str, Callable[[Vectors, int], Hits]], ask: Vectors, bars: np.ndarray
) -> dict[str, dict[str, float]]:
    ms: dict[str, list[float]] = {name: [] for name in searches}
    hits = dict.fromkeys(searches, 0)
    for query in ask[:N_WARM]:
        for search in searches.values():
            search(query, N_CANDIDATES)
    for query, bar in zip(ask, bars.tolist(), strict=True):
        for name, search in searches.items():
            started = time.perf_counter()
            found = search(query, N_CANDIDATES)
            ms[name].append(1000 * (time.perf_counter() - started))
            hits[name] += sum(cosine >= bar - EQUAL for _, cosine in found[:N_NEAREST])
    return {
        name: {
            "recall_at_10": round(hits[name] / (N_NEAREST * len(ask)), 4),
            "p50_ms": round(median(taken), 2),
            "p95_ms": round(quantiles(taken, n=20)[-1], 2),
        }
        for name, taken in ms.items()
    }
