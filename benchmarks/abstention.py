"""Whether silence is right: questions that a library answers against those that it does not.

A question's score is what `assistant.decide` holds against its threshold. A file has
one JSON object a line: {"question", "answerable"}, perhaps "strict"; strict questions are counted
apart: nothing that is kept so much as mentions their topic.
"""

import gzip
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.coverage import unheard_of
from assistant.decide import UNHEARD_OF, bar_for
from assistant.judge import CONSIDERED, leave_out
from assistant.rank import rank
from assistant.retrieve import retrieve
from assistant.understand import understand
from benchmarks.intervals import Table, interval, two_sided_interval
from ingest import Encoder, Index

WITHOUT_QUESTIONS = "answers.jsonl"
LEAVE_OUT_FILE, LEFT_OUT = "medquad_leaveout", "medquad_leaveout_removed_docs.txt"
SHARED_EVAL, MEDQUAD = Path("../shared/eval"), Path("medquad/corpus.jsonl.gz")


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with the strength of its best passage."""

    question: str
    is_answerable: bool
    is_strict: bool
    strength: float


@dataclass(frozen=True, slots=True)
class Question:
    """A question, whether the library answers it, and whether its topic is nowhere in it."""

    question: str
    is_answerable: bool
    is_strict: bool


def read_asked(path: Path) -> tuple[Question, ...]:
    """The questions of a file; a line that does not say `strict` counts as strict."""
    lines = filter(str.strip, path.read_text(encoding="utf-8").split("\n"))
    return tuple(
        Question(raw["question"], bool(raw["answerable"]), bool(raw.get("strict", True)))
        for raw in map(json.loads, lines)
    )


def beside(
    file: Path, corpus: Path | None, leave_out: Path | None, *, shared: Path = SHARED_EVAL
) -> tuple[Path | None, Path | None]:
    """Corpus and list for a leave-out file: as named, or beside it, or in the shared folder.

    Raises:
        FileNotFoundError: neither is there; the figure would be one of another library.
    """
    if not file.name.startswith(LEAVE_OUT_FILE):
        return corpus, leave_out
    for folder in (file.parent.parent, shared):
        found = folder / MEDQUAD
        listed = next(
            (p for p in (file.with_name(LEFT_OUT), folder / "abstention" / LEFT_OUT) if p.exists()),
            None,
        )
        if (corpus or found).exists() and (leave_out or listed):
            return corpus or found, leave_out or listed
    raise FileNotFoundError(
        f"{file.name} needs MedQuAD and the list of what is left out of it."
        " Name them: --corpus CORPUS.jsonl.gz --leave-out LIST"
    )


def write_answers(corpus: Path, left_out: Collection[str], folder: Path) -> Path:
    """A copy of a `.jsonl[.gz]` library without its titles and without the documents left out.

    MedQuAD's titles are its questions; with them in the index, a question would find itself.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / WITHOUT_QUESTIONS
    whole = corpus.read_bytes()
    lines = (gzip.decompress(whole) if corpus.suffix == ".gz" else whole).decode().split("\n")
    with target.open("w", encoding="utf-8") as out:
        for raw in map(json.loads, filter(str.strip, lines)):
            if raw["_id"] not in left_out:
                out.write(json.dumps(raw | {"title": ""}, ensure_ascii=False) + "\n")
    return target


def ask_all(questions: Sequence[Question], index: Index, encoder: Encoder) -> list[Asked]:
    """Each question with the strength of its best passage, 0 where nothing came up."""
    asked = []
    for question in questions:
        query = understand(question.question, index.bm25)
        vector = encoder.encode([query.search_text])
        ranking = rank(query, retrieve(query, vector, index), index)[:CONSIDERED]
        fitting, _ = leave_out(query, ranking, index)
        best = fitting[0].score if fitting else 0.0
        # The app raises its threshold by this instead; the two are the same comparison.
        best -= UNHEARD_OF * unheard_of(query, index)
        asked.append(Asked(question.question, question.is_answerable, question.is_strict, best))
    return asked


def figures(asked: Sequence[Asked], *, n_passages: int, n_wordings: int = 0) -> dict[str, object]:
    """AUROC with its interval, and both directions at the threshold for a library of this size."""
    bar = bar_for(n_passages, n_wordings=n_wordings, is_personal=False)
    answerable = [a.strength for a in asked if a.is_answerable]
    not_answerable = [a.strength for a in asked if not a.is_answerable]
    strict = [a.strength for a in asked if not a.is_answerable and a.is_strict]
    return {
        "answerable": len(answerable),
        "unanswerable": len(not_answerable),
        "strict": len(strict),
        "passages": n_passages,
        "threshold": round(bar, 4),
        "auroc": _auroc_with_interval(answerable, not_answerable),
        "auroc_strict": _auroc_with_interval(answerable, strict),
        "answerable_declined": _share([s < bar for s in answerable]),
        "unanswerable_answered": _share([s >= bar for s in not_answerable]),
        "strict_answered": _share([s >= bar for s in strict]),
    }


def auroc(positives: Sequence[float], negatives: Sequence[float]) -> float:
    """Chance that a positive scores above a negative, ties half. Source: Hanley & McNeil, 1982.

    Raises:
        ValueError: one side is empty.
    """
    if not len(positives) or not len(negatives):
        raise ValueError("AUROC needs at least one of each")
    return float(_wins(positives, negatives).mean())


def risk_coverage(asked: Sequence[Asked]) -> list[tuple[float, float]]:
    """(share of questions answered, share of those that should not have been) at every threshold.

    Source: El-Yaniv & Wiener, JMLR 2010.
    """
    ordered = sorted(asked, key=lambda a: -a.strength)
    wrong = np.cumsum([not a.is_answerable for a in ordered])
    n = len(ordered)
    return [(k / n, float(wrong[k - 1]) / k) for k in range(1, n + 1)]


def _wins(positives: Sequence[float], negatives: Sequence[float]) -> Table:
    """float64 (positives, negatives): 1 where the positive scores above, 0.5 where they tie."""
    p, n = np.asarray(positives)[:, None], np.asarray(negatives)[None, :]
    return np.asarray((p > n) + 0.5 * (p == n), dtype=np.float64)


def _auroc_with_interval(
    positives: Sequence[float], negatives: Sequence[float]
) -> list[float] | None:
    """[AUROC, low, high]; None where a side is empty."""
    if not positives or not negatives:
        return None
    wins = _wins(positives, negatives)
    return [round(x, 4) for x in (float(wins.mean()), *two_sided_interval(wins))]


def _share(hits: Sequence[bool]) -> list[float] | None:
    """[share, low, high]; None of nothing."""
    if not hits:
        return None
    low, high = interval([float(hit) for hit in hits])
    return [round(x, 4) for x in (float(np.mean(hits)), low, high)]
