"""Names and scores as rows of a format, for files and for answers that are longer than memory.

writer = NameWriter(model, FORMATS["csv"], scores=True)
sys.stdout.buffer.write(writer.head() + writer.rows(Sampling(n=5, seed=1)))
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from namewright.acceptance import Acceptances
from namewright.budget import Budget
from namewright.errors import ParameterError, UnscorableError
from namewright.formats import NAME, WITH_COLUMNS, Format
from namewright.joined import AnyModel, JoinedModel
from namewright.model import Model
from namewright.parameters import Sampling
from namewright.score import Score, describe_failure
from namewright.spelling import Spelling
from namewright.title_case import title

SCORES = ("log_likelihood", "plausibility")
"""The columns of the scores of names that were made."""

SCORE_COLUMNS = (
    *(NAME, "log_likelihood", "mean_log_likelihood", "perplexity", "plausibility"),
    *("known", "folded"),
)
"""The columns of names that were scored: the fields of `ScoreResult`, without lists."""


class NameWriter:
    """Names that a model makes, as rows.

    A name of parts has a column for each part besides. Raises ParameterError for scores in a format
    that has names alone.
    """

    def __init__(
        self, model: AnyModel, written: Format, case: str = "lower", *, scores: bool = False
    ) -> None:
        if scores and not written.has_columns:
            names = ", ".join(WITH_COLUMNS)
            raise ParameterError("scores", f"needs a format with more than names: {names}")
        self.model, self.format, self.case = model, written, case
        self.parts: tuple[str, ...] = ()
        if isinstance(model, JoinedModel) and written.has_columns:
            self.parts = tuple(f"part_{p + 1}" for p in range(len(model.parts)))
        self.columns = NAME, *self.parts, *(SCORES if scores else ())
        self.scorer = ScoreWriter(model, written, self.columns, case=case) if scores else None
        self.spelling: Spelling | None = None
        if isinstance(model, Model) and not scores:
            self.spelling = Spelling.of(model.automaton.alphabet, written, case)

    def head(self) -> bytes:
        """What stands before the first row."""
        return self.format.head(self.columns).encode()

    def write(
        self,
        sampling: Sampling,
        written: list[bytes],
        budget: Budget | None = None,
        accept: Acceptances | None = None,
    ) -> None:
        """Append the rows of a batch: bytes of some of them, and of some more.

        Raises as `Model.draw` does; where names run out, the rows of those that were found are
        there.
        """
        model, accept = self.model, accept or self.model.acceptance(sampling)
        if isinstance(model, Model) and self.spelling is not None:
            [whole] = accept
            model.walker.write(sampling, self.spelling, written, budget, 0, whole)
            return
        made: list[tuple[str, ...]] = []
        try:
            model.draw_parts(replace(sampling, case="lower"), made, budget, accept)
        finally:
            written.append(self.rows(made))

    def rows(self, names: Sequence[tuple[str, ...]]) -> bytes:
        """The rows of names, each of which is its parts."""
        if isinstance(self.model, Model) and self.scorer is not None:
            return self.scorer.rows([name for (name,) in names])
        return b"".join(map(self.row, names))

    def row(self, parts: tuple[str, ...]) -> bytes:
        """The row of a name of parts."""
        if self.scorer is not None:
            return self.scorer.row_of(self.model.score_parts(parts))
        shown = title if self.case == "title" else str
        names = [" ".join(parts), *(parts if self.parts else ())]
        return self.format.row(self.columns, [shown(name) for name in names]).encode()


class ScoreWriter:
    """Names that are scored, as rows: one for each, in order, whether it has a score or not.

    `failures` counts those that have none.
    """

    def __init__(
        self,
        model: AnyModel,
        written: Format,
        columns: Sequence[str] = SCORE_COLUMNS,
        case: str = "lower",
        *,
        fold: bool = True,
    ) -> None:
        self.model, self.format, self.case, self.fold = model, written, case, fold
        self.failures = 0
        self.columns = tuple(columns) if columns is not SCORE_COLUMNS else written.failing(columns)
        self.separators = separators_of(written, self.columns)
        # Of most alphabets no letter has to be escaped, nor is there one to be quoted for.
        self.is_plain = (
            isinstance(model, Model)
            and Spelling.of(model.automaton.alphabet, written, case).is_plain
        )

    def head(self) -> bytes:
        """What stands before the first row."""
        return self.format.head(self.columns).encode()

    def rows(self, names: list[str]) -> bytes:
        """The rows of names as they were typed."""
        if not isinstance(self.model, Model) or not self.is_plain:
            return b"".join(map(self.row, names))
        title = self.case == "title"
        return self.model.walker.score_rows(
            names, self.model.checkpoint, self.columns, self.separators, title, self.row
        )

    def row(self, name: str) -> bytes:
        """That of one name."""
        [score] = self.model.score([name], fold=self.fold)
        return self.row_of(score)

    def row_of(self, score: Score | UnscorableError) -> bytes:
        """That of a score."""
        if isinstance(score, UnscorableError):
            self.failures += 1
            error = describe_failure(score)["error"]
            return self.format.failure(self.columns, error).encode()
        return self.format.row(self.columns, [self.value(score, c) for c in self.columns]).encode()

    def value(self, score: Score, column: str) -> str | float | bool | None:
        """What a column has of a score."""
        if column == NAME:
            return title(score.name) if self.case == "title" else score.name
        if column.startswith("part_"):
            name = score.parts[int(column.removeprefix("part_")) - 1].name
            return title(name) if self.case == "title" else name
        return getattr(score, column, None)  # there is no error


@lru_cache(maxsize=64)
def separators_of(written: Format, columns: tuple[str, ...]) -> list[bytes]:
    """What stands around the values of a row, the first of which is a text."""
    mark = written.quote("")
    first, second, *rest = written.separators(columns)
    return [each.encode() for each in (first + mark, mark + second, *rest)]
