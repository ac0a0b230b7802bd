"""`python -m training`: names in, checkpoints out."""

import typer

from training.cli import compile, evaluate, prepare, report, sweep, train  # noqa: A004
from training.cli.choices import Commands, Options

app = typer.Typer(
    help="Learn from a list of names: names in, a checkpoint out.\n\n"
    "Begin with: python -m training train mlp --data names.txt --output mine.safetensors",
    cls=Commands,
    rich_markup_mode="markdown",  # a paragraph is one, however its source is broken
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command(cls=Options)(prepare.prepare)
app.add_typer(train.app, name="train")
app.command("compile", cls=Options)(compile.compile_checkpoint)
app.command(cls=Options)(evaluate.evaluate)
app.command(cls=Options)(report.report)
app.command(cls=Options)(sweep.sweep)


def main() -> None:
    """Run the command line."""
    app(prog_name="python -m training")
