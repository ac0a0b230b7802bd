"""`python -m training compile`."""

import time
from pathlib import Path
from typing import Annotated

import typer

from namewright.alphabet import MAX_LENGTH
from namewright.checkpoint import Checkpoint
from training.checkpoints import is_served, load_any
from training.cli.failing import failing_clearly
from training.cli.options import DEFAULT_DATA, Data, Output, Seed
from training.cli.progress import progress_bar
from training.cli.train import finish
from training.compile import CompileOptions, check_states, compile_model
from training.data import DataError, Dataset, digest, read_dataset
from training.output import check_output

DEFAULTS = CompileOptions()


def compile_checkpoint(
    checkpoint: Annotated[Path, typer.Argument(help="The teacher, NAME.safetensors.")],
    output: Output,
    states: Annotated[
        int, typer.Option(min=1, max=2**24, help="The most states the automaton may have.")
    ] = DEFAULTS.states,
    names: Annotated[
        int,
        typer.Option(
            min=1000, max=10**8, help="How many of its names to learn from, where memory suffices."
        ),
    ] = DEFAULTS.names,
    longest: Annotated[
        int,
        typer.Option(min=1, max=MAX_LENGTH + 1, help="The most characters that a state remembers."),
    ] = DEFAULTS.longest,
    data: Data = DEFAULT_DATA,
    seed: Seed = DEFAULTS.seed,
) -> None:
    """Turn a trained model, a network of any size, into an automaton that the service loads.

    The automaton predicts what the teacher would, from as many of the latest characters as
    help most: contexts are chosen by the loss that each one saves. An n-gram compiles exactly,
    where the states suffice.
    """
    with failing_clearly():
        check_output(output)
        if output.exists() and checkpoint.exists() and output.samefile(checkpoint):
            raise DataError(f"{output}: is the teacher; give what is compiled another name")
        teacher = load_any(checkpoint)
        if teacher.architecture == "automaton":
            raise DataError(f"{checkpoint}: is compiled already; give the teacher it came from")
        check_states(states, teacher.alphabet)
        dataset = dataset_for(teacher, checkpoint, data)
        started = time.perf_counter()
        options = CompileOptions(states=states, names=names, longest=longest, seed=seed)
        with progress_bar() as progress:
            task = progress.add_task(f"asking {checkpoint.stem}", total=names)
            made = compile_model(
                teacher,
                dataset,
                options,
                lambda done: progress.update(task, completed=int(done * names)),
            )
            progress.update(task, completed=names)
        sizes = made.hyperparameters
        lost = made.metrics["validation"] - teacher.metrics["validation"]
        compared = f"{abs(lost):.4f} {'over' if lost >= 0 else 'under'} the teacher"
        finish(made, dataset, output, f"{sizes['states']:,} states, {compared}", started)
        if sizes.get("names", names) < names:
            typer.echo(f"from {sizes['names']:,} names; more would not fit in memory", err=True)
        if is_served(teacher):
            typer.echo(f"{checkpoint} could have been served as it is", err=True)


def dataset_for(teacher: Checkpoint, path: Path, data: Path) -> Dataset:
    """The names that a teacher learned from, divided as they were. Raises DataError for others."""
    wanted = teacher.data
    if digest(data) != wanted.get("sha256"):
        raise DataError(
            f"{path} learned from another list than {data}; "
            f"give it {wanted.get('file')} with --data"
        )
    return read_dataset(data, wanted["split"])
