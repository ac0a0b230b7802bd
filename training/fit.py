"""The loop that trains a network: a recipe in, a history out."""

import math
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F  # noqa: N812 - everyone calls it F
from torch import Tensor

from training.models import Network
from training.recipe import Recipe
from training.sequences import IGNORED, Batches, Sequences, seed_of
from training.snapshot import History, Run, load_run, save_run

OnStep = Callable[[int, History], None]
"""Called after each step with its number, and with what the evaluations so far found."""
Backward = Callable[[Network, Sequences], Tensor]
"""Gives the loss of a mini-batch, and leaves its gradients in `grad` of the parameters."""
NAMES_AT_ONCE = 1024


class ResumePoint(NamedTuple):
    """Where the state of a training is saved at each evaluation, and which training it is.

    path        the file
    identity    what it has to have in common with a training that goes on from it
    resume      whether to go on from the file
    """

    path: Path
    identity: Mapping[str, Any]
    resume: bool = False


def backward(network: Network, names: Sequences) -> Tensor:
    """The loss of some names, nats per prediction; its gradients are left in `grad`: torch's."""
    loss = loss_of(network, names)
    loss.backward()  # type: ignore[no-untyped-call]
    return loss.detach()


def fit(
    network: Network,
    train: Sequences,
    validation: Sequences,
    recipe: Recipe,
    on_step: OnStep = lambda step, history: None,
    resume_point: ResumePoint | None = None,
    backward: Backward = backward,
) -> History:
    """Train a network in place, and leave it as it was at its best validation step.

    `train` in the history is the mean over the batches since the last evaluation. What happens in a
    step depends on (seed, step) and on the weights alone, so a training that is resumed ends
    where it would have ended. An interrupt (KeyboardInterrupt) leaves it as it was at the best
    evaluation so far; if there was none yet, it is evaluated once; before the first step, the
    interrupt is raised. Raises FloatingPointError if the loss stops being a number, DataError if
    what should be resumed is another training.
    """
    optimizer = torch.optim.AdamW(
        network.parameters(),
        lr=recipe.learning_rate,
        betas=(0.9, 0.99),
        weight_decay=recipe.weight_decay,
    )
    run = Run(network, optimizer, History(), deepcopy(network.state_dict()))
    if resume_point and resume_point.resume:
        load_run(resume_point.path, run, resume_point.identity)
    losses: list[Tensor] = []
    try:
        take_steps(run, train, validation, recipe, on_step, resume_point, backward, losses)
    except KeyboardInterrupt:
        if not run.history.steps:
            if not losses:
                raise
            evaluate(run, len(losses), losses, validation)
    network.load_state_dict(run.best)
    network.eval()
    return run.history


def take_steps(
    run: Run,
    train: Sequences,
    validation: Sequences,
    recipe: Recipe,
    on_step: OnStep,
    resume_point: ResumePoint | None,
    backward: Backward,
    losses: list[Tensor],
) -> None:
    """All the steps that are left; `losses` are those since the last evaluation."""
    batches = Batches(train.lengths, recipe.batch_size, recipe.seed)
    run.network.train()
    for step in range(run.step + 1, recipe.steps + 1):
        torch.manual_seed(seed_of(recipe.seed, step))  # of the dropout
        rate = learning_rate(step, recipe)
        for group in run.optimizer.param_groups:
            group["lr"] = rate
        run.optimizer.zero_grad()
        losses.append(backward(run.network, train.take(batches.rows(step))))
        torch.nn.utils.clip_grad_norm_(run.network.parameters(), recipe.clip)
        run.optimizer.step()
        if step % recipe.check_every == 0 or step == recipe.steps:
            evaluate(run, step, losses, validation)
            losses.clear()
            if resume_point:
                save_run(resume_point.path, run, resume_point.identity)
        on_step(step, run.history)


def evaluate(run: Run, step: int, losses: Sequence[Tensor], names: Sequences) -> None:
    """Enter an evaluation in the history, and keep the weights if they are the best yet."""
    train, validation = torch.stack(list(losses)).mean().item(), mean_loss(run.network, names)
    if not math.isfinite(train + validation):
        raise FloatingPointError(
            f"the loss is no longer a number at step {step}; lower the learning rate"
        )
    run.step = step
    run.history.steps.append(step)
    run.history.train.append(train)
    run.history.validation.append(validation)
    run.history.learning_rate.append(run.optimizer.param_groups[0]["lr"])
    if run.history.steps[run.history.best] == step:
        run.best = deepcopy(run.network.state_dict())


def learning_rate(step: int, recipe: Recipe) -> float:
    """The learning rate of a step, the first being 1."""
    warmup = min(recipe.warmup, recipe.steps // 3)
    warm = min(1.0, step / warmup) if warmup else 1.0
    if recipe.schedule == "cosine":
        warm *= 0.5 * (1 + math.cos(math.pi * (step - 1) / recipe.steps))
    return recipe.learning_rate * warm


def loss_of(network: Network, names: Sequences) -> Tensor:
    """The mean cross-entropy per prediction, nats."""
    logits = network(names.tokens)
    return F.cross_entropy(logits.flatten(0, 1), names.targets.flatten(), ignore_index=IGNORED)


@torch.no_grad()
def mean_loss(network: Network, names: Sequences) -> float:
    """Mean cross-entropy over names, nats per prediction, without dropout."""
    was_training = network.training
    network.eval()
    total = 0.0
    for _, chunk in names.chunks(NAMES_AT_ONCE):
        total += loss_of(network, chunk).item() * int(chunk.lengths.sum())
    network.train(was_training)
    return total / int(names.lengths.sum())
