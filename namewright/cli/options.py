"""The options that commands share."""

from pathlib import Path
from typing import Annotated

import typer

from namewright.joined import JOINS, AnyModel, JoinedModel
from namewright.model import read_model
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


HINT = (
    "a model of your own is named as its file is, without folder and .safetensors, and the folder "
    "by --models-dir or NAMEWRIGHT_MODELS_DIR"
)
"""How a model is found that is not."""


def sources(models_dir: list[Path] | None) -> Sources:
    """Where models are: as the environment says, but in the folders of an option if it is given."""
    return Sources.from_environment().with_folders(models_dir or ())


def short(digest: str) -> str:
    """The beginning of a digest; of joined ones, of each."""
    return JOINS.join(part[:12] for part in digest.split(JOINS))


def open_model(name: str | None, models_dir: list[Path] | None) -> AnyModel:
    """One model, or the several of a name such as girls+surnames, without reading the others."""
    there = sources(models_dir)
    parts = [name] if name is None else name.split(JOINS)
    models = tuple(read_model(there.path_of(part, HINT)) for part in parts)
    return models[0] if len(models) == 1 else JoinedModel(models)
