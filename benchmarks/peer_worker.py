"""One library in one process, asked over standard input: a JSON line in, a JSON line out.

First line: the passages. Each line after it: a question, answered with the numbers of the K best
passages and the seconds taken. Runs in the peers' environment, so it imports nothing of ours
unless it is Quoth that is asked.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

K = int(sys.argv[3]) if len(sys.argv) > 3 else 10
Ask = Callable[[str], list[int]]


def quoth(folder: str, passages: list[str]) -> Ask:
    """The question to its whole Reply; the passages are those of the built index `folder`."""
    from assistant import Answer, Assistant
    from ingest import load_index

    index = load_index(Path(folder))
    assistant = Assistant.load(Path(folder))
    assert [passage.text for passage in index.passages] == passages

    def ask(question: str) -> list[int]:
        reply = assistant.ask(question)
        citations = reply.citations if isinstance(reply, Answer) else ()
        places = [(c.document_id, c.start) for c in citations]
        return [
            row
            for document, start in places
            for row, passage in enumerate(index.passages)
            for place in (passage.place, *passage.also)
            if place.document_id == document and place.start <= start < place.end
        ]

    return ask


def quoth_ranking(folder: str, passages: list[str]) -> Ask:
    """The question to its whole Reply, and the passages in the order that it was quoted from."""
    from assistant import Assistant
    from ingest import load_index

    assistant = Assistant.load(Path(folder))
    assert [passage.text for passage in load_index(Path(folder)).passages] == passages

    def ask(question: str) -> list[int]:
        looks = assistant.explain(question).looks
        return [scored.row for scored in looks[0].ranking[:K]] if looks else []

    return ask


def txtai(model: str, passages: list[str]) -> Ask:
    """Embeddings of txtai with its default index (Faiss)."""
    from txtai import Embeddings

    embeddings = Embeddings(path=model, method="sentence-transformers", gpu=False)
    embeddings.index(passages)
    return lambda question: [int(row) for row, _score in embeddings.search(question, K)]


def haystack(model: str, passages: list[str]) -> Ask:
    """Haystack's in-memory document store with its sentence-transformers embedders."""
    from haystack import Document
    from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from haystack.utils import ComponentDevice
    from haystack_integrations.components.embedders.sentence_transformers import (
        SentenceTransformersDocumentEmbedder,
        SentenceTransformersTextEmbedder,
    )

    cpu = {"device": ComponentDevice.from_str("cpu"), "progress_bar": False}
    store = InMemoryDocumentStore()
    documents = [Document(content=text, meta={"row": row}) for row, text in enumerate(passages)]
    embedder = SentenceTransformersDocumentEmbedder(model=model, **cpu)
    embedder.warm_up()
    store.write_documents(embedder.run(documents)["documents"])
    asker = SentenceTransformersTextEmbedder(model=model, **cpu)
    asker.warm_up()
    retriever = InMemoryEmbeddingRetriever(store, top_k=K)

    def ask(question: str) -> list[int]:
        found = retriever.run(asker.run(question)["embedding"])["documents"]
        return [document.meta["row"] for document in found]

    return ask


def langchain(model: str, passages: list[str]) -> Ask:
    """LangChain's in-memory vector store with HuggingFaceEmbeddings."""
    from langchain_core.vectorstores import InMemoryVectorStore
    from langchain_huggingface import HuggingFaceEmbeddings

    embeddings = HuggingFaceEmbeddings(model_name=model, model_kwargs={"device": "cpu"})
    store = InMemoryVectorStore(embeddings)
    store.add_texts(passages, [{"row": row} for row in range(len(passages))])
    return lambda question: [d.metadata["row"] for d in store.similarity_search(question, K)]


def llamaindex(model: str, passages: list[str]) -> Ask:
    """LlamaIndex's VectorStoreIndex over one node a passage."""
    from llama_index.core import VectorStoreIndex
    from llama_index.core.schema import TextNode
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding

    nodes = [TextNode(text=text, id_=str(row)) for row, text in enumerate(passages)]
    embedding = HuggingFaceEmbedding(model_name=model, device="cpu")
    retriever = VectorStoreIndex(nodes, embed_model=embedding).as_retriever(similarity_top_k=K)
    return lambda question: [int(found.node.node_id) for found in retriever.retrieve(question)]


SYSTEMS = {f.__name__: f for f in (quoth, quoth_ranking, txtai, haystack, langchain, llamaindex)}


def main(name: str, model_or_index: str, _k: str = "10") -> None:
    """Serve until standard input ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints goes to standard error
    passages = json.loads(sys.stdin.readline())
    started = time.perf_counter()
    ask = SYSTEMS[name](model_or_index, passages)
    first = ask("warm-up")
    print(json.dumps([time.perf_counter() - started, first]), file=answers, flush=True)
    for line in sys.stdin:
        question = json.loads(line)
        started = time.perf_counter()
        rows = ask(question)
        print(json.dumps([time.perf_counter() - started, rows]), file=answers, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
