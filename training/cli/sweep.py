"""`python -m training sweep`."""

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

import optuna
import typer
from optuna.trial import FrozenTrial
from rich import box
from rich.console import Console
from rich.progress import Progress, TaskID
from rich.table import Table

from training.cli.failing import INTERRUPTED, failing_clearly
from training.cli.options import DEFAULT_DATA, Data, How, Seed
from training.cli.progress import progress_bar
from training.data import read_dataset
from training.models import NETWORKS, Network
from training.place import find_place
from training.sweep import Search, chosen, open_search, run_trial
from training.trials import Turn, best_trials, finished, running

SHOWN = 5
POLL_SECONDS = 1.0


def sweep(
    architecture: Annotated[
        str, typer.Argument(help=f"One of: {', '.join(NETWORKS)}.", show_default=False)
    ],
    trials: Annotated[
        int,
        typer.Option(
            min=1, help="How many in all: those of earlier runs and of other workers counted."
        ),
    ] = 20,
    steps: Annotated[
        int | None, typer.Option(min=1, help="Of each trial; by default the architecture's own.")
    ] = None,
    storage: Annotated[
        str,
        typer.Option(
            help="Where the trials are kept: a SQLite file; a journal, NAME.journal; or a URL, as "
            "postgresql://HOST/NAME. With one that has them already, goes on."
        ),
    ] = "sweep.sqlite3",
    study: Annotated[
        str | None,
        typer.Option(
            help="The name of the search in the storage; by default made of what is searched, so "
            "that the same options are the same search.",
            show_default=False,
        ),
    ] = None,
    heartbeat: Annotated[
        int,
        typer.Option(
            min=1,
            help="Seconds between two signs of life of a worker, the same for all of a search. "
            "After twice as long without, it is dead, and another takes its trial up.",
        ),
    ] = 30,
    data: Data = DEFAULT_DATA,
    how: How = "hash",
    seed: Seed = 0,
) -> None:
    """Search for the hyperparameters with the lowest validation loss; say how to train with them.

    Those of the architecture that a search tries, learning rate and weight decay. It may be
    interrupted, and the same command goes on where it was.

    Started several times, on one machine or on many, the same command is as many workers of one
    search. They share its trials, and each of them ends with the same result.
    """
    kind = NETWORKS.get(architecture)
    if kind is None:
        raise typer.BadParameter(
            f"there is no such network; there are: {', '.join(NETWORKS)}",
            param_hint="ARCHITECTURE",
        )
    with failing_clearly():
        place = find_place(storage)
        dataset = read_dataset(data, how)
        recipe = replace(kind.recipe, seed=seed)
        if steps is not None:
            recipe = replace(recipe, steps=steps, check_every=min(recipe.check_every, steps))
        search = open_search(kind, dataset, recipe, place, trials, heartbeat, study)
        with place.failing_clearly():
            greet(search, place.shown)
            interrupted = not run(search)
            ended, count = best_trials(search.study), len(finished(search.study))
    show(kind, ended, count)
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
            f"interrupted: the trials so far are in {place.shown}; the same command goes on",
            err=True,
        )
        raise typer.Exit(INTERRUPTED)


def greet(search: Search, shown: str) -> None:
    """Say whether a search is new among others, or who is at it."""
    study = search.study
    trials = study.get_trials(deepcopy=False)
    at_it = running(study)
    others = len(optuna.get_all_study_names(study._storage)) - 1
    if others and not trials:
        typer.echo(f"a new search: the {others} in {shown} are of other options", err=True)
    elif at_it:
        text = f"{len(finished(study))} trials done, and workers at {len(at_it)} more"
        if search.share.grace is None:
            text += "; a journal does not say whether they are alive"
        typer.echo(text, err=True)


def run(search: Search) -> bool:
    """Run trials until the budget is used up; False if it was interrupted."""
    share, study, name = search.share, search.study, search.kind.architecture
    with progress_bar() as progress:
        whole = progress.add_task(f"{name} trials", total=share.budget)
        one = progress.add_task("this trial", total=search.recipe.steps)
        try:
            while True:
                turn = share.turn()
                count(progress, whole, study, name)
                if turn is Turn.DONE:
                    progress.update(one, visible=False)
                    return True
                if turn is Turn.WAIT:
                    text = f"waiting for {len(running(study))} trials of other workers"
                    progress.update(one, description=text, completed=0)
                    time.sleep(POLL_SECONDS)
                elif not run_trial(
                    search,
                    lambda number, drawn_as: start(progress, one, number, drawn_as),
                    lambda step: progress.update(one, completed=step),
                ):
                    progress.console.print(
                        "a trial is another worker's: this one gave no sign of life for "
                        f"{share.grace:.0f} seconds"
                    )
        except KeyboardInterrupt:
            return False


def count(progress: Progress, whole: TaskID, study: optuna.Study, name: str) -> None:
    """Show how many trials there are, of all workers, and the best of them."""
    best = best_trials(study)
    text = f"{name} trials, best {best[0].value:.4f}" if best else f"{name} trials"
    done = len(finished(study))
    total = max(done, int(progress.tasks[whole].total or 0))
    progress.update(whole, description=text, completed=done, total=total)


def start(progress: Progress, one: TaskID, number: int, drawn_as: int) -> None:
    """Show which trial is this worker's."""
    progress.update(one, description=f"trial {number}", completed=0)
    if number != drawn_as:
        progress.console.print(
            f"trial {number} takes up trial {drawn_as}, whose worker was interrupted or died"
        )


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
