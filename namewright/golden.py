"""Golden names: what a model gave when it was made, kept in its checkpoint.

A model that now gives others (another compiler, another libm, a damaged memory) is not served: the
promise is the same names on any machine.
"""

from collections.abc import Mapping
from typing import Any

from namewright.errors import ExhaustedError
from namewright.kernel import Walker
from namewright.parameters import SAMPLER, Sampling

GOLDEN = Sampling(n=8, seed=1, safe=False)
ALIKE = (1, 2)
"""Samplers that give the same names where there is no filter."""


def golden_names(walker: Walker) -> dict[str, Any]:
    """What a checkpoint keeps: the sampler, the seed and the names. Empty where there are none."""
    try:
        names = walker.sample(GOLDEN)
    except ExhaustedError:
        return {}
    return {"sampler": SAMPLER, "seed": GOLDEN.seed, "names": names}


def check_golden_names(walker: Walker, golden: Mapping[str, Any]) -> None:
    """Raise ValueError where the names are others than those kept, by the same sampler."""
    alike = golden.get("sampler") in ALIKE and golden.get("seed") == GOLDEN.seed
    if alike and golden.get("names") != golden_names(walker).get("names"):
        raise ValueError(
            "on this machine it gives other names than when it was made; install Namewright anew, "
            "or train the model again"
        )
