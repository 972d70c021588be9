"""Folded text cut into words, with disguises taken off: spaced, stretched and masked letters."""

import numpy as np
import numpy.typing as npt

STOP = "#"  # stands between two sentences; no gap of a pattern reaches over it

Codes = npt.NDArray[np.uint32]
_SPACE, _A, _Z, _I = (ord(char) for char in " azi")


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
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return _join_spaced(_unstretch(codes)).tobytes().decode("utf-32-le").split()


def _unstretch(codes: Codes) -> Codes:
    """A letter typed three times or more becomes one: "diiie" -> "die"."""
    if len(codes) < 3:
        return codes
    same = np.zeros(len(codes) + 2, dtype=bool)  # same[i]: character i repeats the one before it
    same[1 : len(codes)] = (codes[1:] == codes[:-1]) & _is_letter(codes[1:])
    third = same[1:-1] & same[2:]  # third[i]: a run of three begins at character i
    if not third.any():
        return codes
    in_run = third.copy()
    in_run[1:] |= third[:-1]
    in_run[2:] |= third[:-2]
    return codes[~(in_run & same[: len(codes)])]


def _join_spaced(codes: Codes) -> Codes:
    """Runs of three or more single letters become a word: "d i e" -> "die".

    An "i" in front of a run stays a word of its own: "i d i e" is "i die".
    """
    space = codes == _SPACE
    alone = np.zeros(len(codes), dtype=bool)  # the text begins and ends with a space
    alone[1:-1] = space[:-2] & _is_letter(codes[1:-1]) & space[2:]
    if np.count_nonzero(alone) < 3:
        return codes
    kept = ~space  # of several spaces one
    kept[1:] |= ~space[:-1]
    codes, alone = codes[kept], alone[kept]
    linked = np.zeros(len(codes), dtype=bool)  # the space between two single letters
    linked[1:-1] = alone[:-2] & alone[2:]
    in_long_run = np.zeros(len(codes), dtype=bool)  # ... with another such space beside it
    in_long_run[2:] |= linked[2:] & linked[:-2]
    in_long_run[:-2] |= linked[:-2] & linked[2:]
    first = np.zeros(len(codes), dtype=bool)  # the first such space of its run
    first[:2] = linked[:2]
    first[2:] = linked[2:] & ~linked[:-2]
    after_i = np.zeros(len(codes), dtype=bool)
    after_i[1:] = codes[:-1] == _I
    return codes[~(in_long_run & ~(first & after_i))]


def _is_letter(codes: Codes) -> npt.NDArray[np.bool_]:
    return (codes >= _A) & (codes <= _Z)
