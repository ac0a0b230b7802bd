"""The options that commands share, and what a network's hyperparameters are on a command line."""

from pathlib import Path
from typing import Annotated, Any

import typer

from training.data import SplitName
from training.recipe import Schedule

DEFAULT_DATA = Path("data/names.txt")

SPLIT = (
    "How the list is divided: hash, for honest figures; lecture or makemore, to compare "
    "with the makemore lectures or with makemore.py."
)

Data = Annotated[Path, typer.Option("--data", help="The names: UTF-8, a name a line.")]
How = Annotated[SplitName, typer.Option("--split", help=SPLIT)]
Output = Annotated[
    Path, typer.Option("--output", "-o", help="The checkpoint to write, NAME.safetensors.")
]
Seed = Annotated[int, typer.Option(min=0, max=2**63 - 1, help="Same seed, same bytes.")]
Steps = Annotated[int, typer.Option(min=1, help="Mini-batches to train on.")]


def whole(text: str, least: int = 1, most: int = 65_536) -> Any:
    """The type of an option that counts something."""
    return Annotated[int, typer.Option(min=least, max=most, help=text)]


HYPERPARAMETERS: dict[str, Any] = {
    "context": whole("Characters it sees.", most=31),
    "embedding": whole("Numbers that stand for a character."),
    "hidden": whole("Units of a hidden layer."),
    "layers": whole("Hidden layers.", most=64),
    "heads": whole("Attention heads a layer.", most=256),
    "dropout": Annotated[
        float, typer.Option(min=0, max=0.95, help="Share of units left out at each step.")
    ],
}
"""By name, the same in every architecture that has it."""

RECIPE: dict[str, Any] = {
    "steps": Steps,
    "batch_size": whole("Names a mini-batch.", most=2**20),
    "learning_rate": Annotated[float, typer.Option(min=0, help="At its peak, after the warm-up.")],
    "warmup": whole("Steps in which the rate rises, at most a third.", least=0, most=2**31),
    "schedule": Annotated[
        Schedule, typer.Option(help="What the rate does after: fall to 0, or stay.")
    ],
    "weight_decay": Annotated[float, typer.Option(min=0, help="AdamW's.")],
    "clip": Annotated[float, typer.Option(min=0, help="The most the gradients' norm may be.")],
    "check_every": whole("Steps between looks at the validation loss.", most=2**31),
    "seed": Seed,
}
"""The fields of a `Recipe`."""
