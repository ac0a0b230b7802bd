"""The shapes of requests and responses, declared once.

What a query may say is made from `Sampling`; what is answered, the library declares, for its client
(`namewright.answers`). The docstring below a field documents it, there and in `/docs`.
"""

from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    FailFast,
    Field,
    create_model,
    with_config,
)

from namewright.alphabet import MAX_TYPED
from namewright.answers import (
    MAX_NAMES,
    MAX_ROWS,
    ComparedModel,
    ComparisonResponse,
    Extensions,
    Fault,
    ModelResponse,
    ModelsResponse,
    NameScore,
    NamesResponse,
    Problem,
    ScoreResponse,
    Status,
    StepsResponse,
)
from namewright.comparison import MOST, Comparison
from namewright.formats import FORMATS, WITH_COLUMNS
from namewright.inside import Embedding, Inside, Pairs
from namewright.kernel import KERNEL
from namewright.model import ModelDescription
from namewright.parameters import RULES, Rule, Sampling
from namewright.score import ScoreError, ScoreFailure, ScoreResult
from namewright.steps import Step

FORMAT_NAMES = ("json", *FORMATS)

SMALL_NAMES = 1_000 if KERNEL == "compiled" else 20
SMALL_CANDIDATES = 2 * SMALL_NAMES
SMALL_SCORES = 100
SMALL_BODY = 8_192
"""What is answered at once: names made, candidates drawn for them, names scored, bytes of a body.
It takes about a millisecond, which is less than handing it to another thread is worth."""
EXPLAINED = 20
"""How many names one that is explained counts as: it takes 15 to 35 times as long, by the model."""

LARGE_CANDIDATES = 200 * SMALL_NAMES
"""The most candidates of a large request, a tenth of a second's work; what takes more is dear."""


class Closed(BaseModel):
    """A shape that takes the fields it names and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def left_out(unique: bool = False, **described: Any) -> Any:
    """A field that may be left out, and is then None; null is not one of its values.

    `unique` documents a list without repeats.
    """

    def without_default(schema: dict[str, Any]) -> None:
        schema.pop("default", None)
        if unique:
            schema["uniqueItems"] = True

    return Field(default=None, json_schema_extra=without_default, **described)


def model_name() -> Any:
    """The field that names a model."""
    return left_out(description="Which model; `GET /models` lists them.", examples=["mlp"])


def without_sign(value: float) -> float:
    """A number that is not negative: of the two zeros, which are equal, the one without a sign."""
    return abs(value)


def query_field(name: str, rule: Rule) -> Any:
    """A parameter of a query, from its rule: (type, field)."""
    bounds = {"ge": rule.least, "le": rule.most, "gt": rule.above}
    if name == "n":
        bounds |= {"ge": 1, "le": MAX_ROWS}
    kept: dict[str, Any] = {bound: value for bound, value in bounds.items() if value is not None}
    described: Any = {"description": rule.meaning, "examples": [rule.example], **kept}
    if rule.kind is tuple:
        texts = list[Annotated[str, Field(max_length=MAX_TYPED)]]
        return texts, Field(default=(), **described)  # a list would be copied for each request
    if rule.choices:
        return Literal[rule.choices], Field(default=rule.default, **described)
    if rule.default is None:
        return rule.kind, left_out(**described)
    kind = Annotated[float, AfterValidator(without_sign)] if rule.kind is float else rule.kind
    return kind, Field(default=rule.default, **described)


Parameters: Any = create_model(
    "Parameters", __base__=Closed, **{name: query_field(name, rule) for name, rule in RULES.items()}
)


class NamesQuery(Parameters):  # type: ignore[misc]  # its fields are those of Sampling
    """The parameters of `GET /names`."""

    model: str = model_name()
    probability: bool = Field(
        default=False,
        description="Whether to say which share of the model's candidates passes the filters; in "
        "JSON.",
        examples=[True],
    )
    scores: bool = Field(
        default=False,
        description="Whether to give the log-likelihood and the plausibility of each name; not as "
        "text.",
        examples=[True],
    )
    format: Literal[FORMAT_NAMES] = left_out(  # type: ignore[valid-type]
        description="What the answer is; where it is not said, `Accept` says it, else `json`. Up "
        f"to {MAX_NAMES:,} names in JSON, and under `unique`; else up to {MAX_ROWS:,}.",
        examples=["text"],
    )

    def sampling(self) -> Sampling:
        """The parameters, as the library takes them."""
        return Sampling.of_checked(self.__dict__)


Characters = Annotated[
    bool,
    Field(description="Whether to give each prediction's log-probability.", examples=[False]),
]
Explain = Annotated[
    bool,
    Field(
        description="Whether to say what the model expected at each place of a name, and which "
        "place is the weakest.",
        examples=[True],
    ),
]
Fold = Annotated[
    bool,
    Field(
        description="Whether to romanise characters that the model does not know, and to leave "
        "out apostrophes, hyphens, full stops and spaces where it knows none.",
        examples=[True],
    ),
]


class ScoreRequest(Closed):
    """The body of `POST /score`: of `model` and `models` at most one."""

    model_config = ConfigDict(
        strict=True, json_schema_extra={"not": {"required": ["model", "models"]}}
    )

    names: Annotated[list[str], FailFast()] = Field(
        min_length=1,
        max_length=MAX_NAMES,
        description="The names to score.",
        examples=[["emma", "xqzt"]],
    )
    model: str = model_name()
    models: Annotated[list[str], Field(min_length=2, max_length=MOST)] = left_out(
        unique=True,
        description="Several models in place of one: which of them finds each name likeliest.",
        examples=[["mlp", "ngram"]],
    )
    characters: Characters = False
    explain: Explain = False
    fold: Fold = True

    @property
    def work(self) -> int:
        """How many scores each of its names counts as."""
        return len(self.models or [self.model]) * (EXPLAINED if self.explain else 1)


class ScoreQuery(Closed):
    """The parameters of `GET /score`."""

    name: str = Field(description="The name to score.", examples=["emma"])
    model: str = model_name()
    characters: Characters = False
    explain: Explain = False
    fold: Fold = True

    def request(self) -> ScoreRequest:
        """The same, as the body of a POST asks for it."""
        values = self.model_dump(exclude={"name"}, exclude_unset=True)
        return ScoreRequest(names=[self.name], **values)


class ScoreLinesQuery(Closed):
    """The parameters of `POST /score` where the body is lines: text, or CSV."""

    model: str = model_name()
    fold: Fold = True
    format: Literal[WITH_COLUMNS] = left_out(  # type: ignore[valid-type]
        description="What the answer is; where it is not said, `Accept` says it, else `csv`.",
        examples=["ndjson"],
    )


class StepsQuery(Closed):
    """The parameters of `GET /models/{model}/steps`."""

    name: str = Field(description="The name to follow.", examples=["emma"])


for shape in (
    *(NamesResponse, NameScore, ScoreResponse, ScoreResult, ScoreError, ScoreFailure),
    *(Status, Fault, Extensions, Problem, Comparison, ComparedModel, ComparisonResponse),
    *(ModelDescription, ModelResponse, ModelsResponse),
    *(Inside, Pairs, Embedding, Step, StepsResponse),
):
    with_config(ConfigDict(use_attribute_docstrings=True, defer_build=True))(shape)
