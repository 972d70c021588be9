"""One question in, the findings of every detector out (R10, R11, R13)."""

from assistant.safety.detectors import Covers, detectors
from assistant.safety.fold import fold
from assistant.safety.language import identify_language
from assistant.safety.likeness import find_alike, is_read_whole, stands
from assistant.safety.places import Places
from assistant.safety.records import Screening
from assistant.safety.unspaced import find_unspaced
from assistant.safety.words import STOP, split_words

MAX_CHARS = 65_536  # a longer text is read at both ends only: half of it from each


def screen(text: str) -> Screening:
    """What the detectors find in a question: a pure function of the text, linear in its length.

    Of a text longer than MAX_CHARS the first and the last half of MAX_CHARS are read.
    """
    if len(text) > MAX_CHARS:
        text = text[: MAX_CHARS // 2] + " " + text[-MAX_CHARS // 2 :]
    folded = fold(text)[: 2 * MAX_CHARS]
    words = split_words(folded)
    known = detectors()
    read = [STOP, *words, STOP]
    places = Places(read, known.vocabulary)
    language, covers = identify_language(text, words), Covers(known.guards, places)
    found = {name: d.finds(places, language, covers) for name, d in known.by_name.items()}
    if (found["crisis"] or found["emergency"]) and is_read_whole(words):
        frame = known.by_name["personal"].find(places, language, covers, only="frame")
        aside = places.sentences(frame)
        for name in ("crisis", "emergency"):
            if found[name]:
                ends = known.by_name[name].find(places, language, covers)
                found[name] = stands(name, read, ends, aside)
    found |= dict.fromkeys(find_unspaced(words, folded), True)
    if not (found["crisis"] or found["emergency"]):
        found |= dict.fromkeys(find_alike(words), True)
    return Screening(**found, language=language)
