"""The options that commands share, and those that are made from a dataclass's fields."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from training.data import SplitName, Weights
from training.options import Option, options_of

DEFAULT_DATA = Path("data/names.txt")

SPLIT = (
    "How the list is divided: hash, for honest figures; lecture or makemore, to compare "
    "with the makemore lectures or with makemore.py."
)

Data = Annotated[Path, typer.Option("--data", help="The names: UTF-8, one name per line.")]
How = Annotated[SplitName, typer.Option("--split", help=SPLIT)]
Weigh = Annotated[
    Weights,
    typer.Option(
        "--weights",
        help="How much more a name weighs that was given often, in a list with counts: none; log, "
        "one more each time the count is doubled; count, in proportion.",
    ),
]
Output = Annotated[
    Path, typer.Option("--output", "-o", help="The checkpoint to write, NAME.safetensors.")
]
Force = Annotated[
    bool, typer.Option("--force", help="Write over a checkpoint that is there already.")
]
Seed = Annotated[int, typer.Option(min=0, max=2**63 - 1, help="Same seed, same bytes.")]
Resume = Annotated[
    bool,
    typer.Option("--resume", help="Go on with a training that was interrupted."),
]


def made_from(dataclass_type: Any) -> dict[str, Any]:
    """The annotation of each option of a dataclass: its type, its range and its help."""
    return {name: annotated(option) for name, option in options_of(dataclass_type).items()}


def annotated(option: Option) -> Any:
    """An option as Typer has it."""
    kind: Any = Literal[option.choices] if option.choices else option.kind
    if option.choices:
        return Annotated[kind, typer.Option(help=option.help)]
    return Annotated[kind, typer.Option(min=option.least, max=option.most, help=option.help)]
