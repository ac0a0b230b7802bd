"""Names to scores. All logarithms are natural.

A name of L characters is L + 1 predictions: each character from those before it, and the end.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from math import exp
from typing import NamedTuple, NotRequired

from typing_extensions import TypedDict

from namewright.checkpoint import Checkpoint
from namewright.errors import UnknownCharacterError, UnscorableError
from namewright.kernel import Walker, add


class ScoreResult(TypedDict):
    """How likely the model finds one name. Logarithms are natural."""

    name: str
    """The name that was scored: normalised."""
    log_likelihood: float
    """Nats: the sum of the log-probabilities of each character and of the end."""
    mean_log_likelihood: float
    """Nats per prediction; its negative is the loss that training reports."""
    perplexity: float
    """exp(-mean_log_likelihood); 1 is certainty."""
    plausibility: float
    """0 to 1: the share of held-out real names of about the same length that the model finds less
    likely per prediction. 0.5 is as typical as the median real name."""
    known: bool
    """Whether it is one of the names that the model was trained on."""
    characters: NotRequired[list[float]]
    """On request: nats, the log-probability of each character, and of the end."""


class ScoreError(TypedDict):
    """Why a name has no score."""

    code: str
    """Stable, for programs: empty, too_long or unknown_character."""
    detail: str
    """What is wrong, and what would be right."""
    position: NotRequired[int]
    """Where the unknown character is in what was sent, counted from 0."""
    name: NotRequired[str]
    """The normalised name, where an unknown character is what is wrong with it."""


class ScoreFailure(TypedDict):
    """Stands where the score of a name would, if it cannot have one."""

    error: ScoreError
    """Why there is none."""


class Score(NamedTuple):
    """How likely a model finds a name: as `ScoreResult`, with `characters`."""

    name: str
    log_likelihood: float
    mean_log_likelihood: float
    perplexity: float
    plausibility: float
    known: bool
    characters: tuple[float, ...]


def score(
    walker: Walker, checkpoint: Checkpoint, names: Iterable[str]
) -> list[Score | UnscorableError]:
    """For each name, in order, its score or the reason there is none.

    Raises TypeError for a name that is not text.
    """
    found: list[tuple[str, list[float]] | UnscorableError] = []
    for typed in names:
        if not isinstance(typed, str):
            raise TypeError(f"each name should be text (str), not {type(typed).__name__}")
        try:
            found.append(walker.log_probs(typed))
        except UnscorableError as error:
            found.append(error)
    scorable = [each[0] for each in found if isinstance(each, tuple)]
    known = iter(checkpoint.known_names.which(scorable))
    quantiles = checkpoint.quantiles
    results: list[Score | UnscorableError] = []
    for each in found:
        if isinstance(each, UnscorableError):
            results.append(each)
            continue
        name, characters = each
        log_likelihood = add(characters)
        mean = log_likelihood / len(characters)
        plausible = plausibility(quantiles[len(characters) - 2], mean)
        results.append(
            Score(
                name,
                log_likelihood,
                mean,
                exp(-mean),
                plausible,
                next(known),
                tuple(characters),
            )
        )
    return results


def plausibility(quantiles: Sequence[float], mean_log_likelihood: float) -> float:
    """The share of held-out names that are less likely, 0 to 1, from rising quantiles.

    Quantile j of k + 1 is what a share j / k lies below; between two of them, linearly.
    """
    above = bisect_left(quantiles, mean_log_likelihood)
    if above == 0:
        return 0.0
    if above == len(quantiles):
        return 1.0
    low, high = quantiles[above - 1], quantiles[above]
    return (above - 1 + (mean_log_likelihood - low) / (high - low)) / (len(quantiles) - 1)


def describe(
    score: Score | UnscorableError, characters: bool = False
) -> ScoreResult | ScoreFailure:
    """A result as JSON has it; with each prediction's log-probability, if asked for."""
    if isinstance(score, UnscorableError):
        error: ScoreError = {"code": score.code, "detail": str(score)}
        if isinstance(score, UnknownCharacterError):
            error["position"] = score.position
            error["name"] = score.name
        return {"error": error}
    result: ScoreResult = {
        "name": score.name,
        "log_likelihood": score.log_likelihood,
        "mean_log_likelihood": score.mean_log_likelihood,
        "perplexity": score.perplexity,
        "plausibility": score.plausibility,
        "known": score.known,
    }
    if characters:
        result["characters"] = list(score.characters)
    return result
