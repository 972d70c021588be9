"""Words found again with one letter wrong: an index, so that a look-up costs the same for any text.

Distance: Damerau's, one letter left out, added, replaced, or two neighbours swapped. A word is
hashed as a sum of letter times power of its place, so the hashes of all its edits are a few
additions on arrays; hashes of 64 bits that agree are taken for equal words (R16).
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

MIN_LENGTH = 4  # letters of the right word; shorter ones turn into other words with one changed
_MAX_LENGTH = 16  # longer words are compared by their first 16 letters
_MAX_WORDS = 2_000  # no prose of 64 KiB has more unknown words; of a longer list both ends are read

Integers = npt.NDArray[np.int64]
_Hashes = npt.NDArray[np.uint64]
_RNG = np.random.default_rng(20261125)
_POWERS, _MASKED = _RNG.integers(1, 2**63, size=(2, _MAX_LENGTH), dtype=np.uint64) | np.uint64(1)
_WHOLE, _SHORTER, _SWAPPED = _RNG.integers(1, 2**63, size=3, dtype=np.uint64)
_BITS = np.uint64(22)  # of the first sieve: 4 million bits for some 100,000 hashes


class Misspellings:
    """Finds the words that a spelling is one edit away from."""

    def __init__(self, words: Sequence[str]) -> None:
        """`words`: those to be found; the ones under MIN_LENGTH letters are not."""
        numbers = np.array([i for i, w in enumerate(words) if len(w) >= MIN_LENGTH], dtype=np.int64)
        letters, lengths = _letters([words[i] for i in numbers.tolist()])
        inside = np.arange(_MAX_LENGTH) < lengths[:, None]
        pairs = np.arange(_MAX_LENGTH - 1) < lengths[:, None] - 1
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
        chosen = _chosen(typed)
        letters, lengths = _letters([typed[i] for i in chosen.tolist()])
        hashes = _hash(letters)
        inside = np.arange(_MAX_LENGTH) < lengths[:, None]
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
        self, values: _Hashes, mask: npt.NDArray[np.bool_] | None
    ) -> tuple[Integers, Integers]:
        byte, bit = _place_in_sieve(values)
        likely = (self._sieve[byte] & bit) != 0
        rows, columns = np.nonzero(likely if mask is None else likely & mask)
        keys = values[rows, columns]
        first = np.searchsorted(self._keys, keys, side="left")
        counts = np.searchsorted(self._keys, keys, side="right") - first
        steps = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        return np.repeat(rows, counts), self._owners[np.repeat(first, counts) + steps]


def _chosen(typed: Sequence[str]) -> Integers:
    """Places of the spellings to look up: not too short, and not more than _MAX_WORDS."""
    lengths = np.fromiter(map(len, typed), dtype=np.int64, count=len(typed))
    fit = np.flatnonzero((lengths >= MIN_LENGTH - 1) & (lengths <= _MAX_LENGTH))
    if len(fit) <= _MAX_WORDS:
        return fit
    return np.concatenate([fit[: _MAX_WORDS // 2], fit[-_MAX_WORDS // 2 :]])


def _letters(words: Sequence[str]) -> tuple[_Hashes, Integers]:
    """(n, 16) code points of n words, 0 behind their ends; and their lengths."""
    wide = np.array(words, dtype=f"<U{_MAX_LENGTH}")
    letters = wide.view(np.uint32).reshape(len(words), _MAX_LENGTH).astype(np.uint64)
    return letters, np.count_nonzero(letters, axis=1)


def _hash(letters: _Hashes) -> _Hashes:
    hashes: _Hashes = (letters * _POWERS).sum(axis=1, dtype=np.uint64)
    return hashes


def _masked(letters: _Hashes, hashes: _Hashes) -> _Hashes:
    """(n, 16) hashes of the words with the letter of that place unread."""
    masked: _Hashes = hashes[:, None] - letters * _POWERS + _MASKED
    return masked


def _cut(letters: _Hashes) -> _Hashes:
    """(n, 16) hashes of the words without the letter of that place."""
    before = np.cumsum(letters * _POWERS, axis=1, dtype=np.uint64) - letters * _POWERS
    moved = np.zeros_like(letters)  # each letter where it stands when one before it is gone
    moved[:, 1:] = letters[:, 1:] * _POWERS[:-1]
    after = moved.sum(axis=1, dtype=np.uint64)[:, None] - np.cumsum(moved, axis=1, dtype=np.uint64)
    cut: _Hashes = before + after
    return cut


def _swapped(letters: _Hashes, hashes: _Hashes) -> _Hashes:
    """(n, 15) hashes of the words with the letter of that place and the next one swapped."""
    change = (letters[:, 1:] - letters[:, :-1]) * (_POWERS[:-1] - _POWERS[1:])
    swapped: _Hashes = hashes[:, None] + change
    return swapped


def _place_in_sieve(values: _Hashes) -> tuple[Integers, npt.NDArray[np.uint8]]:
    top = values >> (np.uint64(64) - _BITS)
    return (top >> np.uint64(3)).astype(np.int64), np.uint8(1) << (top & np.uint64(7)).astype(
        np.uint8
    )
