"""Folded text cut into words, with disguises taken off: spaced, stretched and masked letters."""

import re

import numpy as np

STOP = "#"  # stands between two sentences; no gap of a pattern reaches over it

_SPACED_LETTERS = re.compile(r"(?<= )[a-z](?: [a-z]){2,}(?= )")


def split_words(folded: str) -> list[str]:
    """The words in order, `STOP` at each sentence end.

    "I'll" is two words; other apostrophes are dropped ("can't" -> "cant"), because people do so.
    An ellipsis and a line break end no sentence: frightened people type both in mid-sentence.
    """
    text = f" {folded} "
    if "'" in text:
        text = text.replace("'ll ", " will ").replace("'", "")
    if "!" in text:
        text = text.replace("!!", "! ").replace("! ", ". ").replace("!", "i")
    if "." in text:
        text = text.replace("...", " ").replace(". ", f" {STOP} ").replace(".", " ")
    text = _unstretch(text)
    words = text.split()
    return _join_spaced(f" {' '.join(words)} ").split()


def _unstretch(text: str) -> str:
    """A letter typed three times or more becomes one: "diiie" -> "die"."""
    codes = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)
    same = np.zeros(len(codes) + 2, dtype=bool)  # same[i]: character i repeats the one before it
    same[1 : len(codes)] = (
        (codes[1:] == codes[:-1]) & (codes[1:] >= ord("a")) & (codes[1:] <= ord("z"))
    )
    third = same[1:-1] & same[2:]  # third[i]: a run of three begins at character i
    if not third.any():
        return text
    in_run = third.copy()
    in_run[1:] |= third[:-1]
    in_run[2:] |= third[:-2]
    kept = ~(in_run & same[: len(codes)])
    return codes[kept[: len(codes)]].tobytes().decode("utf-32-le")


def _join_spaced(text: str) -> str:
    """Runs of three or more single letters become a word: "d i e" -> "die"."""
    return _SPACED_LETTERS.sub(lambda run: " ".join(_join_run(run[0].split())), text)


def _join_run(run: list[str]) -> list[str]:
    """Letters as words: "i", "d", "i", "e" may be "i die" or a word in "i", so both are read."""
    word = "".join(run)
    return ["i", word[1:], word] if word[0] == "i" else [word]
