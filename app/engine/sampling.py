"""Parameters to names: every name has an address.

Name `i` depends on the checkpoint, the seed, `i` and the parameters here, and on nothing
else: not on how many names are asked for, nor on the process or the machine. How it is drawn
is in `reference.py`.
"""

import secrets
from dataclasses import dataclass

from app.engine.alphabet import MAX_LENGTH, normalise
from app.engine.errors import ParameterError, UnknownCharacterError
from app.engine.kernel import Walker

SAMPLER = 1
"""Raised whenever the same address would give another name."""

SEEDS = 2**63
INDICES = 2**63
MAX_TEMPERATURE = 5.0


@dataclass(frozen=True)
class Sampling:
    """How to draw. Raises ParameterError for a value outside its range.

    temperature    0 to 5; below 1 safer, above 1 wilder, 0 the likeliest token always
    top_k          only the so many likeliest tokens; 0 for all
    top_p          only the likeliest tokens that reach this mass; above 0, 1 for all
    min_length     fewest characters, 1 to 31
    max_length     most characters, 1 to 31
    starts_with    how each name begins; normalised as names are
    """

    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    min_length: int = 1
    max_length: int = MAX_LENGTH
    starts_with: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.temperature <= MAX_TEMPERATURE:
            raise ParameterError("temperature", f"should be from 0 to {MAX_TEMPERATURE:g}")
        if self.top_k < 0:
            raise ParameterError("top_k", "should be 0, for all tokens, or more")
        if not 0 < self.top_p <= 1:
            raise ParameterError("top_p", "should be above 0 and at most 1")
        for name, length in (("min_length", self.min_length), ("max_length", self.max_length)):
            if not 1 <= length <= MAX_LENGTH:
                raise ParameterError(name, f"should be from 1 to {MAX_LENGTH}")
        if self.min_length > self.max_length:
            raise ParameterError("min_length", "should not be above max_length")
        object.__setattr__(self, "starts_with", normalise(self.starts_with))
        if len(self.starts_with) > self.max_length:
            raise ParameterError("starts_with", "should not be longer than max_length")


def new_seed() -> int:
    """A seed nobody chose: below 2^53, so that JavaScript can hold it."""
    return secrets.randbelow(2**53)


def sample(walker: Walker, n: int, seed: int, offset: int, sampling: Sampling) -> list[str]:
    """Names `offset` to `offset + n - 1` of a seed.

    Raises ParameterError for a number outside its range or a `starts_with` that the alphabet
    cannot spell, and ExhaustedError when hardly any name passes the filters.
    """
    if n < 0:
        raise ParameterError("n", "should be 0 or more")
    if not 0 <= seed < SEEDS:
        raise ParameterError("seed", "should be from 0 to 2^63 - 1")
    if not 0 <= offset <= INDICES - n:
        raise ParameterError("offset", "should be 0 or more, and offset + n at most 2^63")
    try:
        prefix = walker.automaton.alphabet.encode(sampling.starts_with)
    except UnknownCharacterError as error:
        raise ParameterError("starts_with", str(error)) from error
    return walker.sample(
        prefix,
        n=n,
        seed=seed,
        offset=offset,
        temperature=sampling.temperature,
        top_k=sampling.top_k,
        top_p=sampling.top_p,
        min_length=sampling.min_length,
        max_length=sampling.max_length,
    )
