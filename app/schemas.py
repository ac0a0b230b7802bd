"""The shapes of requests and responses, and their limits."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from namewright import Model, Registry
from namewright.alphabet import MAX_LENGTH
from namewright.kernel import COMPILED, Walker
from namewright.sampling import MAX_TEMPERATURE, SEEDS

MAX_NAMES = 10_000
"""The most names that one request makes or scores."""


SMALL_NAMES = 1_000 if COMPILED else 20
SMALL_SCORES = 100
"""Batches that are done within a millisecond, about: they are not worth another thread."""


class Closed(BaseModel):
    """A shape that takes the fields it names and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class NoQuery(Closed):
    """The query of a call that takes no parameters."""


class NamesQuery(Closed):
    """The parameters of `GET /names`."""

    n: int = Field(default=20, ge=1, le=MAX_NAMES, description="How many names.", examples=[5])
    model: str | None = Field(
        default=None, description="Which model; `GET /models` lists them.", examples=["mlp"]
    )
    seed: int | None = Field(
        default=None,
        ge=0,
        lt=SEEDS,
        description="The same seed gives the same names. Without one, the service picks one below "
        "2^53 and says which.",
        examples=[42],
    )
    offset: int = Field(
        default=0,
        ge=0,
        le=2**62,
        description="The index of the first name: `offset=40` continues a batch of 40.",
        examples=[0],
    )
    temperature: float = Field(
        default=1.0,
        ge=0,
        le=MAX_TEMPERATURE,
        description="Below 1 safer, above 1 wilder; 0 is the likeliest name, always.",
        examples=[0.8],
    )
    top_k: int = Field(
        default=0,
        ge=0,
        description="Draw from the so many likeliest characters; 0 for all.",
        examples=[0],
    )
    top_p: float = Field(
        default=1.0,
        gt=0,
        le=1,
        description="Draw from the likeliest characters that reach this share; 1 for all.",
        examples=[0.95],
    )
    min_length: int = Field(
        default=1, ge=1, le=MAX_LENGTH, description="The fewest characters of a name.", examples=[3]
    )
    max_length: int = Field(
        default=MAX_LENGTH, ge=1, le=MAX_LENGTH, description="The most characters.", examples=[10]
    )
    starts_with: str = Field(default="", description="How each name begins.", examples=["ma"])

    @property
    def is_small(self) -> bool:
        """Whether it is done at once: few names, and nothing that could reject many candidates."""
        return (
            self.n <= SMALL_NAMES
            and self.min_length == 1
            and self.max_length == MAX_LENGTH
            and not self.starts_with
        )


class NamesResponse(BaseModel):
    """A batch of invented names, which the same digest, sampler, seed and parameters give again."""

    model: str = Field(examples=["mlp"])
    digest: str = Field(description="SHA-256 of the model's checkpoint.")
    sampler: int = Field(description="Raised if the same seed would give other names.")
    seed: int = Field(description="The seed that was sent, or the one that was picked.")
    temperature: float
    offset: int
    names: list[str] = Field(examples=[["emmie", "jaxton"]])


class ScoreRequest(Closed):
    """The body of `POST /score`."""

    names: list[str] = Field(
        min_length=1,
        max_length=MAX_NAMES,
        description="The names to score.",
        examples=[["emma", "xqzt"]],
    )
    model: str | None = Field(
        default=None, description="Which model; `GET /models` lists them.", examples=["mlp"]
    )
    characters: bool = Field(
        default=False,
        description="Whether to give each prediction's log-probability.",
        examples=[False],
    )

    @property
    def is_small(self) -> bool:
        """Whether it is done at once."""
        return len(self.names) <= SMALL_SCORES


class ScoreResult(BaseModel):
    """How likely the model finds one name. Logarithms are natural."""

    name: str = Field(description="What was scored: NFC, surrounding space off, case folded.")
    log_likelihood: float = Field(description="The sum over each character and the end.")
    mean_log_likelihood: float = Field(description="That, a prediction.")
    perplexity: float = Field(description="exp(-mean_log_likelihood); 1 is certainty.")
    plausibility: float = Field(
        ge=0,
        le=1,
        description="The share of held-out real names of about the same length that the model "
        "finds less likely: 0.5 is as typical as the median real name.",
    )
    known: bool = Field(
        description="Whether it is one of the names that the model was trained on: of its data, "
        "80 % in the hash split."
    )
    characters: list[float] | None = Field(
        default=None, description="Each prediction's log-probability, the end last; on request."
    )


class ScoreFault(BaseModel):
    """Why one name has no score."""

    code: str = Field(description="Stable, for programs.", examples=["unknown_character"])
    detail: str
    position: int | None = Field(
        default=None, description="Where the unknown character is in the normalised name, from 0."
    )


class ScoreFailure(BaseModel):
    """Stands where the score of a name would, if it cannot have one."""

    error: ScoreFault


class ScoreResponse(BaseModel):
    """A result for each name, in the order they were sent."""

    model: str = Field(examples=["mlp"])
    digest: str = Field(description="SHA-256 of the model's checkpoint.")
    results: list[ScoreResult | ScoreFailure]


class ModelResponse(BaseModel):
    """What a model is, and how good."""

    name: str
    default: bool = Field(description="Whether it answers where no model is named.")
    architecture: str
    parameters: int = Field(description="How many numbers it has learned.")
    states: int = Field(description="How many states it is served as.")
    alphabet: list[str]
    hyperparameters: dict[str, Any]
    losses: dict[str, Any] = Field(description="Nats a prediction, on each part of the data.")
    data: dict[str, Any] = Field(description="What it learned from.")
    digest: str = Field(description="SHA-256 of its checkpoint.")

    @classmethod
    def of(cls, model: Model, default: str) -> "ModelResponse":
        """The description of a model."""
        checkpoint = model.checkpoint
        return cls(
            name=model.name,
            default=model.name == default,
            architecture=checkpoint.architecture,
            parameters=model.parameters,
            states=model.automaton.states,
            alphabet=list(checkpoint.alphabet.characters),
            hyperparameters=dict(checkpoint.hyperparameters),
            losses=dict(checkpoint.metrics),
            data=dict(checkpoint.data),
            digest=checkpoint.digest,
        )


class ModelsResponse(BaseModel):
    """All models, A to Z."""

    default: str
    kernel: str = Field(
        description="What walks the automata: `compiled`, or `reference` where nothing was "
        "compiled. The names are the same."
    )
    models: list[ModelResponse]

    @classmethod
    def of(cls, registry: Registry) -> "ModelsResponse":
        """The description of all models."""
        described = [
            ModelResponse.of(model, registry.default) for model in registry.models.values()
        ]
        return cls(default=registry.default, kernel=Walker.name, models=described)


class Status(BaseModel):
    """How the service is."""

    status: Literal["alive", "ready"]


class Problem(BaseModel):
    """What went wrong: RFC 9457."""

    type: str = Field(description="Names the kind of problem; stable, for programs.")
    title: str
    status: int
    detail: str
    errors: list[dict[Literal["parameter", "detail"], str]] | None = Field(
        default=None, description="For each parameter at fault, its name and what would be right."
    )
