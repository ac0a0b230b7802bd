"""The `namewright` command.

    namewright generate -n 5 --seed 42
    namewright score emma xqzt
    namewright serve

Exit codes: 0 done; 1 no name found, or a name that could not be scored; 2 a parameter or
option that is not valid; 3 a checkpoint that does not load.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from app.encoding import encode_scores
from app.engine import (
    Model,
    NamewrightError,
    Registry,
    Score,
    find_checkpoints,
    load_model,
    load_registry,
)
from app.engine.alphabet import MAX_LENGTH
from app.engine.errors import CheckpointError, ExhaustedError, ModelNotFoundError
from app.engine.sampling import MAX_TEMPERATURE, SEEDS, new_seed
from app.schemas import ModelsResponse
from app.settings import Settings

CHUNK = 1_000
"""Names made between two writes to standard output."""

LONG_WORK = 10_000
"""From so many names on, a terminal shows progress."""

app = typer.Typer(
    help="Invent names, and say how plausible a name is.\n\n"
    "Try: namewright generate -n 5 --seed 42",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

ModelName = Annotated[
    str | None, typer.Option("--model", "-m", help="Which model; see: namewright models.")
]
ModelsDir = Annotated[Path | None, typer.Option("--models-dir", help="The folder of checkpoints.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, as the service answers it.")]


@contextmanager
def failing_clearly() -> Iterator[None]:
    """An error is one line on standard error, and an exit code."""
    try:
        yield
    except NamewrightError as error:
        typer.echo(f"error: {error}", err=True)
        codes = {CheckpointError: 3, ExhaustedError: 1}
        raise typer.Exit(codes.get(type(error), 2)) from error
    except ValidationError as error:
        for fault in error.errors():
            typer.echo(f"error: NAMEWRIGHT_{fault['loc'][0]!s}: {fault['msg']}".upper(), err=True)
        raise typer.Exit(2) from error


def read_settings(models_dir: Path | None) -> Settings:
    """The settings of the environment, and over them what an option says."""
    return Settings() if models_dir is None else Settings(models_dir=models_dir)


def open_model(name: str | None, models_dir: Path | None) -> Model:
    """One model, without loading the others."""
    settings = read_settings(models_dir)
    paths = find_checkpoints(settings.models_dir)
    name = settings.default_model if name is None else name
    if not paths:
        raise CheckpointError(settings.models_dir, "there are no checkpoints in this folder")
    if name not in paths:
        raise ModelNotFoundError(paths)
    return load_model(paths[name])


@app.command()
def generate(
    n: Annotated[int, typer.Option("-n", min=1, help="How many names.")] = 20,
    model: ModelName = None,
    seed: Annotated[
        int | None, typer.Option(min=0, max=SEEDS - 1, help="The same seed, the same names.")
    ] = None,
    offset: Annotated[int, typer.Option(min=0, help="The index of the first name.")] = 0,
    temperature: Annotated[
        float, typer.Option(min=0, max=MAX_TEMPERATURE, help="Below 1 safer, above 1 wilder.")
    ] = 1.0,
    top_k: Annotated[
        int, typer.Option(min=0, help="Only the so many likeliest characters; 0 for all.")
    ] = 0,
    top_p: Annotated[
        float, typer.Option(max=1, help="Only the likeliest characters that reach this share.")
    ] = 1.0,
    min_length: Annotated[
        int, typer.Option(min=1, max=MAX_LENGTH, help="The fewest characters.")
    ] = 1,
    max_length: Annotated[
        int, typer.Option(min=1, max=MAX_LENGTH, help="The most characters.")
    ] = MAX_LENGTH,
    starts_with: Annotated[str, typer.Option(help="How each name begins.")] = "",
    models_dir: ModelsDir = None,
) -> None:
    """Invent names: a name a line on standard output, the seed on standard error.

    A seed's names do not depend on -n: --offset 40 continues a batch of 40.
    """
    with failing_clearly():
        opened = open_model(model, models_dir)
        seed = new_seed() if seed is None else seed
        typer.echo(f"seed {seed}", err=True)
        hidden = n < LONG_WORK or not sys.stderr.isatty() or sys.stdout.isatty()
        with Progress(console=Console(stderr=True), disable=hidden) as progress:
            task = progress.add_task("names", total=n)
            for first in range(0, n, CHUNK):
                names = opened.sample(
                    min(CHUNK, n - first),
                    seed=seed,
                    offset=offset + first,
                    temperature=temperature,
                    top_k=top_k,
                    top_p=top_p,
                    min_length=min_length,
                    max_length=max_length,
                    starts_with=starts_with,
                )
                typer.echo("\n".join(names))
                progress.advance(task, len(names))


@app.command()
def score(
    names: Annotated[list[str], typer.Argument(help="Names; - reads lines from standard input.")],
    model: ModelName = None,
    characters: Annotated[
        bool, typer.Option("--characters", help="With --json, each prediction's log-probability.")
    ] = False,
    as_json: AsJson = False,
    models_dir: ModelsDir = None,
) -> None:
    """Say how plausible names are: 0.5 is as typical as the median real name."""
    with failing_clearly():
        opened = open_model(model, models_dir)
        if "-" in names:
            at = names.index("-")
            names[at : at + 1] = typer.get_text_stream("stdin").read().splitlines()
        results = opened.score(names)
    if as_json:
        typer.echo(encode_scores(opened, results, characters))
    else:
        table = Table("name", box=None)
        for heading in ("plausibility", "perplexity", "log-likelihood"):
            table.add_column(heading, justify="right")
        table.add_column("known")
        for name, result in zip(names, results, strict=True):
            if isinstance(result, Score):
                table.add_row(
                    Text(result.name),
                    f"{result.plausibility:.3f}",
                    f"{result.perplexity:.2f}",
                    f"{result.log_likelihood:.2f}",
                    "yes" if result.known else "no",
                )
            else:
                table.add_row(Text(name[:MAX_LENGTH]))
                typer.echo(f"error: {name[:MAX_LENGTH]!r}: {result}", err=True)
        Console().print(table)
    if not all(isinstance(result, Score) for result in results):
        raise typer.Exit(1)


@app.command()
def models(as_json: AsJson = False, models_dir: ModelsDir = None) -> None:
    """List the models: how large each is, and its loss in nats a prediction (less is better)."""
    with failing_clearly():
        registry = open_registry(models_dir)
    if as_json:
        typer.echo(ModelsResponse.of(registry).model_dump_json())
        return
    table = Table("name", "architecture", box=None)
    for heading in ("parameters", "states", "validation", "test"):
        table.add_column(heading, justify="right")
    table.add_column("digest")
    for model in registry.models.values():
        checkpoint = model.checkpoint
        table.add_row(
            Text(model.name),
            checkpoint.architecture,
            f"{model.parameters:,}",
            f"{model.automaton.states:,}",
            *(f"{checkpoint.metrics[side]:.4f}" for side in ("validation", "test")),
            checkpoint.digest[:12],
        )
    Console().print(table)


def open_registry(models_dir: Path | None) -> Registry:
    """All the models."""
    settings = read_settings(models_dir)
    return load_registry(settings.models_dir, settings.default_model)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="The port; 0 for any free.")
    ] = None,
    models_dir: ModelsDir = None,
) -> None:
    """Serve names and scores over HTTP, until interrupted."""
    import uvicorn  # noqa: PLC0415 - the other commands start without a web framework

    from app.main import create_app  # noqa: PLC0415

    with failing_clearly():
        settings = read_settings(models_dir)
        application = create_app(settings)
    uvicorn.run(
        application,
        host=settings.host if host is None else host,
        port=settings.port if port is None else port,
    )


def main() -> None:
    """Run the command line."""
    app(prog_name="namewright")
