"""`python -m training sweep`."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from optuna.trial import FrozenTrial
from rich import box
from rich.console import Console
from rich.table import Table

from training.cli.failing import INTERRUPTED, failing_clearly
from training.cli.options import DEFAULT_DATA, Data, How, Seed
from training.cli.progress import progress_bar
from training.data import DataError, read_dataset
from training.models import NETWORKS, Network
from training.sweep import best_trials, chosen, finished, open_study, other_trials, run_trial

SHOWN = 5


def sweep(
    architecture: Annotated[
        str, typer.Argument(help=f"One of: {', '.join(NETWORKS)}.", show_default=False)
    ],
    trials: Annotated[
        int, typer.Option(min=1, help="How many in all, those of earlier runs counted.")
    ] = 20,
    steps: Annotated[
        int | None, typer.Option(min=1, help="Of each trial; by default the architecture's own.")
    ] = None,
    storage: Annotated[
        Path, typer.Option(help="The SQLite file; with one that is there, goes on.")
    ] = Path("sweep.sqlite3"),
    data: Data = DEFAULT_DATA,
    how: How = "hash",
    seed: Seed = 0,
) -> None:
    """Search for the hyperparameters with the lowest validation loss; say how to train with them.

    Embedding, hidden size, context and dropout, where the architecture has them, learning rate
    and weight decay. It may be interrupted, and the same command goes on where it was.
    """
    kind = NETWORKS.get(architecture)
    if kind is None:
        raise typer.BadParameter(
            f"there is no such network; there are: {', '.join(NETWORKS)}",
            param_hint="ARCHITECTURE",
        )
    with failing_clearly():
        if not storage.parent.is_dir():
            raise DataError(f"{storage.parent}: there is no such directory")
        dataset = read_dataset(data, how)
        recipe = replace(kind.recipe, seed=seed)
        if steps is not None:
            recipe = replace(recipe, steps=steps, check_every=min(recipe.check_every, steps))
        study = open_study(kind, dataset, recipe, storage)
        others = other_trials(study, storage)
        if others and not finished(study):
            typer.echo(
                f"a new search: the {others} trials in {storage} are of other options", err=True
            )
        interrupted = False
        with progress_bar() as progress:
            total = max(trials, len(finished(study)))
            whole = progress.add_task(f"{architecture} trials", total=total)
            one = progress.add_task("this trial", total=recipe.steps, visible=total == trials)
            progress.update(whole, completed=len(finished(study)))
            try:
                while len(finished(study)) < trials:
                    run_trial(
                        study,
                        kind,
                        dataset,
                        recipe,
                        lambda study, step, history: progress.update(one, completed=step),
                    )
                    best = best_trials(study)
                    if best:
                        text = f"{architecture} trials, best {best[0].value:.4f}"
                        progress.update(whole, description=text)
                    progress.update(whole, completed=len(finished(study)))
            except KeyboardInterrupt:
                interrupted = True
    ended = best_trials(study)
    show(kind, ended, len(finished(study)))
    if ended:
        options = " ".join(
            f"--{name.replace('_', '-')} {value!r}"
            for name, value in chosen(kind, ended[0]).items()
        )
        typer.echo(
            f"python -m training train {architecture} --steps {recipe.steps} {options} "
            f"--data {data} --split {how} --output {architecture}.safetensors"
        )
    if interrupted:
        typer.echo(
            f"interrupted: the trials so far are in {storage}; the same command goes on", err=True
        )
        raise typer.Exit(INTERRUPTED)


def show(kind: type[Network], ended: Sequence[FrozenTrial], count: int) -> None:
    """The best trials, in a table."""
    stopped = f" ({count - len(ended)} stopped early)" if len(ended) < count else ""
    table = Table("validation", box=box.MARKDOWN, title=f"the best of {count} trials{stopped}")
    if not ended:
        return
    for name in ended[0].params:
        table.add_column(name.replace("_", " "), justify="right")
    for trial in ended[:SHOWN]:
        table.add_row(
            f"{trial.value:.4f}", *(f"{value:.4g}" for value in chosen(kind, trial).values())
        )
    Console().print(table)
