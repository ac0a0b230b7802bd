"""What is asked: requests of names and of scores, as HTTP has them.

The sampling parameters are those of `Sampling`: what a query has is made from its fields.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import NamedTuple, TypedDict

from namewright.answers import MAX_NAMES
from namewright.errors import ParameterError
from namewright.formats import FORMATS
from namewright.parameters import Sampling

JSON = "application/json"


class Call(NamedTuple):
    """A request: what is asked where, and the media type that its answer has."""

    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    media_type: str = JSON

    @property
    def method(self) -> str:
        """GET, or POST where there is a body."""
        return "GET" if self.body is None else "POST"


@dataclass(frozen=True)
class RowsRequest(Sampling):
    """Which names: the parameters of `Sampling`, and of which model."""

    model: str | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.unique and self.n > MAX_NAMES:
            raise ParameterError("n", f"should be at most {MAX_NAMES:,} under unique")


@dataclass(frozen=True)
class NamesRequest(RowsRequest):
    """The same, and what else the answer should say.

    scores         the log-likelihood and the plausibility of each name
    probability    which share of the model's candidates passes the filters
    """

    scores: bool = False
    probability: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 1 <= self.n <= MAX_NAMES:
            raise ParameterError(
                "n", f"should be from 1 to {MAX_NAMES:,}; iter_names has any number"
            )


class ScoreOptions(TypedDict, total=False):
    """How names are scored.

    model         which model; the service's default where none is named
    fold          whether to romanise characters that the model does not know; True by default
    explain       whether each score has its `explanation`
    characters    whether each score has its `characters`
    """

    model: str | None
    fold: bool
    explain: bool
    characters: bool


MODELS = Call("/models")


def query_of(request: Sampling) -> Iterator[tuple[str, str]]:
    """Each field that is not as the service has it by default anyway, by its own name."""
    for each in fields(request):
        value = getattr(request, each.name)
        if value == each.default:
            continue
        for one in value if isinstance(value, tuple) else (value,):
            yield each.name, str(one).lower() if isinstance(one, bool) else str(one)


def call_for_names(request: NamesRequest) -> Call:
    """Names in JSON."""
    return Call("/names", tuple(query_of(request)))


def call_for_rows(request: RowsRequest, format_name: str, *, scores: bool) -> Call:
    """Names in rows of a format."""
    query = *query_of(request), ("format", format_name), ("scores", str(scores).lower())
    media_type = FORMATS[format_name].media_type.partition(";")[0]
    return Call("/names", query, None, media_type)


def call_for_scores(names: Sequence[str], options: Mapping[str, object]) -> Call:
    """The scores of names. Raises TypeError for an option that there is not."""
    for name in options.keys() - ScoreOptions.__annotations__.keys():
        listed = ", ".join(ScoreOptions.__annotations__)
        raise TypeError(f"scores have no option {name!r}; there are: {listed}")
    said = {name: value for name, value in options.items() if value is not None}
    body = json.dumps({"names": names, **said}, ensure_ascii=False, separators=(",", ":"))
    return Call("/score", (), body.encode())
