"""FAQ pairs that a page declares in its markup (schema.org FAQPage, QAPage) -> pairs of its blocks.

The declaration is only a hint about which blocks belong together: the words stay those on the page.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import count

from ingest.read.blocks import PageBlock, as_pair
from ingest.records import ElementKind


def squeeze(text: str) -> str:
    """Letters and digits only: what two renderings of the same words share."""
    return re.sub(r"[\W_]+", "", text).casefold()


def pair_up(blocks: Sequence[PageBlock], declared: Mapping[str, str]) -> Iterator[PageBlock]:
    """The blocks, those of declared pairs as QUESTION and answer.

    `declared` maps each question to its answer, both squeezed. An answer goes on while the page
    says what was declared; where the declaration is worded otherwise, to the next heading.
    """
    groups = count(max((b.group for b in blocks), default=0) + 1)
    at = 0
    while at < len(blocks):
        block = blocks[at]
        asked = squeeze(block.element.text)
        end = at + 1
        if _may_ask(block) and asked in declared:
            end = _answer_end(blocks, at + 1, declared[asked], declared)
        if end > at + 1:
            yield from as_pair(block, blocks[at + 1 : end], next(groups))
        else:
            yield block
        at = end


def _may_ask(block: PageBlock) -> bool:
    heads = block.element.kind in (ElementKind.HEADING, ElementKind.PARAGRAPH)
    return heads and not block.group


def _answer_end(
    blocks: Sequence[PageBlock], start: int, answer: str, declared: Mapping[str, str]
) -> int:
    """Where the answer that begins at `start` ends."""
    end = start
    while end < len(blocks) and (said := squeeze(blocks[end].element.text)) and said in answer:
        end += 1
    if end > start:
        return end
    while end < len(blocks) and not _opens_something(blocks[end], declared):
        end += 1
    return end


def _opens_something(block: PageBlock, declared: Mapping[str, str]) -> bool:
    opens = block.element.kind in (ElementKind.HEADING, ElementKind.QUESTION)
    return opens or squeeze(block.element.text) in declared
