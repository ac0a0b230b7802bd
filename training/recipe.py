"""How a network is trained: what the loop in `fit.py` goes by."""

from dataclasses import dataclass
from typing import Literal

from training.options import Search, check_options, option

Schedule = Literal["cosine", "constant"]


@dataclass(frozen=True)
class Recipe:
    """How to train. The command line and the search are made from these fields.

    steps            mini-batches
    batch_size       names each
    learning_rate    of AdamW at its peak, to which it rises over `warmup` steps, or a third of
                     all, if those are fewer
    schedule         what it does then: falls along half a cosine to 0 at the last step, or
                     stays (Loshchilov & Hutter 2017, section 3)
    weight_decay     AdamW's, decoupled (Loshchilov & Hutter 2019)
    clip             the most the norm of all gradients together may be (Pascanu et al. 2013)
    check_every      steps between evaluations of the validation loss
    seed             of the weights, the batches and the dropout

    Raises ValueError for a value of the wrong type, or outside its range.
    """

    steps: int = option(..., "Mini-batches to train on.", 1)
    batch_size: int = option(..., "Names per mini-batch.", 1, 2**20)
    learning_rate: float = option(
        ..., "At its peak, after the warm-up.", 0, search=Search(5e-4, 2e-2, log=True)
    )
    warmup: int = option(200, "Steps in which the rate rises, at most a third.", 0, 2**31)
    schedule: Schedule = option("cosine", "What the rate does after: fall to 0, or stay.")  # noqa: RUF009
    weight_decay: float = option(0.0, "AdamW's.", 0, search=Search(1e-3, 0.5, log=True))
    clip: float = option(1.0, "The most that the norm of the gradients may be.", 0)
    check_every: int = option(250, "Steps between evaluations of the validation loss.", 1, 2**31)
    seed: int = option(0, "Same seed, same bytes.", 0, 2**63 - 1)

    def __post_init__(self) -> None:
        check_options(self)
