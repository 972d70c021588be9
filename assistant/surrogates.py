"""Text may hold half a character, which no tokenizer and no encoding can carry.

JSON may spell one as an escape, and a command line that is not UTF-8 brings one for each odd byte.
The Assistant makes every question whole, for all doors.
"""


def whole_characters(text: str) -> str:
    """The text with pairs of surrogates joined and lone ones replaced by U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
