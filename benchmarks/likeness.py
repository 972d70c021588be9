"""Remakes `assistant/safety/likeness.toml` from the phrases of `safety_phrases/`.

    python -m benchmarks.likeness [--shared ../shared]

A linear classifier a detector (scikit-learn's logistic regression). Beside our own controls,
questions of public sets are negatives; features that stand in theirs alone get no weight, so the
file holds nothing of them. The threshold is set on phrases that were left out: each round is scored
by weights made from the other rounds.
"""

import gzip
import json
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
import numpy.typing as npt
import typer
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from assistant.safety.data import FOLDER
from assistant.safety.fold import fold
from assistant.safety.likeness import features
from assistant.safety.words import STOP, split_words
from benchmarks.safety import PHRASES

FILE = FOLDER / "likeness.toml"
KINDS = ("crisis", "emergency")
# Share of left-out controls above the threshold: a crisis missed weighs more than a card too many.
MAX_TAKEN = {"crisis": 0.006, "emergency": 0.002}
MIN_WEIGHT = 0.6  # smaller ones change no finding of the phrases
N_OTHERS = 3_000  # questions of public sets
STRENGTH = 100.0  # of the fit: C of the regression

Example = tuple[frozenset[str], str, str]  # features, kind, round


def read_examples(shared: Path) -> list[Example]:
    """Our phrases and their rounds; controls also sentence by sentence; others' questions."""
    examples: list[Example] = []
    for file in sorted(PHRASES.glob("*.jsonl")):
        for row in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
            kind = row["expect"] if row["expect"] in KINDS else "none"
            words = split_words(fold(row["text"]))
            examples.append((_all_but_stops(words), kind, row.get("round", "first")))
            if kind == "none" and STOP in words:
                for sentence in " ".join(words).split(STOP):
                    examples.append((features(sentence.split()), kind, row.get("round", "first")))
    with gzip.open(shared / "eval/medquad/corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        questions = [json.loads(line)["title"] for line in lines]
    drawn = np.random.default_rng(1).permutation(sorted(set(questions)))[:N_OTHERS]
    examples += [(features(split_words(fold(text))), "none", "others") for text in drawn.tolist()]
    return examples


def _all_but_stops(words: Sequence[str]) -> frozenset[str]:
    return features([word for word in words if word != STOP])


class Matrix:
    """Examples as rows, features of our own phrases as columns."""

    def __init__(self, examples: Sequence[Example]) -> None:
        own = (f for found, _, round_ in examples if round_ != "others" for f in found)
        self.columns = {name: column for column, name in enumerate(sorted(set(own)))}
        starts, places, values = [0], [], []
        for found, _, _ in examples:
            known = sorted(self.columns[f] for f in found if f in self.columns)
            places += known
            values += [1 / np.sqrt(max(1, len(found)))] * len(known)
            starts.append(len(places))
        self.rows = csr_matrix(
            (values, places, starts), shape=(len(examples), len(self.columns)), dtype=np.float64
        )


def fit(
    matrix: Matrix, wanted: npt.NDArray[np.bool_], rows: npt.NDArray[np.bool_]
) -> LogisticRegression:
    """The classifier of one detector on some of the rows."""
    model = LogisticRegression(C=STRENGTH, max_iter=500, class_weight={False: 1, True: 3})
    return model.fit(matrix.rows[rows], wanted[rows])


def left_out_scores(
    matrix: Matrix, wanted: npt.NDArray[np.bool_], rounds: npt.NDArray[np.str_]
) -> npt.NDArray[np.float64]:
    """The score of each example by weights that have not seen its round."""
    scores = np.full(len(wanted), np.nan)
    for round_ in sorted({str(r) for r in rounds} - {"others", "first"}):
        held = rounds == round_
        scores[held] = fit(matrix, wanted, ~held).decision_function(matrix.rows[held])
    return scores


def main(
    shared: Annotated[Path, typer.Option(help="Folder with eval/.")] = Path("../shared"),
) -> None:
    """Fit, choose thresholds, write the file, print what left-out rounds give."""
    examples = read_examples(shared)
    matrix = Matrix(examples)
    kinds = np.array([kind for _, kind, _ in examples])
    rounds = np.array([round_ for _, _, round_ in examples])
    lines = [
        "# Weights of likeness.py, made by `python -m benchmarks.likeness` from our own phrases.",
        "# A list of words and pairs of words (stems) with what each adds; not written by hand.",
        "reviewed = 2026-11-25",
    ]
    for kind in KINDS:
        scores = left_out_scores(matrix, kinds == kind, rounds)
        controls = scores[(kinds == "none") & ~np.isnan(scores)]
        threshold = round(float(np.quantile(controls, 1 - MAX_TAKEN[kind])), 2)
        phrases = scores[(kinds == kind) & ~np.isnan(scores)]
        model = fit(matrix, kinds == kind, np.ones(len(kinds), dtype=bool))
        weights = {
            name: round(float(model.coef_[0, column]), 2)
            for name, column in matrix.columns.items()
            if abs(model.coef_[0, column]) >= MIN_WEIGHT
        }
        found = {
            "kind": kind,
            "threshold": threshold,
            "left_out_recall": round(float((phrases > threshold).mean()), 4),
            "left_out_phrases": len(phrases),
            "weights": len(weights),
        }
        print(json.dumps(found))
        lines += ["", f"[{kind}]", f"intercept = {model.intercept_[0]:.2f}"]
        written = " ".join(f"{name.replace(' ', '_')}={w:g}" for name, w in weights.items())
        lines += [f"threshold = {threshold}", 'weights = """', textwrap.fill(written, 100), '"""']
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
