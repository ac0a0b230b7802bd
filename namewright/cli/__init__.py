"""The `namewright` command.

    namewright generate -n 5 --seed 42
    namewright score emma xqzt
    namewright serve

Exit codes: 0 done; 1 no name found, a name that could not be scored, or output that could not be
written; 2 a parameter or option that is not valid; 3 a checkpoint that does not load, or a port
that is taken.
"""

import gc
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from pydantic import ValidationError

from app import __version__
from app.encoding import encode_scores
from namewright import (
    Model,
    NamewrightError,
    Registry,
    Score,
    UnscorableError,
    check_default,
    find_checkpoints,
    load_model,
    load_models,
)
from namewright.alphabet import MAX_LENGTH
from namewright.errors import CheckpointError, ExhaustedError, ModelNotFoundError, ParameterError
from namewright.sampling import MAX_TEMPERATURE, SEEDS, new_seed
from app.schemas import ModelsResponse
from app.settings import Settings

CHUNK = 10_000
"""Names made between two writes to standard output."""

LONG_WORK = 1_000_000
"""From so many names on, a terminal shows progress."""

app = typer.Typer(
    rich_markup_mode="markdown",  # a paragraph is one, however its source is broken
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

ModelName = Annotated[
    str | None, typer.Option("--model", "-m", help="Which model; see: namewright models.")
]
ModelsDir = Annotated[Path | None, typer.Option("--models-dir", help="The folder of checkpoints.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, as the service answers it.")]


def read_settings(models_dir: Path | None) -> Settings:
    """The settings of the environment, and over them what an option says."""
    return Settings() if models_dir is None else Settings(models_dir=models_dir)


def open_model(name: str | None, models_dir: Path | None) -> Model:
    """One model, without loading the others."""
    settings = read_settings(models_dir)
    paths = find_checkpoints(settings.models_dir)
    if not paths:
        raise CheckpointError(settings.models_dir, "there are no checkpoints in this folder")
    if name is None:
        name = settings.default_model
        check_default(settings.models_dir, name, paths)
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
    opened = open_model(model, models_dir)
    seed = new_seed() if seed is None else seed
    firsts = range(0, n, CHUNK)
    if n >= LONG_WORK and sys.stderr.isatty() and not sys.stdout.isatty():
        from rich.console import Console  # noqa: PLC0415 - a bar that is not shown need not load
        from rich.progress import track  # noqa: PLC0415

        steps: Iterable[int] = track(firsts, "names", console=Console(stderr=True))
    else:
        steps = firsts
    for first in steps:
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
        if first == 0:
            typer.echo(f"seed {seed}", err=True)
        typer.echo("\n".join(names))


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
    """Say how plausible names are: 0.5 is as typical as the median real name.

    A name that begins with a dash comes after --.
    """
    if characters and not as_json:
        raise typer.BadParameter("needs --json", param_hint="--characters")
    opened = open_model(model, models_dir)
    if "-" in names:
        at = names.index("-")
        names[at : at + 1] = read_lines()
    results = opened.score(names)
    if as_json:
        typer.echo(encode_scores(opened, results, characters))
    else:
        scores = [result for result in results if isinstance(result, Score)]
        width = max([4, *(len(found.name) for found in scores)])
        typer.echo(f"{'name':{width}}  plausibility  perplexity  log-likelihood  known")
        for found in scores:
            typer.echo(
                f"{found.name:{width}}  {found.plausibility:12.3f}  {found.perplexity:10.2f}  "
                f"{found.log_likelihood:14.2f}  {'yes' if found.known else 'no'}"
            )
        for name, result in zip(names, results, strict=True):
            if isinstance(result, UnscorableError):
                typer.echo(f"error: {name[:MAX_LENGTH]!r}: {result}", err=True)
    if not all(isinstance(result, Score) for result in results):
        raise typer.Exit(1)


def read_lines() -> list[str]:
    """The names on standard input, a line each; blank lines are none.

    Raises UnicodeDecodeError.
    """
    text = sys.stdin.buffer.read().decode("utf-8-sig")
    return [line for line in text.split("\n") if line.strip()]


@app.command()
def models(as_json: AsJson = False, models_dir: ModelsDir = None) -> None:
    """List the models: how large each is, and its loss in nats a prediction (less is better)."""
    settings = read_settings(models_dir)
    registry = Registry(load_models(settings.models_dir), settings.default_model)
    if as_json:
        typer.echo(ModelsResponse.of(registry).model_dump_json())
        return
    width = max([4, *map(len, registry.models)])
    typer.echo(f"{'name':{width}}  parameters  states  validation    test  digest")
    for model in registry.models.values():
        checkpoint = model.checkpoint
        typer.echo(
            f"{model.name:{width}}  {model.parameters:10,}  {model.automaton.states:6,}  "
            f"{checkpoint.metrics['validation']:10.4f}  {checkpoint.metrics['test']:6.4f}  "
            f"{checkpoint.digest[:12]}"
        )


@app.command()
def serve(
    host: Annotated[
        str | None,
        typer.Option(help="The address to listen on."),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=65535,
            help="The port; 0 for any free.",
        ),
    ] = None,
    access_log: Annotated[
        bool | None,
        typer.Option(help="Whether to log a line a request."),
    ] = None,
    models_dir: ModelsDir = None,
) -> None:
    """Serve names and scores over HTTP, until interrupted.

    What no option says is read from the environment: NAMEWRIGHT_HOST (127.0.0.1 where that is not
    set), NAMEWRIGHT_PORT (8000), NAMEWRIGHT_ACCESS_LOG (true), NAMEWRIGHT_MODELS_DIR (models) and
    NAMEWRIGHT_DEFAULT_MODEL (gru).
    """
    import uvicorn  # noqa: PLC0415 - the other commands start without a web framework

    from app.main import create_app  # noqa: PLC0415

    settings = read_settings(models_dir)
    application = create_app(settings)
    gc.freeze()  # what stands now, stands until the end
    gc.enable()
    uvicorn.run(
        application,
        host=settings.host if host is None else host,
        port=settings.port if port is None else port,
        access_log=settings.access_log if access_log is None else access_log,
    )


@app.callback(invoke_without_command=True)
def namewright(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Invent names, and say how plausible a name is.

    Try: namewright generate -n 5 --seed 42

    What no option says is read from the environment: NAMEWRIGHT_MODELS_DIR (models where that is
    not set) and NAMEWRIGHT_DEFAULT_MODEL (gru).
    """
    if version:
        typer.echo(f"namewright {__version__}")


def main() -> None:
    """Run the command line. An error is one line on standard error, and an exit code."""
    try:
        app(prog_name="namewright")
    except ParameterError as error:
        fail(f"--{error.parameter.replace('_', '-')}: {error.detail}", 2)
    except NamewrightError as error:
        fail(error, {CheckpointError: 3, ExhaustedError: 1}.get(type(error), 2))
    except ValidationError as error:
        fault = error.errors()[0]
        fail(f"NAMEWRIGHT_{str(fault['loc'][0]).upper()}: {fault['msg']}", 2)
    except UnicodeDecodeError as error:
        fail(f"standard input is not UTF-8: byte {error.start}", 2)
    except OSError as error:
        fail(error.strerror, 1)


def fail(message: object, code: int) -> NoReturn:
    """End with one line and an exit code."""
    typer.echo(f"error: {message}", err=True)
    sys.exit(code)
