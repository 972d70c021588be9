"""Text from JSON may hold half a character, which no tokenizer and no encoding can carry."""


def whole_characters(text: str) -> str:
    """The text with pairs of surrogates joined and lone ones replaced by U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
