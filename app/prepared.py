"""What requests for names have in common that differ in n, seed and offset alone, made once.

As a database prepares a statement: most requests are alike, and to make this for each would take as
long as to draw their names.
"""

from operator import itemgetter
from typing import Any

from pydantic_core import to_json

from namewright import Sampling, __version__
from namewright.formats import JSON_NAMES
from namewright.joined import AnyModel
from namewright.offensive import words
from namewright.parameters import RULES, SAMPLER
from namewright.writers import NameWriter

from .entity_tag import hash_of
from .schemas import SMALL_NAMES, SMALL_SCORES, NamesQuery

MOST = 64
"""How many are kept."""

OTHERS = itemgetter(*(name for name in RULES if name not in ("n", "seed", "offset")))
"""The values of all other parameters."""


class Prepared:
    """Of the names of a model, all that does not depend on which of them are asked for.

    kind      what an entity tag begins with
    words     the digest of the operator's words that names leave out; empty where there are none
    head      what stands in JSON before the seed, and between that and the offset
    writer    of names in JSON
    accept    which names are accepted; None where that depends on those before (`unique`)
    small     how many names are made at once, without waiting for a turn
    """

    __slots__ = ("accept", "head", "kind", "model", "small", "words", "writer")

    def __init__(
        self, model: AnyModel, query: NamesQuery, sampling: Sampling, written: str
    ) -> None:
        self.model = model
        self.words = words().digest if sampling.safe else ""
        more = query.scores, query.probability
        named = model.name, model.digest, SAMPLER, __version__, self.words
        self.kind = hash_of(*named, written, more, *OTHERS(vars(sampling)))
        said = {"model": model.name, "digest": model.digest, "sampler": SAMPLER, "seed": None}
        rest = {"temperature": sampling.temperature, "offset": 0}
        before, between = to_json(said | rest).rsplit(b"null", 1)
        self.head = before, between.removesuffix(b"0}")
        self.writer = NameWriter(model, JSON_NAMES, sampling.case)
        self.accept = None if sampling.unique else model.acceptance(sampling)
        self.small = SMALL_SCORES if query.scores else SMALL_NAMES

    def tag(self, sampling: Sampling) -> str:
        """The entity tag of an answer, a pure function of a request that has a seed.

        It is made of all that the names depend on: the checkpoint, the sampler, this version, the
        operator's words, the format, and the parameters, however they are written and whether they
        are or not.
        """
        return f'"{self.kind}-{sampling.n}-{sampling.seed}-{sampling.offset}"'


class PreparedNames:
    """What has been prepared; all of it is forgotten where there would be too much."""

    def __init__(self) -> None:
        self.kept: dict[Any, Prepared] = {}

    def of(self, model: AnyModel, query: NamesQuery, sampling: Sampling, written: str) -> Prepared:
        """What there is for requests like this one; made, where it is the first."""
        more = query.scores, query.probability
        key = model, written, words(), more, OTHERS(vars(sampling))
        found = self.kept.get(key)
        if found is None:
            if len(self.kept) >= MOST:
                self.kept.clear()
            found = self.kept[key] = Prepared(model, query, sampling, written)
        return found
