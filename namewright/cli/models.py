"""`namewright models`."""

import json

import typer

from namewright.cli.options import AsJson, ModelsDir, short, sources
from namewright.errors import CheckpointError
from namewright.kernel import KERNEL
from namewright.model import Model, read_model


def models(as_json: AsJson = False, models_dir: ModelsDir = None) -> None:
    """List the models: how large each is, and its loss in nats per prediction (less is better).

    A file that does not load is said on standard error, the others are listed, and the exit code
    is 3.
    """
    there = sources(models_dir)
    loaded: list[Model] = []
    faults: list[CheckpointError] = []
    for path in there.paths().values():
        try:
            loaded.append(read_model(path))
        except CheckpointError as error:
            faults.append(error)
    if as_json:
        described = [{**each.describe(), "default": each.name == there.default} for each in loaded]
        typer.echo(json.dumps({"default": there.default, "kernel": KERNEL, "models": described}))
    else:
        show(loaded)
    for fault in faults:
        typer.echo(f"error: {fault}", err=True)
    if faults:
        raise typer.Exit(3)


def show(loaded: list[Model]) -> None:
    """A table: a row for each model."""
    width = max([4, *(len(model.name) for model in loaded)])
    typer.echo(f"{'name':{width}}  parameters  states  validation    test  digest")
    for model in loaded:
        losses = model.checkpoint.metrics
        typer.echo(
            f"{model.name:{width}}  {model.parameters:10,}  {model.automaton.states:6,}  "
            f"{losses['validation']:10.4f}  {losses['test']:6.4f}  {short(model.digest)}"
        )
