"""`namewright generate`: its options are the fields of `Sampling`."""

import inspect
import sys
from collections.abc import Iterable
from typing import Annotated, Any

import typer

from namewright.cli.options import ModelName, ModelsDir, open_model
from namewright.errors import ParameterError
from namewright.parameters import RULES, SAMPLER, Rule, Sampling

CHUNK = 10_000
"""Names made between two writes to standard output."""

LONG_WORK = 1_000_000
"""A terminal shows progress if there are this many names or more."""


def generate(model: ModelName = None, models_dir: ModelsDir = None, **parameters: Any) -> None:
    """Invent names: one name per line on standard output.

    On standard error: the seed, the sampler, and the model with its digest, which with the
    options give the same names again. The names of a seed do not depend on -n, and --offset 40
    skips the first 40.
    """
    sampling = Sampling(**parameters).seeded()
    if sampling.n < 1:
        raise ParameterError("n", "should be 1 or more")
    opened = open_model(model, models_dir)
    accept = opened.acceptance(sampling)
    for first in progress(range(0, sampling.n, CHUNK), sampling.n):
        part = sampling.part(first, min(CHUNK, sampling.n - first))
        names = opened.draw(part, None, accept)
        if first == 0:
            digest = opened.digest[:12]
            typer.echo(
                f"seed {sampling.seed}, sampler {SAMPLER}, model {opened.name}, digest {digest}",
                err=True,
            )
        typer.echo("\n".join(names))


def progress(steps: Iterable[int], n: int) -> Iterable[int]:
    """The steps, with a bar where they take long and somebody may be looking."""
    if n >= LONG_WORK and sys.stderr.isatty() and not sys.stdout.isatty():
        from rich.console import Console  # noqa: PLC0415 - a bar that is not shown need not load
        from rich.progress import track  # noqa: PLC0415

        return track(steps, "names", console=Console(stderr=True))
    return steps


def option(name: str, rule: Rule) -> Any:
    """A parameter as an option of a command."""
    kind: Any = rule.kind if rule.default is not None else rule.kind | None
    if rule.kind is tuple:
        kind = list[str]
    flags = ["-n"] if name == "n" else []
    # The range is for `Sampling` to check: one rule, said in one way.
    range_ = rule.range() and f" [{'1 or more' if name == 'n' else rule.range()}]"
    metavar = "TEXT" if kind == list[str] else None
    return Annotated[kind, typer.Option(*flags, help=rule.meaning + range_, metavar=metavar)]


KEYWORD = inspect.Parameter.KEYWORD_ONLY
OPTIONS = {name: option(name, rule) for name, rule in RULES.items()}
generate.__annotations__ |= OPTIONS
generate.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
    [
        *(
            inspect.Parameter(name, KEYWORD, default=RULES[name].default, annotation=annotation)
            for name, annotation in OPTIONS.items()
        ),
        inspect.Parameter("model", KEYWORD, default=None, annotation=ModelName),
        inspect.Parameter("models_dir", KEYWORD, default=None, annotation=ModelsDir),
    ]
)
