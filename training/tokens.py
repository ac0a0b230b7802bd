"""Many names as tokens, at once."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from namewright.alphabet import Alphabet


def tokens_of(names: Sequence[str], alphabet: Alphabet) -> NDArray[np.int64]:
    """The tokens of normalised names, [names, time]: a row each, which ends in boundaries.

    The row of the longest ends in one. Raises UnknownCharacterError as `Alphabet.encode` does, and
    ValueError where there is no name.
    """
    time = max(map(len, names)) + 1
    points = np.array(names, dtype=f"<U{time}").view("<u4").reshape(len(names), time)
    # numpy fills up with code point 0, which no name has.
    known = np.array([0, *map(ord, alphabet.characters)], dtype=np.uint32)
    order = np.argsort(known)
    places = np.searchsorted(known[order], points)
    tokens: NDArray[np.int64] = order[np.minimum(places, len(order) - 1)]
    strange = (known[tokens] != points).any(axis=1)
    if strange.any():
        alphabet.encode(names[int(strange.argmax())])  # which says where, and which it knows
    return tokens
