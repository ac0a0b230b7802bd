"""What names a response: a request with a seed is a pure function, so a cache may ask by its name.

RFC 9110, sections 8.8.3 and 13.1.2.
"""

from functools import lru_cache
from hashlib import blake2b

from namewright import Sampling, __version__
from namewright.joined import AnyModel
from namewright.offensive import words
from namewright.parameters import SAMPLER, VALUES_OF

from .schemas import NamesQuery


def entity_tag(model: AnyModel, query: NamesQuery, sampling: Sampling, written: str) -> str:
    """The tag of the names of a query that has a seed.

    It is made of all that they depend on: the checkpoint, the sampler, this version, the operator's
    words, the format, and the parameters, however they are written and whether they are or not.
    """
    own = words().digest if sampling.safe else ""
    more = query.scores, query.probability
    n, seed, offset, *others = VALUES_OF(sampling)
    kind = hash_of(model.name, model.digest, SAMPLER, __version__, own, written, more, *others)
    return f'"{kind}-{n}-{seed}-{offset}"'


def tag_of(*facts: object) -> str:
    """The tag of what depends on these facts, and on nothing else."""
    return f'"{hash_of(*facts)}"'


@lru_cache(maxsize=64)
def hash_of(*facts: object) -> str:
    """The hash of some facts; kept, as most requests differ in no more than the seed."""
    return blake2b(repr(facts).encode(), digest_size=12).hexdigest()


def is_known(tag: str, if_none_match: str) -> bool:
    """Whether a caller has it already, as its `If-None-Match` says."""
    known = (each.strip().removeprefix("W/") for each in if_none_match.split(","))
    return any(each in (tag, "*") for each in known)
