"""`python -m training compile`."""

import time
from collections.abc import Sequence
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
from training.data import Dataset, read_dataset
from training.name_list import DataError, digest
from training.output import check_not_among, check_output

DEFAULTS = CompileOptions()


def compile_checkpoint(
    checkpoints: Annotated[
        list[Path],
        typer.Argument(
            metavar="TEACHER...",
            help="NAME.safetensors; of several, the mean of their predictions is compiled.",
        ),
    ],
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
    """Turn trained models, networks of any size, into one automaton that the service loads.

    The automaton predicts what the teacher would, from as many of the latest characters as help
    most: contexts are chosen by the loss that each one saves. Several teachers of one list are
    compiled as their mean, each with the weight that suits the validation part best. An n-gram
    compiles exactly, where the states suffice.
    """
    with failing_clearly():
        check_output(output)
        check_not_among(output, checkpoints, "a teacher")
        teachers = load_teachers(checkpoints)
        check_states(states, teachers[0].alphabet)
        dataset = dataset_for(teachers, checkpoints, data)
        started = time.perf_counter()
        options = CompileOptions(states=states, names=names, longest=longest, seed=seed)
        with progress_bar() as progress:
            asked = ", ".join(path.stem for path in checkpoints)
            task = progress.add_task(f"asking {asked}", total=names)
            made = compile_model(
                teachers,
                dataset,
                options,
                lambda done: progress.update(task, completed=int(done * names)),
            )
            progress.update(task, completed=names)
        sizes = made.hyperparameters
        lost = made.metrics["validation"] - made.metrics["teacher"]["validation"]
        noun = "the teacher" if len(teachers) == 1 else "the mean of the teachers"
        compared = f"{abs(lost):.4f} {'over' if lost >= 0 else 'under'} {noun}"
        finish(made, dataset, output, f"{sizes['states']:,} states, {compared}", started)
        if sizes.get("names", names) < names:
            typer.echo(f"from {sizes['names']:,} names; more would not fit in memory", err=True)
        if len(teachers) == 1 and is_served(teachers[0]):
            typer.echo(f"{checkpoints[0]} could have been served as it is", err=True)


def load_teachers(paths: Sequence[Path]) -> list[Checkpoint]:
    """The teachers' checkpoints. Raises DataError for those that cannot be compiled together."""
    teachers: list[Checkpoint] = []
    for path in paths:
        teacher = load_any(path)
        if teacher.architecture == "automaton":
            raise DataError(f"{path}: is compiled already; give the teachers it came from")
        if teachers and teacher.data != teachers[0].data:
            raise DataError(f"{path} and {paths[0]} did not learn from one list, divided alike")
        if any(teacher.digest == other.digest for other in teachers):
            raise DataError(f"{path} is the same as another teacher; give each once")
        teachers.append(teacher)
    return teachers


def dataset_for(teachers: Sequence[Checkpoint], paths: Sequence[Path], data: Path) -> Dataset:
    """The names that teachers learned from, divided as they were. Raises DataError for others."""
    wanted = teachers[0].data
    if digest(data) != wanted.get("sha256"):
        raise DataError(
            f"{paths[0]} learned from another list than {data}; "
            f"give it {wanted.get('file')} with --data"
        )
    return read_dataset(data, wanted["split"], wanted.get("weights", "none"))
