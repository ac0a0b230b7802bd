"""What a score is, and how JSON has it: numbers to nine digits. All logarithms are natural.

A name of L characters is L + 1 predictions: each character from those before it, and the end.
"""

from collections.abc import Iterable
from typing import NamedTuple, NotRequired

from typing_extensions import TypedDict

from namewright.digits import rounded
from namewright.errors import UnknownCharacterError, UnscorableError
from namewright.explanation import Explanation
from namewright.strip import html_of


class PartResult(TypedDict):
    """How likely the model finds one name, or a part of one. Logarithms are natural."""

    name: str
    """The name that was scored: normalised, and folded where it had to be."""
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
    folded: bool
    """Whether characters that the model does not know were romanised or left out."""
    characters: NotRequired[list[float]]
    """On request: nats, the log-probability of each character, and of the end."""
    explanation: NotRequired[Explanation]
    """On request: what the model expected at each place. Of several parts, each has its own."""


class ScoreResult(PartResult):
    """The same, of a name of one part or of several."""

    parts: NotRequired[list[PartResult]]
    """Of a name of several parts, each of them."""


class ScoreError(TypedDict):
    """Why a name has no score."""

    code: str
    """Stable, for programs: empty, too_long, too_few_parts, too_many_words or
    unknown_character."""
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
    """How likely a model finds a name: as `ScoreResult`, with `characters`.

    `explanation` is there where it was asked for; of a name of several parts, each has its own.
    """

    name: str
    log_likelihood: float
    mean_log_likelihood: float
    perplexity: float
    plausibility: float
    known: bool
    characters: tuple[float, ...]
    folded: bool = False
    parts: "tuple[Score, ...]" = ()
    explanation: Explanation | None = None

    def _repr_html_(self) -> str:
        """What a notebook shows: each letter coloured by its surprise. See `strip.py`."""
        return html_of(self)


def listed(names: Iterable[str]) -> Iterable[str]:
    """Names that are to be scored. Raises TypeError for one text, whose letters are no names."""
    if isinstance(names, str):
        raise TypeError("names should be a list; for one name, [name]")
    return names


def describe(
    score: Score | UnscorableError, characters: bool = False
) -> ScoreResult | ScoreFailure:
    """A result as JSON has it; with each prediction's log-probability, if asked for."""
    if isinstance(score, UnscorableError):
        return describe_failure(score)
    return describe_score(score, characters)


def describe_score(score: Score, characters: bool = False) -> ScoreResult:
    """A score as JSON has it."""
    result: ScoreResult = describe_part(score, characters)  # type: ignore[assignment]
    if score.parts:
        result["parts"] = [describe_part(part, characters) for part in score.parts]
    return result


def describe_part(score: Score, characters: bool) -> PartResult:
    """A score as JSON has it, without those of its parts."""
    name, log_likelihood, mean, perplexity, plausibility, known, each, folded, _, why = score
    result: PartResult = {
        "name": name,
        "log_likelihood": rounded(log_likelihood),
        "mean_log_likelihood": rounded(mean),
        "perplexity": rounded(perplexity),
        "plausibility": rounded(plausibility),
        "known": known,
        "folded": folded,
    }
    if characters:
        result["characters"] = list(map(rounded, each))
    if why is not None:
        result["explanation"] = why
    return result


def describe_failure(fault: UnscorableError) -> ScoreFailure:
    """The reason that there is no score, as JSON has it."""
    error: ScoreError = {"code": fault.code, "detail": str(fault)}
    if isinstance(fault, UnknownCharacterError):
        error["position"] = fault.position
        error["name"] = fault.name
    return {"error": error}


def read_result(result: ScoreResult | ScoreFailure, typed: str) -> Score | UnscorableError:
    """The inverse of `describe`, for a name as it was typed. What JSON lacks is empty."""
    if "error" in result:
        return read_failure(result["error"], typed)  # type: ignore[typeddict-item]
    score = read_part(result)
    return score._replace(parts=tuple(map(read_part, result.get("parts", ()))))


def read_part(result: PartResult) -> Score:
    """The score that JSON has, without those of its parts."""
    return Score(
        result["name"],
        result["log_likelihood"],
        result["mean_log_likelihood"],
        result["perplexity"],
        result["plausibility"],
        result["known"],
        tuple(result.get("characters", ())),
        result["folded"],
        (),
        result.get("explanation"),
    )


def read_failure(error: ScoreError, typed: str) -> UnscorableError:
    """The reason that JSON has, as an exception of the class that has its code."""
    kinds = {kind.code: kind for kind in UnscorableError.__subclasses__()}
    kind = kinds.get(error["code"], UnscorableError)
    fault = kind.__new__(kind, error["detail"])  # not by what its text would be made of
    fault.code = error["code"]
    if isinstance(fault, UnknownCharacterError):
        fault.position, fault.name = error["position"], error["name"]
        fault.character, fault.characters = typed[fault.position], ()
    return fault
