"""Training without a command line: a list of names in, a checkpoint out.

>>> import training
>>> checkpoint = training.train("data/names.txt", "mlp", hidden=100, steps=2000)
>>> checkpoint.metrics["test"]
>>> training.save(checkpoint, "mine.safetensors")
>>> namewright.load_model("mine.safetensors").sample(5, seed=1)
"""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any, Literal

import torch

from namewright.architectures.layout import MAX_CELLS
from namewright.checkpoint import Checkpoint
from training.architectures import READABLE
from training.configs import NetworkConfig
from training.counting import choose_smoothing, count_pairs, smooth
from training.data import Dataset, SplitName, Weights, make_dataset, read_dataset
from training.export import export
from training.fit import OnStep, ResumePoint, backward, fit
from training.kneser_ney import choose_order, ngram
from training.models import NETWORKS, Network
from training.name_list import DataError
from training.prefixes import OnProgress
from training.recipe import Recipe
from training.scalar_bigram import scalar_backward
from training.sequences import seed_of, sequences
from training.snapshot import History

Autograd = Literal["torch", "scalar"]
BACKWARD = {"torch": backward, "scalar": scalar_backward}

COUNTED = ("bigram", "ngram")
"""The architectures that are counted rather than fitted."""


def train(
    names: Dataset | str | os.PathLike[str] | Iterable[str],
    architecture: str = "mlp",
    *,
    split: SplitName = "hash",
    weights: Weights = "none",
    on_step: OnStep = lambda step, history: None,
    progress: bool = False,
    **options: Any,
) -> Checkpoint:
    """Train a model on names: a list of them, the path of a file of one per line, or a `Dataset`.

    `weights` says how much more a name weighs for having been given often, where the list has
    counts: see `training.data.weigh`.

    `options` are those of the architecture, as the command line has them: `smoothing` of the
    bigram, `order` of the n-gram; of a network the fields of its config and of `Recipe`, and
    `autograd`; of all, `seed`. With `progress` each evaluation of a network is a line on standard
    error; `on_step` is called after each step with its number and the history. An interrupt ends
    the training of a network, which is then the best so far.

    Raises ValueError for an architecture or an option that there is not, or one out of its range,
    DataError for a list that cannot be learned from, and FloatingPointError if the loss stops
    being a number.
    """
    kind = NETWORKS.get(architecture)
    if kind is None and architecture not in COUNTED:
        listed = ", ".join([*COUNTED, *NETWORKS])
        raise ValueError(f"there is no such architecture; there are: {listed}")
    if kind is not None:
        allowed = {*kind.config_type.names(), *recipe_names(), "autograd"}
    else:
        allowed = {"seed", "smoothing" if architecture == "bigram" else "order"}
    unknown = sorted(options.keys() - allowed)
    if unknown:
        raise ValueError(
            f"{architecture} has no option {unknown[0]}; it has: {', '.join(sorted(allowed))}"
        )
    if isinstance(names, Dataset):
        dataset = names
    elif isinstance(names, str | os.PathLike):
        dataset = read_dataset(Path(names), split, weights)
    else:
        dataset = make_dataset(names, split, weights)
    if kind is None:
        return (train_bigram if architecture == "bigram" else train_ngram)(dataset, **options)
    autograd = options.pop("autograd", "torch")
    config = kind.config_type(
        **{name: options.pop(name) for name in kind.config_type.names() if name in options}
    )
    recipe = replace(kind.recipe, **options)

    def observe(step: int, history: History) -> None:
        if progress and history.steps and history.steps[-1] == step:
            losses = f"train {history.train[-1]:.4f}, validation {history.validation[-1]:.4f}"
            sys.stderr.write(f"step {step:,} of {recipe.steps:,}: {losses}\n")
        on_step(step, history)

    return train_network(dataset, kind, config, recipe, observe, autograd=autograd)


def recipe_names() -> tuple[str, ...]:
    """The names of the fields of a recipe."""
    return tuple(each.name for each in fields(Recipe))


def train_bigram(dataset: Dataset, smoothing: float | None = None, seed: int = 0) -> Checkpoint:
    """Count pairs; `smoothing` is by default what suits the validation part best."""
    counts = count_pairs(dataset.repeated, dataset.alphabet)
    if smoothing is None:
        validation = count_pairs(dataset.parts.validation, dataset.alphabet)
        smoothing = choose_smoothing(counts, validation)
    tensors = {"counts": counts, "log_probs": smooth(counts, smoothing)}
    return export(dataset, "bigram", {"smoothing": smoothing}, tensors, {"seed": seed})


def train_ngram(
    dataset: Dataset,
    order: int | None = None,
    seed: int = 0,
    on_progress: OnProgress = lambda done: None,
) -> Checkpoint:
    """Count contexts; `order` is by default what suits the validation part best."""
    parts = dataset.parts._replace(train=dataset.repeated)
    if order is None:
        order = choose_order(parts, dataset.alphabet, on_progress)
    sizes, tensors = ngram(parts, dataset.alphabet, order)
    return export(dataset, "ngram", sizes, tensors, {"seed": seed})


def train_network(
    dataset: Dataset,
    kind: type[Network],
    config: NetworkConfig,
    recipe: Recipe,
    on_step: OnStep = lambda step, history: None,
    resume_point: ResumePoint | None = None,
    autograd: str = "torch",
) -> Checkpoint:
    """Fit a network; the checkpoint is of its best validation step, and has its history."""
    if autograd not in kind.autograds:
        raise ValueError(f"autograd of {kind.architecture} should be {' or '.join(kind.autograds)}")
    with deterministic():
        network = build(kind, dataset.alphabet.vocab_size, config, recipe.seed)
        train_part, validation_part = (
            sequences(names, dataset.alphabet)
            for names in (dataset.repeated, dataset.parts.validation)
        )
        history = fit(
            network,
            train_part,
            validation_part,
            recipe,
            on_step,
            resume_point,
            BACKWARD[autograd],
        )
        training = {
            **asdict(recipe),
            **how(autograd),
            "best_step": history.steps[history.best],
            "history": {name: rounded(values) for name, values in vars(history).items()},
        }
        return export(dataset, kind.architecture, asdict(config), network.tensors(), training)


def build(kind: type[Network], vocab_size: int, config: NetworkConfig, seed: int) -> Network:
    """A network with its first weights. Raises DataError as `check_sizes` does."""
    check_sizes(kind, vocab_size, config)
    torch.manual_seed(seed_of(seed, 0))
    return kind(vocab_size, config)


def check_sizes(kind: type[Network], vocab_size: int, config: NetworkConfig) -> None:
    """Raise DataError, before memory is taken, for a tensor larger than a checkpoint's may be."""
    if kind.keeps_weights:
        layout = READABLE[kind.architecture].layout(vocab_size, asdict(config))
        for tensor, (_, shape) in layout.items():
            cells = torch.Size([length or 1 for length in shape]).numel()
            if cells > MAX_CELLS:
                raise DataError(
                    f"{tensor} of {list(shape)} would have more than {MAX_CELLS:,} numbers; "
                    "lower the sizes"
                )


def identity(
    dataset: Dataset,
    kind: type[Network],
    config: NetworkConfig,
    recipe: Recipe,
    autograd: str = "torch",
) -> dict[str, Any]:
    """All that decides what a training of a network arrives at."""
    return {
        "architecture": kind.architecture,
        **dataset.description,
        **asdict(config),
        **asdict(recipe),
        **how(autograd),
    }


def how(autograd: str) -> dict[str, str]:
    """What a checkpoint says of its autograd: nothing of torch's, which is the usual one."""
    return {} if autograd == "torch" else {"autograd": autograd}


def rounded(values: list[float]) -> list[float]:
    """To five places, which is enough to plot a history."""
    return [round(value, 5) for value in values]


@contextmanager
def deterministic() -> Iterator[None]:
    """With torch's deterministic algorithms; after it, as it was."""
    before = torch.are_deterministic_algorithms_enabled()
    torch.use_deterministic_algorithms(mode=True)
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(mode=before)
