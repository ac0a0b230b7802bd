"""`namewright generate`: its options are the fields of `Sampling`, and how names are written."""

import inspect
import os
import sys
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import typer

from namewright import __version__
from namewright.budget import Budget
from namewright.cli.options import ModelName, ModelsDir, open_model, short
from namewright.cli.resumable_file import OutputFile, ResumableFile
from namewright.errors import ExhaustedError, ParameterError
from namewright.formats import FORMATS
from namewright.offensive import words
from namewright.parameters import RULES, SAMPLER, Rule, Sampling
from namewright.writers import NameWriter

CHUNK = 40_000
"""Names made at a time."""

LONG_WORK = 1_000_000
"""A terminal shows progress if there are this many names or more."""

T = TypeVar("T")

Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="A file to write, else standard output."),
]
FormatName: Any = Annotated[
    Literal[tuple(FORMATS)],
    typer.Option("--format", help="How names are written; all but text may have scores."),
]
Scores = Annotated[
    bool, typer.Option("--scores", help="Add log-likelihood and plausibility; not as text.")
]
Jobs = Annotated[
    int,
    typer.Option("--jobs", min=0, help="How many cores to use; 0 for all. The names are the same."),
]


def generate(
    model: ModelName = None,
    models_dir: ModelsDir = None,
    output: Output = None,
    format: str = "text",  # noqa: A002 - as the option is called
    scores: Scores = False,
    jobs: Jobs = 0,
    **parameters: Any,
) -> None:
    """Invent names: one name per line on standard output, or in a file.

    On standard error: the seed, the sampler, and the model with its digest, which with the
    options give the same names again. The names of a seed do not depend on -n, and --offset 40
    skips the first 40. A file that was interrupted goes on with the same command and seed.
    """
    if parameters["n"] < 1:
        raise ParameterError("n", "should be 1 or more")
    sampling = Sampling(**parameters).seeded()
    opened = open_model(model, models_dir)
    writer = NameWriter(opened, FORMATS[format], sampling.case, scores=scores)
    digest = short(opened.digest)
    made = f"seed {sampling.seed}, sampler {SAMPLER}, model {opened.name}, digest {digest}"
    batches = Batches(writer, sampling, jobs or os.cpu_count() or 1)
    file = None if output is None else open_output(output, writer, sampling)
    there = file.rows(batches.row) if file is not None and not sampling.unique else 0
    try:
        with closing(batches.rows(there)) as rows:
            first = next(rows, b"")  # what is wrong with the parameters is known now
            if batches.exhausted is not None and not first and not there:
                raise batches.exhausted
            typer.echo(made, err=True)
            with closing(progress(chain([first], rows), there, sampling.n, output)) as shown:
                if file is None:
                    sys.stdout.buffer.writelines(chain([writer.head()], shown))
                else:
                    file.write(shown, there)
    except KeyboardInterrupt:
        if isinstance(file, ResumableFile) and not sampling.unique:
            typer.echo(f"interrupted; the same with --seed {sampling.seed} goes on", err=True)
        raise
    if batches.exhausted is not None:
        raise batches.exhausted


def open_output(path: Path, writer: NameWriter, sampling: Sampling) -> OutputFile:
    """The file that names go to: one that may be gone on with, unless it is a device or a pipe.

    Raises ParameterError for a folder, or a file in a folder that is not there.
    """
    if path.is_dir():
        raise ParameterError("output", f"{path} is a folder; name a file in it")
    if not path.parent.is_dir():
        raise ParameterError(
            "output", f"{path.parent}: there is no such folder to write {path.name} in"
        )
    if path.is_file() or not path.exists():
        return ResumableFile(path, writer.head(), recipe(writer, sampling))
    return OutputFile(path, writer.head())


def recipe(writer: NameWriter, sampling: Sampling) -> dict[str, Any]:
    """All that the rows of a file depend on."""
    return {
        "namewright": __version__,
        "sampler": SAMPLER,
        "model": writer.model.name,
        "digest": writer.model.digest,
        "words": words().digest,
        "format": writer.format.name,
        "columns": writer.columns,
        **asdict(sampling),
    }


class Batches:
    """The rows of a sampling that has a seed, made by one thread or several, in order.

    None is made by the thread that waits for them, which can so be interrupted at any time.
    """

    def __init__(self, writer: NameWriter, sampling: Sampling, jobs: int) -> None:
        self.writer, self.sampling = writer, sampling
        self.accept = writer.model.acceptance(sampling)
        # Which names are unique is known only in their order.
        self.jobs = 1 if sampling.unique or sampling.n <= CHUNK else jobs
        self.exhausted: ExhaustedError | None = None
        self.budgets: set[Budget] = set()
        self.is_over = False

    def rows(self, first: int) -> Generator[bytes, None, None]:
        """Those from the name at `first` on, some at a time, until there are no more.

        To close it ends what is under way.
        """
        starts = range(first, self.sampling.n, CHUNK)
        with ThreadPoolExecutor(self.jobs) as threads:
            try:
                work = in_order(threads, self.batch, starts, 2 * self.jobs)
                yield from self.until_exhausted(work)
            finally:
                self.is_over = True
                threads.shutdown(wait=False, cancel_futures=True)
                for budget in list(self.budgets):
                    budget.cancel()

    def batch(self, first: int) -> tuple[bytes, ExhaustedError | None]:
        """The rows of one batch, and why there are no more."""
        part = self.sampling.part(first, min(CHUNK, self.sampling.n - first))
        written: list[bytes] = []
        budget = Budget()
        self.budgets.add(budget)
        if self.is_over:
            budget.cancel()
        try:
            self.writer.write(part, written, budget, self.accept)
        except ExhaustedError as error:
            return b"".join(written), error
        finally:
            self.budgets.discard(budget)
        return b"".join(written), None

    def until_exhausted(
        self, batches: Iterable[tuple[bytes, ExhaustedError | None]]
    ) -> Iterator[bytes]:
        """The rows of batches, up to where there are no more."""
        for written, self.exhausted in batches:
            yield written
            if self.exhausted is not None:
                return

    def row(self, index: int) -> bytes:
        """The row of one name."""
        written: list[bytes] = []
        self.writer.write(self.sampling.part(index, 1), written, None, self.accept)
        return b"".join(written)


def in_order(
    threads: Executor, work: Callable[[int], T], items: Iterable[int], ahead: int
) -> Iterator[T]:
    """What some work gives of each item, with at most so many of them under way."""
    waiting: deque[Future[T]] = deque()
    for item in items:
        waiting.append(threads.submit(work, item))
        if len(waiting) == ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def progress(
    batches: Iterable[bytes], there: int, n: int, output: Path | None
) -> Generator[bytes, None, None]:
    """The batches, with a bar where they take long and somebody may be looking."""
    if n - there < LONG_WORK or not sys.stderr.isatty() or (output is None and sys.stdout.isatty()):
        yield from batches
        return
    from rich.console import Console  # noqa: PLC0415 - a bar that is not shown need not load
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("names", total=n, completed=there)
        for batch in batches:
            yield batch
            bar.advance(task, CHUNK)


def option(name: str, rule: Rule) -> Any:
    """A parameter as an option of a command."""
    kind: Any = rule.kind if rule.default is not None else rule.kind | None
    if rule.choices:
        kind = Literal[rule.choices]
    if rule.kind is tuple:
        kind = list[str]
    flags = ["-n"] if name == "n" else []
    # The range is for `Sampling` to check: one rule, said in one way.
    range_ = "1 or more" if name == "n" else "" if rule.choices else rule.range()
    help_ = f"{rule.meaning} [{range_}]" if range_ else rule.meaning
    metavar = "TEXT" if kind == list[str] else None
    return Annotated[kind, typer.Option(*flags, help=help_, metavar=metavar)]


KEYWORD = inspect.Parameter.KEYWORD_ONLY
OPTIONS = {name: option(name, rule) for name, rule in RULES.items()}
generate.__annotations__ |= {**OPTIONS, "format": FormatName}
generate.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
    [
        *(
            inspect.Parameter(name, KEYWORD, default=RULES[name].default, annotation=annotation)
            for name, annotation in OPTIONS.items()
        ),
        inspect.Parameter("model", KEYWORD, default=None, annotation=ModelName),
        inspect.Parameter("models_dir", KEYWORD, default=None, annotation=ModelsDir),
        inspect.Parameter("output", KEYWORD, default=None, annotation=Output),
        inspect.Parameter("format", KEYWORD, default="text", annotation=FormatName),
        inspect.Parameter("scores", KEYWORD, default=False, annotation=Scores),
        inspect.Parameter("jobs", KEYWORD, default=0, annotation=Jobs),
    ]
)
