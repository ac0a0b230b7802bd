"""The shapes of what the service answers, for the service itself and for its client.

One result is declared where the library makes it (`ScoreResult`, `ModelDescription`), and here is
what stands around it. The docstring below a field documents it, here and in `/docs`.
"""

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from namewright.comparison import Comparison
from namewright.model import ModelDescription
from namewright.score import ScoreFailure, ScoreResult
from namewright.steps import Step

MAX_NAMES = 10_000
"""The most names that one answer in JSON has, made or scored; and the most that are `unique`."""

MAX_ROWS = 10_000_000
"""The most names that one request makes in another format."""


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


class Extensions(TypedDict, total=False):
    """What some problems have besides, for programs."""

    errors: list[Fault]
    """For each parameter at fault, its name and what would be right."""
    available: list[str]
    """Where there is no such model: those that there are."""
    index: int
    """Where hardly any name passes the filters: the index of the name that was not found."""


class Problem(Extensions):
    """What went wrong: RFC 9457."""

    type: str
    """Names the kind of problem; stable, for programs."""
    title: str
    """The kind of problem, for people."""
    status: int
    """The status of the response."""
    detail: str
    """What is wrong, and what would be right."""
