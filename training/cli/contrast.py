"""`python -m training contrast`."""

import time
from pathlib import Path
from typing import Annotated

import typer

from training.checkpoints import load_any
from training.cli.compile import dataset_for
from training.cli.failing import failing_clearly
from training.cli.options import DEFAULT_DATA, Data, Output, Seed
from training.cli.progress import progress_bar
from training.cli.train import finish
from training.contrast import ContrastOptions, check_pair, contrast
from training.name_list import DataError
from training.output import check_not_among, check_output

DEFAULTS = ContrastOptions()


def contrast_checkpoint(
    checkpoint: Annotated[
        Path, typer.Argument(metavar="MODEL", help="NAME.safetensors, a compiled model.")
    ],
    other: Annotated[
        Path,
        typer.Argument(metavar="OTHER", help="NAME.safetensors, what it is to be told apart from."),
    ],
    output: Output,
    names: Annotated[
        int,
        typer.Option(min=1000, max=10**8, help="How many of its names to draw, and to judge."),
    ] = DEFAULTS.names,
    data: Data = DEFAULT_DATA,
    seed: Seed = DEFAULTS.seed,
) -> None:
    """Make rare in a compiled model the names that another finds likelier.

    A model of girls' names makes some that a model of boys' names finds likelier. MODEL is
    conditioned on those that it finds likelier than OTHER does, and stays an automaton of the same
    states. Both have to be compiled, and of different lists; DATA is the list of MODEL.
    """
    with failing_clearly():
        check_output(output)
        check_not_among(output, (checkpoint, other), "one of the two that are compared")
        plain, rival = load_any(checkpoint), load_any(other)
        try:
            check_pair(plain, rival, (str(checkpoint), str(other)))
        except ValueError as error:
            raise DataError(str(error)) from error
        dataset = dataset_for([plain], [checkpoint], data)
        started = time.perf_counter()
        options = ContrastOptions(names=names, seed=seed)
        with progress_bar() as progress:
            task = progress.add_task(f"judging {checkpoint.stem}", total=names)
            made, share = contrast(
                plain,
                rival,
                dataset,
                options,
                lambda done: progress.update(task, completed=int(done * names)),
            )
        lost = made.metrics["validation"] - plain.metrics["validation"]
        compared = f"{abs(lost):.4f} {'over' if lost >= 0 else 'under'} {checkpoint.stem}"
        finish(made, dataset, output, f"{share:.1%} of its names kept, {compared}", started)
