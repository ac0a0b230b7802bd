"""Which names are to be had, beside those that meet the condition: not offensive, new, once each.

They are asked about in the order of their indices, whatever kind of attempt they are from; one that
is not accepted is one more candidate of its index that was rejected.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from namewright.known_names import KnownNames
from namewright.offensive import OffensiveWords, words
from namewright.parameters import Sampling


class Acceptance:
    """Says of each name of a request whether it is accepted.

    offensive    the words that it may not have in it (`safe`); None where it may
    known        the names that it may not be (`novel`); None where it may
    made         the names that were accepted before (`unique`); None where they may come again
    heads        what tells the names that have to be asked about (see `OffensiveWords.heads`);
                 None where all have to
    """

    def __init__(
        self,
        offensive: OffensiveWords | None = None,
        known: KnownNames | None = None,
        made: set[str] | None = None,
    ) -> None:
        self.offensive, self.known, self.made = offensive, known, made
        self.heads: NDArray[np.uint8] | None = None
        if offensive is not None and known is None and made is None:
            self.heads = offensive.heads

    @classmethod
    def of(cls, sampling: Sampling, known: KnownNames) -> "Acceptance | None":
        """That of a sampling; None where every name is accepted. Raises SettingError."""
        if sampling.novel or sampling.unique:
            return cls(
                words() if sampling.safe else None,
                known if sampling.novel else None,
                set() if sampling.unique else None,
            )
        return of_words(words()) if sampling.safe else None

    def __call__(self, name: str) -> bool:
        """Whether a name is accepted; it then counts as made."""
        if self.offensive is not None and self.offensive.refuses(name):
            return False
        if self.known is not None and name in self.known:
            return False
        if self.made is not None:
            if name in self.made:
                return False
            self.made.add(name)
        return True


@lru_cache(maxsize=4)
def of_words(offensive: OffensiveWords) -> Acceptance:
    """That of names without these words: the same one for all requests, as it remembers nothing."""
    return Acceptance(offensive)


Acceptances = tuple[Acceptance | None, ...]
"""That of each part of a name; of most names there is one part."""
