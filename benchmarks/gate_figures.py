"""What the gate measures: all twitching questions, off-topic ones, and a fixed part of SciFact."""

import gzip
import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from assistant import Assistant
from benchmarks.abstention import ask_all, figures, read_asked
from benchmarks.beir import Beir, read_beir
from benchmarks.gate import Checksums, Figures
from benchmarks.questions import read_questions, score
from benchmarks.retrieval import indexed, measure
from ingest import Encoder, build_index, load_index

CORPUS = Path(__file__).parent.parent / "corpus"
ASKED = Path(__file__).parent / "data/starter_accept.jsonl"
TWITCHING = "twitching/questions_dev.jsonl"
OFF_TOPIC = "abstention/offtopic_clinc_dev.jsonl"
N_QUERIES, N_OTHERS = 40, 120  # of SciFact: some seconds to embed


def measure_all(shared: Path, encoder: Encoder) -> tuple[Figures, Checksums]:
    """Every figure of the gate, and the checksums of the data behind them."""
    evaluation, seeds = shared / "eval", shared / "seeds"
    scifact = evaluation / "scifact"
    with TemporaryDirectory() as folder:
        work = Path(folder)
        build_index([CORPUS], work / "starter", encoder=encoder)
        build_index([seeds], work / "seeds", encoder=encoder)
        measured = (
            answering("starter", ASKED, work / "starter")
            | answering("source articles", evaluation / TWITCHING, work / "seeds")
            | declining("source articles", evaluation / OFF_TOPIC, work / "seeds", encoder)
            | retrieving(scifact, work / "part", encoder)
        )
        part = part_of(read_beir(scifact), work / "scifact.jsonl").corpus
        data = {
            "starter questions": sha256_of(ASKED),
            "source articles": sha256_of(seeds),
            "part of scifact": sha256_of(part),
        }
    return measured, data


def answering(name: str, questions: Path, index_dir: Path) -> Figures:
    """Shares of quotes accepted, and of right answers and right silence."""
    found = score(read_questions(questions), Assistant.load(index_dir).ask)
    return {
        f"{name}: first quote accepted": found.first / found.n_answerable,
        f"{name}: one of three accepted": found.one_of_three / found.n_answerable,
        f"{name}: answerable answered": 1 - found.abstained_wrongly / found.n_answerable,
        f"{name}: unanswerable declined": found.abstained_rightly / found.n_unanswerable,
    }


def declining(name: str, questions: Path, index_dir: Path, encoder: Encoder) -> Figures:
    """Share of off-topic questions that are declined."""
    index = load_index(index_dir)
    found = figures(
        ask_all(read_asked(questions), index, encoder),
        n_passages=len(index.passages),
        n_wordings=index.n_wordings,
    )
    answered = found["unanswerable_answered"]
    assert isinstance(answered, list)
    return {f"{name}: off-topic declined": 1 - answered[0]}


def retrieving(folder: Path, work: Path, encoder: Encoder) -> Figures:
    """nDCG@10 on a fixed part of a BEIR folder."""
    beir = part_of(read_beir(folder), work / "corpus.jsonl")
    index = indexed(beir.corpus, work / "index", encoder)
    (app,) = measure(beir, index, encoder, systems=["app"])
    return {f"part of {beir.name}: nDCG@10": float(np.mean(list(app.values["nDCG@10"].values())))}


def part_of(beir: Beir, corpus: Path) -> Beir:
    """The same part everywhere: some queries, their judged documents and some others, by hash."""
    queries = _first(beir.queries, N_QUERIES)
    qrels = {query: beir.qrels[query] for query in queries}
    judged = {document for grades in qrels.values() for document in grades}
    whole = beir.corpus.read_bytes()
    text = (gzip.decompress(whole) if beir.corpus.suffix == ".gz" else whole).decode()
    lines = {json.loads(line)["_id"]: line for line in filter(str.strip, text.split("\n"))}
    kept = [*sorted(judged & lines.keys()), *_first(lines.keys() - judged, N_OTHERS)]
    corpus.parent.mkdir(parents=True, exist_ok=True)
    corpus.write_text("\n".join(lines[document] for document in kept) + "\n", encoding="utf-8")
    return Beir(beir.name, corpus, {query: beir.queries[query] for query in queries}, qrels)


def sha256_of(path: Path) -> str:
    """Of a file, or of every file below a folder with its name."""
    files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.relative_to(path.parent).as_posix().encode() + file.read_bytes())
    return digest.hexdigest()


def _first(ids: Iterable[str], k: int) -> list[str]:
    """The first k ids in the order of their hash: a fixed draw without a seed."""
    return sorted(ids, key=lambda id_: hashlib.sha256(id_.encode()).digest())[:k]
