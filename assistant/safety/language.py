"""Which language other than English a question is written in, if it is long enough to tell (R15).

By script first, then by everyday words. No model: questions are short, and statistical identifiers
call misspelt or medical English Latin, Dutch or Romanian.
"""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache

from assistant.safety.data import load

_SAMPLE_WORDS = 400  # enough to tell; keeps the cost the same for any length
_SAMPLE_CHARS = 600
_MIN_LETTERS = 2  # letters of a foreign script that make a word
_LEAD = 1.5  # hits of the winner over English hits; below it the text counts as English

_ENGLISH = "en"
_SCRIPTS = {
    "CJK": "zh", "HIRAGANA": "ja", "KATAKANA": "ja", "HANGUL": "ko", "ARABIC": "ar",
    "HEBREW": "he", "CYRILLIC": "ru", "GREEK": "el", "DEVANAGARI": "hi", "THAI": "th",
    "BENGALI": "bn", "TAMIL": "ta", "GEORGIAN": "ka", "ARMENIAN": "hy", "TELUGU": "te",
    "GUJARATI": "gu", "GURMUKHI": "pa",
}  # fmt: skip
_PERSIAN = frozenset("پچگژکی")
_MARKED = {
    "ñ": "es", "¿": "es", "¡": "es", "ß": "de", "ä": "de", "ã": "pt", "õ": "pt", "ł": "pl",
    "ż": "pl", "ś": "pl", "ć": "pl", "ę": "pl", "ą": "pl", "ğ": "tr", "ı": "tr",
    "ş": "tr", "œ": "fr",
}  # fmt: skip


def identify_language(text: str, words: Sequence[str]) -> str | None:
    """ISO 639-1 code, or None for English and for texts too short to tell.

    `text` is the original (its scripts and accents count), `words` its folded words.
    """
    return _by_script(text[:_SAMPLE_CHARS]) or _by_words(
        text[:_SAMPLE_CHARS], words[:_SAMPLE_WORDS]
    )


@cache
def _tables() -> tuple[dict[str, list[str]], frozenset[str]]:
    """The languages of each everyday word; and the words that prove nothing."""
    data = load("language_words.toml")
    languages_of: dict[str, list[str]] = {}
    for code, words in data["words"].items():
        for word in set(words.split()):
            languages_of.setdefault(word, []).append(code)
    letters = frozenset("abcdefghijklmnopqrstuvwxyz")
    return languages_of, letters | frozenset(data["parts_of_names"].split())


def _by_script(text: str) -> str | None:
    """The language of a script that holds at least half of the letters."""
    if text.isascii():
        return None
    letters = [char for char in text if char.isalpha()]
    scripts = Counter(
        unicodedata.name(char, "?").split()[0].split("-")[0] for char in letters if char > "\u024f"
    )
    if scripts["HIRAGANA"] or scripts["KATAKANA"]:
        scripts["HIRAGANA"] += scripts["CJK"] + scripts["KATAKANA"]
    for script, count in scripts.most_common(1):
        if script in _SCRIPTS and count >= _MIN_LETTERS and 2 * count >= len(letters):
            return "fa" if script == "ARABIC" and _PERSIAN & set(text) else _SCRIPTS[script]
    return None


def _by_words(text: str, words: Sequence[str]) -> str | None:
    """The language with most everyday words, if it clearly outnumbers English.

    One word is no evidence, nor are words that are English as well, or parts of names ("de la").
    """
    languages_of, weak = _tables()
    known = [(word, languages_of[word]) for word in words if word in languages_of]
    hits = Counter(code for _, languages in known for code in languages)
    only = Counter(languages[0] for _, languages in known if len(languages) == 1)
    if not text.isascii():
        only.update({_MARKED[char] for char in text.lower() if char in _MARKED})
    scores = {code: hits[code] + only[code] for code in hits if code != _ENGLISH}
    if not scores:
        return None
    best = min(scores, key=lambda code: (-scores[code], code))
    own = {word for word, languages in known if best in languages}
    own_alone = {word for word in own if _ENGLISH not in languages_of[word]} - weak
    english = sum(_ENGLISH in languages and best not in languages for _, languages in known)
    enough = len(own) > 1 and own_alone and scores[best] >= max(2, len(words) // 4)
    return best if enough and scores[best] > _LEAD * english else None
