"""The shapes of requests and responses, declared once.

What a query may say is made from `Sampling`; what one result is, the library declares
(`ScoreResult`, `ModelDescription`), and here is what stands around them. The docstring below a
field documents it, here and in `/docs`.
"""

from typing import Annotated, Any, Literal, NotRequired

from pydantic import BaseModel, ConfigDict, FailFast, Field, create_model, with_config
from typing_extensions import TypedDict

from namewright.alphabet import MAX_TYPED
from namewright.comparison import MOST, Comparison
from namewright.formats import FORMATS, WITH_COLUMNS
from namewright.inside import Embedding, Inside, Pairs
from namewright.kernel import KERNEL
from namewright.model import ModelDescription
from namewright.parameters import RULES, VALUES_OF, Rule, Sampling
from namewright.score import ScoreError, ScoreFailure, ScoreResult
from namewright.steps import Step

MAX_NAMES = 10_000
"""The most names that one answer in JSON has, made or scored; and the most that are `unique`."""

MAX_ROWS = 10_000_000
"""The most names that one request makes in another format."""

FORMAT_NAMES = ("json", *FORMATS)

SMALL_NAMES = 1_000 if KERNEL == "compiled" else 20
SMALL_CANDIDATES = 2 * SMALL_NAMES
SMALL_SCORES = 100
SMALL_BODY = 16_384
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
    return rule.kind, Field(default=rule.default, **described)


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
        return Sampling(*VALUES_OF(self))


class NameScore(TypedDict):
    """How likely the model finds a name that it made."""

    log_likelihood: float
    """Nats: the sum of the log-probabilities of each character and of the end."""
    plausibility: float
    """0 to 1: 0.5 is as typical as the median real name."""


class NamesResponse(TypedDict):
    """A batch of invented names, which the same digest, sampler, seed and parameters give again."""

    model: str
    """The model that made them."""
    digest: str
    """SHA-256 of the model's checkpoint."""
    sampler: int
    """Raised whenever the same seed would give other names."""
    seed: int
    """The seed that was sent, or the one that was picked."""
    temperature: float
    """As it was asked for."""
    offset: int
    """The index of the first name."""
    names: list[str]
    """The names, in order."""
    words: NotRequired[str]
    """SHA-256 of the service's own file of words that no name has; where it has one."""
    probability: NotRequired[float]
    """The share of the model's candidates that pass the filters, `novel`, `unique` and `safe`
    aside; where it was asked for."""
    scores: NotRequired[list[NameScore]]
    """The score of each name, where it was asked for."""
    complete: NotRequired[Literal[False]]
    """There where fewer names were found than were asked for, under `unique` or `novel`."""


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


class ComparedModel(TypedDict):
    """One of the models that were compared."""

    model: str
    """Its name."""
    digest: str
    """SHA-256 of its checkpoint."""


class ComparisonResponse(TypedDict):
    """What the answer is where there are several models."""

    models: list[ComparedModel]
    """The models, in the order they were sent."""
    results: list[Comparison | ScoreFailure]
    """The comparison of each name, or why there is none."""


class ScoreResponse(TypedDict):
    """A result for each name, in the order they were sent."""

    model: str
    """The model that scored them."""
    digest: str
    """SHA-256 of the model's checkpoint."""
    results: list[ScoreResult | ScoreFailure]
    """The score of each name, or why there is none."""


class ModelResponse(ModelDescription):
    """What a model is, and how good."""

    default: bool
    """Whether it answers where no model is named."""


class ModelsResponse(TypedDict):
    """All models, A to Z."""

    default: str
    """The model that answers where none is named."""
    kernel: str
    """Which implementation runs: `compiled`, or `reference` where nothing was compiled. The names
    are the same."""
    models: list[ModelResponse]
    """Each model."""


class StepsQuery(Closed):
    """The parameters of `GET /models/{model}/steps`."""

    name: str = Field(description="The name to follow.", examples=["emma"])


class StepsResponse(TypedDict):
    """A name on its way through a model's automaton."""

    model: str
    """The model."""
    digest: str
    """SHA-256 of the model's checkpoint."""
    name: str
    """The name that was followed: normalised, and folded where it had to be."""
    tokens: list[str]
    """Each character, in the order of `probabilities`; the first, `""`, is the end of the name."""
    steps: list[Step]
    """Each state that it comes to."""


class Status(TypedDict):
    """How the service is."""

    status: Literal["alive", "ready"]
    """`alive` if the process answers, `ready` if it can serve."""


class Fault(TypedDict):
    """What is wrong with one parameter."""

    parameter: str
    """Its name; empty for a parameter that there is not."""
    detail: str
    """What would be right."""


class Problem(TypedDict):
    """What went wrong: RFC 9457."""

    type: str
    """Names the kind of problem; stable, for programs."""
    title: str
    """The kind of problem, for people."""
    status: int
    """The status of the response."""
    detail: str
    """What is wrong, and what would be right."""
    errors: NotRequired[list[Fault]]
    """For each parameter at fault, its name and what would be right."""


for shape in (
    *(NamesResponse, NameScore, ScoreResponse, ScoreResult, ScoreError, ScoreFailure),
    *(Status, Fault, Problem, Comparison, ComparedModel, ComparisonResponse),
    *(ModelDescription, ModelResponse, ModelsResponse),
    *(Inside, Pairs, Embedding, Step, StepsResponse),
):
    with_config(ConfigDict(use_attribute_docstrings=True, defer_build=True))(shape)
