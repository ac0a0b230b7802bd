"""The options that commands share."""

from pathlib import Path
from typing import Annotated

import typer

from namewright.model import Model, read_model
from namewright.registry import Sources

ModelName = Annotated[
    str | None, typer.Option("--model", "-m", help="Which model; see: namewright models.")
]
ModelsDir = Annotated[
    list[Path] | None,
    typer.Option(
        "--models-dir",
        metavar="FOLDER",
        help="A folder with checkpoints of your own; repeat for more.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, as the service answers it.")]


def sources(models_dir: list[Path] | None) -> Sources:
    """Where models are: as the environment says, but in the folders of an option if it is given."""
    return Sources.from_environment().with_folders(models_dir or ())


def open_model(name: str | None, models_dir: list[Path] | None) -> Model:
    """One model, without reading the others."""
    return read_model(sources(models_dir).path_of(name))
