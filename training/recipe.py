"""How a network is trained: what the loop in `fit.py` is told."""

from dataclasses import dataclass
from typing import Literal

Schedule = Literal["cosine", "constant"]


@dataclass(frozen=True)
class Recipe:
    """How to train.

    steps            mini-batches
    batch_size       names each
    learning_rate    of AdamW at its peak, to which it rises over `warmup` steps, or a third of
                     all, if those are fewer
    schedule         what it does then: falls along half a cosine to 0 at the last step, or
                     stays (Loshchilov & Hutter 2017, section 3)
    weight_decay     AdamW's, decoupled (Loshchilov & Hutter 2019)
    clip             the most the norm of all gradients together may be (Pascanu et al. 2013)
    check_every      steps between looks at the validation loss
    seed             of the weights, the batches and the dropout
    """

    steps: int
    batch_size: int
    learning_rate: float
    warmup: int = 200
    schedule: Schedule = "cosine"
    weight_decay: float = 0.0
    clip: float = 1.0
    check_every: int = 250
    seed: int = 0
