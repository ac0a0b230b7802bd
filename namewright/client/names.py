"""What is answered, as the library has it."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from namewright.answers import ModelResponse, ModelsResponse, NamesResponse, ScoreResponse
from namewright.client.errors import ForeignAnswerError
from namewright.errors import UnscorableError
from namewright.score import Score, read_result


class Names(list[str]):
    """Names in order: the list that `Model.sample` would give, and what else the answer says.

    answer    all of it: the digest, the scores and the probability where they were asked for,
              `complete` where there were fewer names than were asked for
    """

    def __init__(self, answer: NamesResponse) -> None:
        super().__init__(answer["names"])
        self.answer = answer

    @property
    def seed(self) -> int:
        """What gives them again, with the same parameters."""
        return self.answer["seed"]


class ScoredName(NamedTuple):
    """A name that a model made, and how likely that was.

    log_likelihood    nats: the sum of the log-probabilities of its characters and of its end
    plausibility      0 to 1; 0.5 is as typical as the median real name
    parts             of a name of several parts, each of them
    """

    name: str
    log_likelihood: float
    plausibility: float
    parts: tuple[str, ...] = ()


def read(body: bytes) -> Any:
    """An answer in JSON. Raises ForeignAnswerError for what is none."""
    try:
        return json.loads(body)
    except ValueError:
        raise ForeignAnswerError("the answer is not JSON; is base_url right?") from None


def read_names(body: bytes) -> Names:
    """Names in JSON."""
    return Names(read(body))


def read_models(body: bytes) -> dict[str, ModelResponse]:
    """Each model by its name."""
    answer: ModelsResponse = read(body)
    return {model["name"]: model for model in answer["models"]}


def read_scores(body: bytes, names: Sequence[str]) -> Iterator[Score | UnscorableError]:
    """The score of each name, or why there is none."""
    answer: ScoreResponse = read(body)
    return map(read_result, answer["results"], names)


def read_scored_name(row: str) -> ScoredName:
    """A row of NDJSON."""
    found = read(row.encode())
    parts = (value for column, value in found.items() if column.startswith("part_"))
    return ScoredName(found["name"], found["log_likelihood"], found["plausibility"], tuple(parts))
