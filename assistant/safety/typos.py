"""Words found again with one letter wrong: an index, so that a look-up costs the same for any text.

Distance: Damerau's, one letter left out, added, replaced, or two neighbours swapped. A word is
hashed as a sum of letter times power of its place, so the hashes of all its edits are a few
additions on arrays; hashes of 64 bits that agree are taken for equal words (R16).
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from assistant.safety.letters import MAX_LENGTH, POWERS, Hashes, Integers, Letters

MIN_LENGTH = 4  # letters of the right word; shorter ones turn into other words with one changed
_MAX_WORDS = 2_000  # no prose of 64 KiB has more unknown words; of a longer list both ends are read

_RNG = np.random.default_rng(20261126)
_POWERS = POWERS[:MAX_LENGTH]
_MASKED = _RNG.integers(1, 2**63, size=MAX_LENGTH, dtype=np.uint64)
_WHOLE, _SHORTER, _SWAPPED = _RNG.integers(1, 2**63, size=3, dtype=np.uint64)
_BITS = np.uint64(22)  # of the first sieve: 4 million bits for some 100,000 hashes


class Misspellings:
    """Finds the words that a spelling is one edit away from."""

    def __init__(self, words: Sequence[str]) -> None:
        """`words`: those to be found; the ones under MIN_LENGTH letters are not."""
        numbers = np.array([i for i, w in enumerate(words) if len(w) >= MIN_LENGTH], dtype=np.int64)
        typed = Letters([words[i] for i in numbers.tolist()])
        letters = typed.matrix(np.arange(len(numbers)))
        lengths = np.minimum(typed.lengths, MAX_LENGTH)
        inside = np.arange(MAX_LENGTH) < lengths[:, None]
        pairs = np.arange(MAX_LENGTH - 1) < lengths[:, None] - 1
        hashes = _hash(letters)
        kinds = (
            ((hashes + _WHOLE)[:, None], np.ones((len(numbers), 1), dtype=bool)),
            (_masked(letters, hashes), inside),
            (_cut(letters) + _SHORTER, inside),
            (_swapped(letters, hashes) + _SWAPPED, pairs),
        )
        keys = np.concatenate([values[mask] for values, mask in kinds])
        owners = np.concatenate([numbers[np.nonzero(mask)[0]] for _, mask in kinds])
        order = np.argsort(keys, kind="stable")
        self._keys, self._owners = keys[order], owners[order]
        self._sieve = np.zeros(1 << (int(_BITS) - 3), dtype=np.uint8)
        np.bitwise_or.at(self._sieve, *_place_in_sieve(keys))

    def find(self, typed: Sequence[str]) -> tuple[Integers, Integers]:
        """Which spellings (places in `typed`) may stand for which words (places in `words`).

        One place comes several times where several words are one edit away.
        """
        return self.find_in(Letters(typed), np.arange(len(typed)))

    def find_in(self, typed: Letters, among: Integers) -> tuple[Integers, Integers]:
        """The same for some of the words of a text, by their places."""
        chosen = _chosen(among, typed.lengths[among])
        letters, lengths = typed.matrix(chosen), typed.lengths[chosen]
        hashes = _hash(letters)
        inside = np.arange(MAX_LENGTH) < lengths[:, None]
        found = [
            self._look_up(values, mask)
            for values, mask in (
                (_masked(letters, hashes), inside),
                (_cut(letters) + _WHOLE, inside),
                ((hashes + _SHORTER)[:, None], None),
                ((hashes + _SWAPPED)[:, None], None),
            )
        ]
        places = chosen[np.concatenate([place for place, _ in found])]
        words = np.concatenate([word for _, word in found])
        both = np.unique(np.stack([places, words]), axis=1) if len(places) else np.array([[], []])
        return both[0].astype(np.int64), both[1].astype(np.int64)

    def _look_up(
        self, values: Hashes, mask: npt.NDArray[np.bool_] | None
    ) -> tuple[Integers, Integers]:
        byte, bit = _place_in_sieve(values)
        likely = (self._sieve[byte] & bit) != 0
        rows, columns = np.nonzero(likely if mask is None else likely & mask)
        keys = values[rows, columns]
        first = np.searchsorted(self._keys, keys, side="left")
        counts = np.searchsorted(self._keys, keys, side="right") - first
        steps = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        return np.repeat(rows, counts), self._owners[np.repeat(first, counts) + steps]


def _chosen(among: Integers, lengths: Integers) -> Integers:
    """Those to look up: not too short, and not more than _MAX_WORDS."""
    fit = among[(lengths >= MIN_LENGTH - 1) & (lengths <= MAX_LENGTH)]
    if len(fit) <= _MAX_WORDS:
        return fit
    return np.concatenate([fit[: _MAX_WORDS // 2], fit[-_MAX_WORDS // 2 :]])


def _hash(letters: Hashes) -> Hashes:
    hashes: Hashes = (letters * _POWERS).sum(axis=1, dtype=np.uint64)
    return hashes


def _masked(letters: Hashes, hashes: Hashes) -> Hashes:
    """(n, 16) hashes of the words with the letter of that place unread."""
    masked: Hashes = hashes[:, None] - letters * _POWERS + _MASKED
    return masked


def _cut(letters: Hashes) -> Hashes:
    """(n, 16) hashes of the words without the letter of that place."""
    before = np.cumsum(letters * _POWERS, axis=1, dtype=np.uint64) - letters * _POWERS
    moved = np.zeros_like(letters)  # each letter where it stands when one before it is gone
    moved[:, 1:] = letters[:, 1:] * _POWERS[:-1]
    after = moved.sum(axis=1, dtype=np.uint64)[:, None] - np.cumsum(moved, axis=1, dtype=np.uint64)
    cut: Hashes = before + after
    return cut


def _swapped(letters: Hashes, hashes: Hashes) -> Hashes:
    """(n, 15) hashes of the words with the letter of that place and the next one swapped."""
    change = (letters[:, 1:] - letters[:, :-1]) * (_POWERS[:-1] - _POWERS[1:])
    swapped: Hashes = hashes[:, None] + change
    return swapped


def _place_in_sieve(values: Hashes) -> tuple[Integers, npt.NDArray[np.uint8]]:
    top = values >> (np.uint64(64) - _BITS)
    return (top >> np.uint64(3)).astype(np.int64), np.uint8(1) << (top & np.uint64(7)).astype(
        np.uint8
    )
