"""Which names are to be had, beside those that meet the condition: not offensive, new, once each.

They are asked about in the order of their indices, whatever kind of attempt they are from; one that
is not accepted is one more candidate of its index that was rejected.
"""

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

    def __init__(self, sampling: Sampling, known: KnownNames, offensive: OffensiveWords) -> None:
        self.offensive = offensive if sampling.safe else None
        self.known = known if sampling.novel else None
        self.made: set[str] | None = set() if sampling.unique else None
        asks_of_all = sampling.novel or sampling.unique or not sampling.safe
        self.heads: NDArray[np.uint8] | None = None if asks_of_all else offensive.heads

    @classmethod
    def of(cls, sampling: Sampling, known: KnownNames) -> "Acceptance | None":
        """That of a sampling; None where every name is accepted. Raises SettingError."""
        if sampling.safe or sampling.novel or sampling.unique:
            return cls(sampling, known, words())
        return None

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


Acceptances = tuple[Acceptance | None, ...]
"""That of each part of a name; of most names there is one part."""
