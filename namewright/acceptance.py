"""Which names are to be had, beside those that meet the condition: new ones, and each once.

They are asked about in the order of their indices, whatever kind of attempt they are from; one that
is not accepted is one more candidate of its index that was rejected.
"""

from namewright.known_names import KnownNames
from namewright.parameters import Sampling


class Acceptance:
    """Says of each name of a request whether it is accepted.

    known     the names that are not (`novel`); None where all may be
    made      the names that were accepted before (`unique`); None where they may come again
    """

    def __init__(self, sampling: Sampling, known: KnownNames) -> None:
        self.known = known if sampling.novel else None
        self.made: set[str] | None = set() if sampling.unique else None

    @classmethod
    def of(cls, sampling: Sampling, known: KnownNames) -> "Acceptance | None":
        """That of a sampling; None where every name is accepted."""
        return cls(sampling, known) if sampling.novel or sampling.unique else None

    def __call__(self, name: str) -> bool:
        """Whether a name is accepted; it then counts as made."""
        if self.known is not None and name in self.known:
            return False
        if self.made is not None:
            if name in self.made:
                return False
            self.made.add(name)
        return True


Acceptances = tuple[Acceptance | None, ...]
"""That of each part of a name; of most names there is one part."""
