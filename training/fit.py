"""The loop that trains a network: a config in, a history out."""

import math
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Literal

import torch
import torch.nn.functional as F  # noqa: N812 - everyone calls it F
from torch import Tensor

from training.contexts import Contexts
from training.models import Network

Schedule = Literal["cosine", "constant"]


@dataclass(frozen=True)
class FitConfig:
    """How to train.

    steps            mini-batches
    batch_size       examples each, drawn with replacement
    learning_rate    of AdamW at its peak, to which it rises over `warmup` steps
    schedule         what it does then: falls along half a cosine to 0 at the last step, or
                     stays (Loshchilov & Hutter 2017, section 3)
    weight_decay     AdamW's, decoupled (Loshchilov & Hutter 2019)
    l2               times the mean square of the parameters, added to the loss
    check_every      steps between looks at the validation loss
    seed             of the batches
    """

    steps: int
    batch_size: int
    learning_rate: float
    warmup: int = 200
    schedule: Schedule = "cosine"
    weight_decay: float = 0.0
    l2: float = 0.0
    check_every: int = 500
    seed: int = 0


@dataclass
class History:
    """What happened, at each look: nats per prediction, and the learning rate."""

    steps: list[int] = field(default_factory=list)
    train: list[float] = field(default_factory=list)
    validation: list[float] = field(default_factory=list)
    learning_rates: list[float] = field(default_factory=list)

    @property
    def best(self) -> int:
        """Which look had the lowest validation loss."""
        return min(range(len(self.steps)), key=self.validation.__getitem__)


def fit(
    network: Network,
    train: Contexts,
    validation: Contexts,
    config: FitConfig,
    on_step: Callable[[int, History], None] = lambda step, history: None,
) -> History:
    """Train a network in place, and leave it as it was at its best validation step.

    `train` in the history is the mean over the batches since the last look. Raises
    FloatingPointError if the loss stops being a number.
    """
    generator = torch.Generator().manual_seed(config.seed)
    optimizer = torch.optim.AdamW(
        network.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay
    )
    history = History()
    best = deepcopy(network.state_dict())
    losses: list[Tensor] = []
    for step in range(1, config.steps + 1):
        rate = learning_rate(step, config)
        for group in optimizer.param_groups:
            group["lr"] = rate
        batch = torch.randint(len(train.targets), (config.batch_size,), generator=generator)
        loss = F.cross_entropy(network(train.tokens[batch]), train.targets[batch])
        optimizer.zero_grad()
        objective = loss + config.l2 * mean_square(network) if config.l2 else loss
        objective.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        losses.append(loss.detach())
        if step % config.check_every == 0 or step == config.steps:
            history.steps.append(step)
            history.train.append(torch.stack(losses).mean().item())
            history.validation.append(mean_loss(network, validation))
            history.learning_rates.append(rate)
            losses.clear()
            if not math.isfinite(history.train[-1] + history.validation[-1]):
                raise FloatingPointError(
                    f"the loss is no longer a number at step {step}; lower the learning rate"
                )
            if history.steps[history.best] == step:
                best = deepcopy(network.state_dict())
        on_step(step, history)
    network.load_state_dict(best)
    return history


def learning_rate(step: int, config: FitConfig) -> float:
    """The learning rate of a step, the first being 1."""
    warm = min(1.0, step / config.warmup) if config.warmup else 1.0
    if config.schedule == "cosine":
        warm *= 0.5 * (1 + math.cos(math.pi * (step - 1) / config.steps))
    return config.learning_rate * warm


def mean_square(network: Network) -> Tensor:
    """The mean of the squares of all parameters."""
    return torch.cat([parameter.flatten() for parameter in network.parameters()]).square().mean()


@torch.no_grad()
def mean_loss(network: Network, examples: Contexts, rows: int = 2**16) -> float:
    """Mean cross-entropy over examples, nats, so many rows at a time."""
    total = 0.0
    for first in range(0, len(examples.targets), rows):
        chunk = slice(first, first + rows)
        logits = network(examples.tokens[chunk])
        total += F.cross_entropy(logits, examples.targets[chunk], reduction="sum").item()
    return total / len(examples.targets)
