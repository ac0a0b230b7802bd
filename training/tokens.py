"""Many names as tokens, at once."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from namewright.alphabet import Alphabet


def tokens_of(names: Sequence[str], alphabet: Alphabet) -> NDArray[np.int64]:
    """The tokens of normalised names, [names, time]: each a row, filled up with boundaries.

    The longest has one, its end. Raises UnknownCharacterError as `Alphabet.encode` does.
    """
    time = max(map(len, names)) + 1
    points = np.array(names, dtype=f"<U{time}").view("<u4").reshape(len(names), time)
    known = np.array([0, *map(ord, alphabet.characters)], dtype=np.uint32)  # the boundary is 0
    order = np.argsort(known)
    places = np.searchsorted(known[order], points)
    tokens: NDArray[np.int64] = order[np.minimum(places, len(order) - 1)]
    strange = (known[tokens] != points).any(axis=1)
    if strange.any():
        alphabet.encode(names[int(strange.argmax())])  # which says where, and which it knows
    return tokens
