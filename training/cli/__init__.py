"""`python -m training`: names in, checkpoints out.

torch, and what else takes long to import, is imported within the commands: so that help, and what
is wrong with an option, do not wait for it.
"""

import typer

from namewright.command_line import Command
from training.cli import compile, contrast, detect, evaluate, prepare, report, train  # noqa: A004
from training.cli.choices import Commands

app = typer.Typer(
    help="Learn from a list of names: names in, a checkpoint out.\n\n"
    "Begin with: mkdir -p mine && "
    "python -m training train ngram --data data/names.txt --output mine/names.safetensors",
    cls=Commands,
    rich_markup_mode="markdown",  # a paragraph is one, however its source is broken
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command(cls=Command)(prepare.prepare)
app.add_typer(train.app, name="train")
app.command("compile", cls=Command)(compile.compile_checkpoint)
app.command("contrast", cls=Command)(contrast.contrast_checkpoint)
app.command(cls=Command)(evaluate.evaluate)
app.command("detect", cls=Command)(detect.detect_non_names)
app.command(cls=Command)(report.report)


@app.command("sweep", cls=Command)
def _sweep() -> None:
    """Search for the hyperparameters with the lowest validation loss."""


def main() -> None:
    """Run the command line."""
    app(prog_name="python -m training")
