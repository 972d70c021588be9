"""Every spelling at edit distance one of a key word, made once: a look-up is one step (R16).

Distance: Damerau's, one letter left out, added, replaced, or two neighbours swapped. A spelling
that is a word of its own ("breast" for "breath") is no typo of another; `real_words.toml` lists
those.
"""

from itertools import product

from assistant.safety.data import load

MIN_LENGTH = 4  # shorter words turn into other words with one letter changed
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_REPLACEMENTS = ("", "*", *_LETTERS)
_VOWELS = "aeiou"
REAL_WORDS = frozenset(load("real_words.toml")["words"].split())


def typos(word: str) -> set[str]:
    """Spellings to read as `word`: one edit away, or with any of its vowels masked ("su*c*de")."""
    spellings = set(masked(word))
    if len(word) >= MIN_LENGTH:
        spellings |= edits(word) - REAL_WORDS
    return spellings


def slips(word: str) -> set[str]:
    """The commonest of `typos`: a letter left out, replaced or doubled, or two swapped."""
    cuts = [(word[:i], word[i:]) for i in range(len(word))]
    return (
        {head + letter + tail[1:] for head, tail in cuts for letter in ("", *_LETTERS)}
        | {head + tail[0] + tail for head, tail in cuts}
        | {head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1}
    ) - REAL_WORDS


def edits(word: str) -> set[str]:
    """All strings at Damerau distance one, and the word with one letter masked by "*"."""
    cuts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    return (
        {head + letter + tail for head, tail in cuts for letter in _LETTERS}
        | {head + letter + tail[1:] for head, tail in cuts if tail for letter in _REPLACEMENTS}
        | {head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1}
    )


def masked(word: str) -> set[str]:
    """The word with one vowel or more typed as "*"."""
    choices = [char + "*" if char in _VOWELS else char for char in word]
    return {spelling for letters in product(*choices) if "*" in (spelling := "".join(letters))}
