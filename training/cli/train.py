"""`python -m training train ARCHITECTURE`: a command for each, with its own options."""

import inspect
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import torch
import typer

from namewright.architectures.layout import MAX_CELLS
from namewright.checkpoint import Checkpoint, load, save
from training.cli.choices import Options, sub
from training.cli.failing import INTERRUPTED, check_output, failing_clearly
from training.cli.options import DEFAULT_DATA, HYPERPARAMETERS, RECIPE, Data, How, Output, Seed
from training.cli.progress import progress_bar
from training.counting import choose_smoothing, count_pairs, smooth
from training.data import DataError
from training.export import Dataset, export, read_dataset
from training.fit import Keep, fit
from training.kneser_ney import MAX_ORDER, ORDERS, choose_order, ngram
from training.models import NETWORKS, Network
from training.recipe import Recipe
from training.sequences import seed_of, sequences
from training.snapshot import History
from training.teacher import READABLE, is_served

app = sub("Train a model on a list of names.")

Resume = Annotated[
    bool, typer.Option("--resume", help="Go on with a training that was interrupted.")
]


@app.command(cls=Options)
def bigram(
    output: Output,
    data: Data = DEFAULT_DATA,
    how: How = "hash",
    seed: Seed = 0,
    smoothing: Annotated[
        float | None,
        typer.Option(help="Added to every count. By default what suits the validation part best."),
    ] = None,
) -> None:
    """Count how often each character follows each other one."""
    with failing_clearly():
        dataset, started = begin(data, how, output)
        counts = count_pairs(dataset.parts.train, dataset.alphabet)
        if smoothing is None:
            validation = count_pairs(dataset.parts.validation, dataset.alphabet)
            smoothing = choose_smoothing(counts, validation)
        tensors = {"counts": counts, "log_probs": smooth(counts, smoothing)}
        described = export(dataset, "bigram", {"smoothing": smoothing}, tensors, {"seed": seed})
        finish(described, output, f"smoothing {smoothing:g}", started)


@app.command("ngram", cls=Options)
def train_ngram(
    output: Output,
    data: Data = DEFAULT_DATA,
    how: How = "hash",
    seed: Seed = 0,
    order: Annotated[
        int | None,
        typer.Option(
            min=2,
            max=MAX_ORDER,
            help="Characters that are counted together, the last being predicted. By default "
            f"that of {ORDERS[0]} to {ORDERS[-1]} which suits the validation part best.",
        ),
    ] = None,
) -> None:
    """Count contexts of every length: interpolated modified Kneser-Ney."""
    with failing_clearly():
        dataset, started = begin(data, how, output)
        if order is None:
            with progress_bar() as progress:
                task = progress.add_task("trying orders", total=len(ORDERS))
                order = choose_order(
                    dataset.parts,
                    dataset.alphabet,
                    lambda done: progress.update(task, completed=round(done * len(ORDERS))),
                )
        sizes, tensors = ngram(dataset.parts, dataset.alphabet, order)
        described = export(dataset, "ngram", sizes, tensors, {"seed": seed})
        finish(described, output, f"order {order}, {sizes['states']:,} contexts", started)


def network_command(kind: type[Network]) -> Callable[..., None]:
    """The command that trains a network: its hyperparameters and its recipe are the options."""
    recipe = asdict(kind.recipe)

    def command(output: Path, data: Path, how: Any, resume: bool, **given: Any) -> None:
        with failing_clearly():
            dataset, started = begin(data, how, output)
            told = Recipe(**{name: given.pop(name) for name in recipe})
            network = build(kind, dataset.alphabet.vocab_size, given, told.seed)
            fit_and_finish(network, dataset, told, output, started, resume)

    keyword = inspect.Parameter.KEYWORD_ONLY
    shared = {"output": Output, "data": Data, "how": How, "resume": Resume}
    defaults = {"data": DEFAULT_DATA, "how": "hash", "resume": False}
    options = kind.options() | recipe
    annotations = shared | {name: (HYPERPARAMETERS | RECIPE)[name] for name in options}
    parameters = [
        inspect.Parameter(
            name,
            keyword,
            default=(defaults | options).get(name, inspect.Parameter.empty),
            annotation=annotation,
        )
        for name, annotation in annotations.items()
    ]
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = annotations
    command.__doc__ = inspect.getdoc(kind)
    return command


for name, kind in NETWORKS.items():
    app.command(name, cls=Options)(network_command(kind))


def build(
    kind: type[Network], vocab_size: int, hyperparameters: Mapping[str, Any], seed: int
) -> Network:
    """A network with its first weights. Raises DataError before memory is taken for too many."""
    if kind.architecture in READABLE and kind.options():
        layout = READABLE[kind.architecture].layout(vocab_size, hyperparameters)
        for tensor, (_, shape) in layout.items():
            cells = torch.Size([length or 1 for length in shape]).numel()
            if cells > MAX_CELLS:
                raise DataError(
                    f"{tensor} of {list(shape)} would have more than {MAX_CELLS:,} numbers; "
                    "lower the sizes"
                )
    torch.manual_seed(seed_of(seed, 0))
    return kind(vocab_size, **hyperparameters)


def begin(data: Path, how: Any, output: Path) -> tuple[Dataset, float]:
    """The data set, and when this began. Finds out now, not at the end, if it cannot be kept."""
    check_output(output)
    torch.use_deterministic_algorithms(mode=True)
    return read_dataset(data, how), time.perf_counter()


def fit_and_finish(
    network: Network, dataset: Dataset, recipe: Recipe, output: Path, started: float, resume: bool
) -> None:
    """Train a network, with a progress bar, and write its checkpoint, if need be the best so far.

    Beside it, until it is done, lies what `--resume` goes on from.
    """
    train, validation = (
        sequences(names, dataset.alphabet)
        for names in (dataset.parts.train, dataset.parts.validation)
    )
    kept = output.with_suffix(".resume")
    if resume and not kept.exists():
        typer.echo(f"{kept} is not there: nothing to resume; starting anew", err=True)
        resume = False
    identity = {
        "architecture": network.architecture,
        **dataset.description,
        **network.hyperparameters,
        **asdict(recipe),
    }
    with progress_bar() as progress:
        task = progress.add_task(network.architecture, total=recipe.steps)

        def show(step: int, history: History) -> None:
            if history.steps and history.steps[-1] == step:
                loss = history.validation[-1]
                progress.update(task, description=f"{network.architecture} validation {loss:.4f}")
            progress.update(task, completed=step)

        history = fit(network, train, validation, recipe, show, Keep(kept, identity, resume))
    interrupted = history.steps[-1] < recipe.steps
    early = interrupted and history.steps[-1] % recipe.check_every > 0
    if early and output.exists():
        typer.echo(
            f"interrupted before step {recipe.check_every:,}, where the validation loss is first "
            f"looked at: {output} is what it was",
            err=True,
        )
        raise typer.Exit(INTERRUPTED)
    training = {
        **asdict(recipe),
        "best_step": history.steps[history.best],
        "history": {name: rounded(values) for name, values in vars(history).items()},
    }
    checkpoint = export(
        dataset, network.architecture, network.hyperparameters, network.tensors(), training
    )
    how = f"best at step {history.steps[history.best]:,} of {recipe.steps:,}"
    finish(checkpoint, output, how, started)
    if interrupted:
        going_on = (
            f"to go on from, it would have to reach step {recipe.check_every:,}"
            if early
            else "give the same command with --resume to go on"
        )
        typer.echo(
            f"interrupted at step {history.steps[-1]:,}: {output} is whole, and the best so far; "
            f"{going_on}",
            err=True,
        )
        raise typer.Exit(INTERRUPTED)
    kept.unlink(missing_ok=True)
    if not is_served(checkpoint):
        typer.echo(
            f"a network: to serve it, python -m training compile {output} --data DATA "
            "--output NAME.safetensors",
            err=True,
        )


def rounded(values: list[float]) -> list[float]:
    """To five places: a history is there to be looked at."""
    return [round(value, 5) for value in values]


def finish(checkpoint: Checkpoint, output: Path, how: str, started: float) -> None:
    """Write a checkpoint, and say what it is worth."""
    save(checkpoint, output)
    digest = load(output, READABLE).digest
    seconds = time.perf_counter() - started
    typer.echo(
        f"{output}: {describe(checkpoint.metrics)}; {how}; {seconds:.0f} s; digest {digest[:12]}"
    )


def describe(found: Mapping[str, float]) -> str:
    """Losses in a line."""
    return ", ".join(f"{side} {found[side]:.4f}" for side in ("train", "validation", "test"))
