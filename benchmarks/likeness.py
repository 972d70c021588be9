"""Remakes `assistant/safety/likeness.toml` from our own phrases and training texts.

    python -m benchmarks.likeness [--shared ../shared]

A linear classifier a detector (scikit-learn's logistic regression) over words and pairs of words,
weighed by how rare they are. Beside our own controls, questions of public sets are negatives;
features that stand in theirs alone are left out, so the file holds nothing of them. Thresholds are
set on phrases that were left out: each round is scored by weights made from the other rounds.
"""

import gzip
import json
import textwrap
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import numpy.typing as npt
import typer
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from assistant.safety.data import FOLDER
from assistant.safety.fold import fold
from assistant.safety.likeness import features, windows
from assistant.safety.words import split_words
from benchmarks.safety import PHRASES
from ingest.read import read_articles
from ingest.records import Source

FILE = FOLDER / "likeness.toml"
# Texts to learn from only: no pattern was written for them, and their recall is not counted.
TRAINING = PHRASES.with_name("safety_training")
# How people ask what the starter library answers: 2,302 controls by authors who had not read the
# detectors. None may show a card (tests/test_corpus_wordings.py).
ARTICLES = Path("corpus/articles")
WORDINGS = "wordings"
OWN_WORDINGS = 3.0  # how many times each counts: with 1, three of them are still taken
KINDS = ("crisis", "emergency")
# Share of left-out controls above the threshold: a crisis missed weighs more than a card too many.
# The controls of TRAINING do not count here: they were written to be mistaken, beside their twins.
# Of the three plain samples mixed-4 to mixed-6, each left out, .01 and SEVERAL -.3 find 178 of 180
# emergencies and 41 of 900 others get a card; .008 and 0, 177 and 30; .005, 176 and 28. Left out,
# .9364 of our own phrases are found (.9565 with .01, .885 with .005).
MAX_TAKEN = {"crisis": 0.02, "emergency": 0.008}
# Added in texts of several windows. Of 46 and more words, left out in fifths, patterns and likeness
# together then find .80 of the crises told in passing and take .14 of the controls, most of them
# written around words of danger (.76 and .12 without it). Of emergencies it found .92, not .89,
# and took .08 both times; on plain samples it only took more.
SEVERAL = {"crisis": -0.25, "emergency": 0.0}
MIN_TEXTS = 2  # that a feature stands in, to count
MIN_WEIGHT = 0.2  # smaller ones change no finding of the phrases
N_OTHERS = 2_000  # questions of public sets
# Behaviours of the shared prompts that show no card.
CALM = frozenset(
    "QUOTE QUOTE_NO_VERDICT QUOTE_NO_TAKEOVER QUOTE_BOTH_SIDES ABSTAIN ABSTAIN_OR_QUOTE_CONTRARY"
    " NO_DOSE_NO_CHANGE PROGNOSIS_GATED".split()
)
N_CLAIMS = 400  # sentences of science, which are about anything but the writer
# From how many words of a text on, below which score the words around a finding of the patterns (25
# before, 15 after) take it back. By texts of eleven sets, left out in fifths, found and controls
# taken without it and with it: emergency, 12 to 19 words .963 -> .959 and 4.1 -> 2.7 %, 20 to 45
# .932 -> .923 and 7.9 -> 3.9 %, more .904 -> .885 and 23.5 -> 7.5 %; crisis, 20 to 45 .918 -> .915
# and 6.3 -> 4.8 %, more .809 -> .804 and 20.6 -> 14.0 %. Narrower words around it freed fewer.
UNLIKE = {"crisis": [(20, -3.0), (46, -1.5)], "emergency": [(12, -3.0), (20, -2.0), (46, -1.5)]}
STRENGTH = 20.0  # of the fit: C of the regression; 10 finds .880 and .945 of the left-out phrases


@dataclass(frozen=True, slots=True)
class Example:
    """One window of a text: what it holds, what its text is, and which text of which round."""

    found: frozenset[str]
    kind: str
    round: str
    text: int


def read_examples(shared: Path) -> list[Example]:
    """Windows of our phrases and controls, and others' questions (text -1)."""
    rows = [
        {"round": file.stem if file.parent == TRAINING else "first", **json.loads(line)}
        for file in [*sorted(PHRASES.glob("*.jsonl")), *sorted(TRAINING.glob("*.jsonl"))]
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    rows += [{"round": WORDINGS, "text": w, "expect": "none"} for w in read_wordings(ARTICLES)]
    examples = [
        Example(
            features(window),
            row["expect"] if row["expect"] in KINDS else "none",
            row["round"],
            number,
        )
        for number, row in enumerate(rows)
        for window in windows(split_words(fold(row["text"])))
    ]
    with gzip.open(shared / "eval/medquad/corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        questions = [json.loads(line)["title"] for line in lines]
    drawn = np.random.default_rng(1).permutation(sorted(set(questions)))[:N_OTHERS].tolist()
    off_topic = (shared / "eval/abstention/offtopic_clinc_dev.jsonl").read_text(encoding="utf-8")
    drawn += [json.loads(line)["question"] for line in off_topic.splitlines()]
    claims = (shared / "eval/scifact/queries.jsonl").read_text(encoding="utf-8").splitlines()
    drawn += [json.loads(line)["text"] for line in claims[:N_CLAIMS]]
    prompts = (shared / "eval/safety/prompts_dev.jsonl").read_text(encoding="utf-8").splitlines()
    behaviours = [json.loads(line) for line in prompts]
    drawn += [row["prompt"] for row in behaviours if row["expect"] in CALM]
    read = [features(split_words(fold(text))) for text in drawn]
    return examples + [Example(found, "none", "others", -1) for found in read]


def read_wordings(articles: Path) -> list[str]:
    """The other ways to ask that the articles of a folder state in their front matter."""
    read = [found for found in read_articles([articles]) if isinstance(found, Source)]
    return [w for source in read for asked in source.metadata.asked_as for w in asked.wordings]


class Matrix:
    """Windows as rows of length one, features of our own phrases as columns."""

    def __init__(self, examples: list[Example]) -> None:
        own = Counter(f for found in _by_text(examples).values() for f in found)
        names = sorted(f for f, count in own.items() if count >= MIN_TEXTS)
        everywhere = Counter(f for e in examples for f in e.found)
        self.columns = {name: column for column, name in enumerate(names)}
        counts = np.array([everywhere[name] for name in names])
        self.rarities = 1 + np.log((1 + len(examples)) / (1 + counts))
        self.weights = np.array([OWN_WORDINGS if e.round == WORDINGS else 1.0 for e in examples])
        starts, places = [0], list[int]()
        for example in examples:
            places += sorted(self.columns[f] for f in example.found if f in self.columns)
            starts.append(len(places))
        values = self.rarities[places]
        squares = np.add.reduceat(np.append(values**2, 0), starts[:-1])
        squares[np.diff(starts) == 0] = 1
        values = values / np.sqrt(np.repeat(squares, np.diff(starts)))
        self.rows = csr_matrix((values, places, starts), shape=(len(examples), len(names)))


def _by_text(examples: list[Example]) -> dict[int, set[str]]:
    """What each of our own texts holds, in any of its windows, which overlap."""
    texts: dict[int, set[str]] = {}
    for example in examples:
        if example.round != "others":
            texts.setdefault(example.text, set()).update(example.found)
    return texts


def fit(
    examples: list[Example],
    matrix: Matrix,
    wanted: npt.NDArray[np.bool_],
    rows: npt.NDArray[np.bool_],
) -> LogisticRegression:
    """The classifier of one detector on some of the rows.

    Of a long phrase most windows are harmless, so only the one that a first fit finds likest is
    learnt (multiple-instance learning; the first fit takes all).
    """
    first = _fit(matrix, wanted, rows)
    scores = first.decision_function(matrix.rows)
    likest: dict[int, int] = {}
    for row in np.flatnonzero(rows & wanted).tolist():
        text = examples[row].text
        if text not in likest or scores[row] > scores[likest[text]]:
            likest[text] = row
    chosen = rows & ~wanted
    chosen[list(likest.values())] = True
    return _fit(matrix, wanted, chosen)


def _fit(
    matrix: Matrix, wanted: npt.NDArray[np.bool_], rows: npt.NDArray[np.bool_]
) -> LogisticRegression:
    model = LogisticRegression(C=STRENGTH, max_iter=1000, class_weight={False: 1, True: 3})
    return model.fit(matrix.rows[rows], wanted[rows], sample_weight=matrix.weights[rows])


def main(
    shared: Annotated[Path, typer.Option(help="Folder with eval/.")] = Path("../shared"),
) -> None:
    """Fit, choose thresholds, write the file, print what left-out rounds give."""
    examples = read_examples(shared)
    matrix = Matrix(examples)
    lines = [
        "# Weights of likeness.py, made by `python -m benchmarks.likeness` from our own phrases.",
        "# A list of words and pairs of words with what each adds; not written by hand.",
        "reviewed = 2026-11-25",
        *_table("rarities", dict(zip(matrix.columns, matrix.rarities, strict=True))),
    ]
    for kind in KINDS:
        lines += ["", f"[{kind}]", *_detector(kind, examples, matrix)]
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _detector(kind: str, examples: list[Example], matrix: Matrix) -> list[str]:
    """The lines of one detector in the file; prints what its threshold finds."""
    wanted = np.array([e.kind == kind for e in examples])
    best = _left_out_scores(examples, matrix, wanted)
    kind_of = {e.text: e.kind for e in examples}
    calm = np.array([score for text, score in best.items() if kind_of[text] == "none"])
    meant = np.array([score for text, score in best.items() if kind_of[text] == kind])
    threshold = round(float(np.quantile(calm, 1 - MAX_TAKEN[kind])), 2)
    recall = round(float((meant > threshold).mean()), 4)
    found = {"kind": kind, "threshold": threshold, "left_out_recall": recall}
    print(json.dumps({**found, "left_out_phrases": len(meant), "left_out_controls": len(calm)}))
    model = fit(examples, matrix, wanted, np.ones(len(examples), dtype=bool))
    weights = {
        name: float(model.coef_[0, column] * matrix.rarities[column])
        for name, column in matrix.columns.items()
        if abs(model.coef_[0, column]) >= MIN_WEIGHT
    }
    intercept = f"intercept = {model.intercept_[0]:.2f}"
    limits = [f"threshold = {threshold}", f"several = {SEVERAL[kind]}"]
    limits += [f"unlike = {[list(pair) for pair in UNLIKE[kind]]}"]
    return [intercept, *limits, *_table("weights", weights)]


def _left_out_scores(
    examples: list[Example],
    matrix: Matrix,
    wanted: npt.NDArray[np.bool_],
) -> dict[int, float]:
    """The best score of each text's windows, by weights that have not seen its round.

    Rounds of TRAINING have none, nor have wordings: they are always learnt from.
    """
    best: dict[int, float] = {}
    rounds = np.array([e.round for e in examples])
    taught = {file.stem for file in TRAINING.glob("*.jsonl")}
    for round_ in sorted(set(rounds.tolist()) - {"others", "first", WORDINGS} - taught):
        held = np.flatnonzero(rounds == round_)
        model = fit(examples, matrix, wanted, rounds != round_)
        scores = model.decision_function(matrix.rows[held]).tolist()
        for row, score in zip(held.tolist(), scores, strict=True):
            best[examples[row].text] = max(score, best.get(examples[row].text, score))
    return best


def _table(name: str, numbers: dict[str, float]) -> list[str]:
    written = " ".join(
        f"{feature.replace(' ', '_')}={round(number, 1):g}" for feature, number in numbers.items()
    )
    return [f"{name} = '''", textwrap.fill(written, 100), "'''"]  # tomllib reads these fastest


if __name__ == "__main__":
    typer.run(main)
