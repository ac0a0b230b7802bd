"""`python -m training train ARCHITECTURE`: a command for each, with its own options."""

import inspect
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from namewright.checkpoint import Checkpoint
from namewright.command_line import Command
from training.calibration import ENOUGH
from training.checkpoints import is_served
from training.cli.choices import sub
from training.cli.failing import INTERRUPTED, failing_clearly
from training.cli.options import (
    DEFAULT_DATA,
    Data,
    Force,
    How,
    Output,
    Resume,
    Seed,
    Weigh,
    made_from,
)
from training.cli.progress import progress_bar
from training.configs import SPECS, Spec
from training.data import Dataset, read_dataset
from training.kneser_ney import MAX_ORDER, ORDERS
from training.name_list import DataError, has_heading
from training.output import check_new, check_output, is_finished, resume_path, write
from training.recipe import Recipe

if TYPE_CHECKING:
    from training.fit import ResumePoint
    from training.snapshot import History

app = sub("Train a model on a list of names.")


@app.command(cls=Command)
def bigram(
    output: Output,
    data: Data = DEFAULT_DATA,
    how: How = "hash",
    weights: Weigh = "none",
    seed: Seed = 0,
    smoothing: Annotated[
        float | None,
        typer.Option(help="Added to every count. By default what suits the validation part best."),
    ] = None,
    force: Force = False,
) -> None:
    """Count how often each character follows each other one."""
    with failing_clearly():
        dataset, started = begin(data, how, weights, output, force)
        from training.trainer import train_bigram

        checkpoint = train_bigram(dataset, smoothing, seed)
        described = f"smoothing {checkpoint.hyperparameters['smoothing']:g}"
        finish(checkpoint, dataset, output, described, started)


@app.command("ngram", cls=Command)
def ngram(
    output: Output,
    data: Data = DEFAULT_DATA,
    how: How = "hash",
    weights: Weigh = "none",
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
    force: Force = False,
) -> None:
    """Count contexts of every length: interpolated modified Kneser-Ney."""
    with failing_clearly():
        dataset, started = begin(data, how, weights, output, force)
        from training.trainer import train_ngram

        with progress_bar() as progress:
            task = progress.add_task("trying orders", total=len(ORDERS), visible=order is None)
            checkpoint = train_ngram(
                dataset,
                order,
                seed,
                lambda done: progress.update(task, completed=round(done * len(ORDERS))),
            )
        sizes = checkpoint.hyperparameters
        chosen = order or sizes["order"]
        described = f"order {chosen}, {sizes['states']:,} contexts"
        finish(checkpoint, dataset, output, described, started)


def network_command(architecture: str, spec: Spec) -> Callable[..., None]:
    """The command that trains a network: its config and its recipe are the options."""

    def command(
        output: Path,
        data: Path,
        how: Any,
        weights: Any,
        resume: bool,
        force: bool,
        **given: Any,
    ) -> None:
        with failing_clearly():
            recipe = Recipe(**{each.name: given.pop(each.name) for each in fields(Recipe)})
            autograd = given.pop("autograd", "torch")
            config = spec.config_type(**given)
            dataset, started = begin(data, how, weights, output, force or resume)
            from training.models import NETWORKS
            from training.trainer import check_sizes, identity, train_network

            kind = NETWORKS[architecture]
            check_sizes(kind, dataset.alphabet.vocab_size, config)
            point = resume_point(
                output, identity(dataset, kind, config, recipe, autograd), resume, force
            )
            if point is None:
                typer.echo(f"{output}: its training is finished; nothing to resume", err=True)
                return
            with progress_bar() as progress:
                task = progress.add_task(architecture, total=recipe.steps)

                def show(step: int, history: "History") -> None:
                    if history.steps and history.steps[-1] == step:
                        text = f"{architecture} validation {history.validation[-1]:.4f}"
                        progress.update(task, description=text)
                    progress.update(task, completed=step)

                checkpoint = train_network(dataset, kind, config, recipe, show, point, autograd)
            finish_network(checkpoint, dataset, data, output, started)

    shared = {
        "output": Output,
        "data": Data,
        "how": How,
        "weights": Weigh,
        "resume": Resume,
        "force": Force,
    }
    defaults: dict[str, Any] = {
        "data": DEFAULT_DATA,
        "how": "hash",
        "weights": "none",
        "resume": False,
        "force": False,
        **asdict(spec.config_type()),
        **asdict(spec.recipe),
    }
    annotations = shared | made_from(spec.config_type) | made_from(Recipe)
    if len(spec.autograds) > 1:
        choices: Any = Literal[spec.autograds]
        text = "What computes the gradients; scalar is the plain Python of scalar_autograd.py."
        annotations["autograd"] = Annotated[choices, typer.Option(help=text)]
        defaults["autograd"] = spec.autograds[0]
    # Typer makes the options from a signature: this is what it is given.
    parameters = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=defaults.get(name, inspect.Parameter.empty),
            annotation=annotation,
        )
        for name, annotation in annotations.items()
    ]
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = annotations
    command.__doc__ = spec.summary
    return command


for name, spec in SPECS.items():
    app.command(name, cls=Command)(network_command(name, spec))


def begin(data: Path, how: Any, weights: Any, output: Path, force: bool) -> tuple[Dataset, float]:
    """The data set, and when this began. Finds out now, not at the end, if it cannot be kept."""
    check_output(output)
    check_new(output, force)
    started, dataset = time.perf_counter(), read_dataset(data, how, weights)
    if has_heading(data):
        typer.echo(f"{data}: line 1 looks like a heading; it is learned as a name", err=True)
    return dataset, started


def resume_point(
    output: Path, its_identity: Mapping[str, Any], resume: bool, force: bool
) -> "ResumePoint | None":
    """Where a training goes on, or begins; None if it is finished already.

    Raises DataError for a checkpoint that would be written over without having been asked for.
    """
    from training.fit import ResumePoint

    path = resume_path(output)
    if resume and not path.exists():
        if not force and output.exists():
            if is_finished(output, its_identity):
                return None
            raise DataError(
                f"{output}: is there, but not {path.name}, to go on from; give --force to train "
                "anew and write over it, or another --output"
            )
        typer.echo(f"{path} is not there: nothing to resume; starting anew", err=True)
        resume = False
    return ResumePoint(path, its_identity, resume)


def finish_network(
    checkpoint: Checkpoint, dataset: Dataset, data: Path, output: Path, started: float
) -> None:
    """Write a network's checkpoint, and say how far it came; exit code 130 if interrupted."""
    training = checkpoint.training
    reached, steps = training["history"]["steps"][-1], training["steps"]
    check_every = training["check_every"]
    early = reached < steps and reached % check_every > 0
    if early and output.exists():
        typer.echo(
            f"interrupted before step {check_every:,}, where the validation loss is first "
            f"evaluated: {output} is what it was",
            err=True,
        )
        raise typer.Exit(INTERRUPTED)
    best = f"best at step {training['best_step']:,} of {steps:,}"
    finish(checkpoint, dataset, output, best, started)
    if reached < steps:
        going_on = (
            f"It cannot be resumed: the first resume point is at step {check_every:,} "
            "(--check-every)."
            if early
            else "Give the same command with --resume to go on."
        )
        typer.echo(
            f"interrupted at step {reached:,}: best checkpoint saved in {output}. {going_on}",
            err=True,
        )
        raise typer.Exit(INTERRUPTED)
    resume_path(output).unlink(missing_ok=True)
    if not is_served(checkpoint):
        typer.echo(
            f"a network: to serve it, python -m training compile {output} --data {data} "
            "--output NAME.safetensors",
            err=True,
        )


def finish(
    checkpoint: Checkpoint, dataset: Dataset, output: Path, described: str, started: float
) -> None:
    """Write a checkpoint, and say what it is worth."""
    digest = write(checkpoint, output).digest
    seconds = time.perf_counter() - started
    losses = ", ".join(
        f"{side} {checkpoint.metrics[side]:.4f}" for side in ("train", "validation", "test")
    )
    typer.echo(f"{output}: {losses}; {described}; {seconds:.0f} s; digest {digest[:12]}")
    held_out = len({*dataset.parts.validation, *dataset.parts.test})
    if held_out < ENOUGH:
        typer.echo(
            f"plausibility is calibrated on only {held_out} held-out names; use a longer list (at "
            f"least {ENOUGH} held out)",
            err=True,
        )
        typer.echo(
            "from a list this short, --temperature 0.6 gives names that are much less odd than 1",
            err=True,
        )
