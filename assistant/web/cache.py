"""Replies to questions that were just asked, in memory only, a bounded number of them.

A reply is a pure function of question and generation, so a kept one is the same. Keys are keyed
hashes under a secret of this process: what was asked cannot be read out of the cache.
"""

import hashlib
import secrets
from collections import OrderedDict

from assistant.records import Reply


class ReplyCache:
    """The `size` replies that were used last; those of an older generation are never found."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._secret = secrets.token_bytes(32)
        self._replies: OrderedDict[bytes, Reply] = OrderedDict()

    def get(self, generation: str | None, question: str) -> Reply | None:
        """The kept reply to this very question, or None."""
        key = self._key(generation, question)
        if key not in self._replies:
            return None
        self._replies.move_to_end(key)
        return self._replies[key]

    def put(self, question: str, reply: Reply) -> None:
        """Keep a reply under the generation that it names; one without an index is not kept."""
        if not self._size or reply.generation is None:
            return
        self._replies[self._key(reply.generation, question)] = reply
        if len(self._replies) > self._size:
            self._replies.popitem(last=False)

    def _key(self, generation: str | None, question: str) -> bytes:
        said = f"{generation}\0{question}".encode(errors="surrogatepass")
        return hashlib.blake2b(said, key=self._secret, digest_size=16).digest()
