"""Names to scores. All logarithms are natural.

A name of L characters is L + 1 predictions: each character from those before it, and the end.
"""

import math
from collections.abc import Iterable
from typing import NamedTuple

from app.engine.checkpoint import Checkpoint
from app.engine.errors import UnscorableError
from app.engine.kernel import Walker, add
from app.engine.reference import plausibility


class Score(NamedTuple):
    """How likely a model finds a name.

    name                   the name that was scored: normalised
    log_likelihood         nats; the sum of `characters`, from the first to the last
    mean_log_likelihood    nats a prediction; its negative is the loss that training reports
    perplexity             exp of that loss; 1 is certainty
    plausibility           0 to 1: the share of held-out real names of about the same length
                           that the model finds less likely a prediction
    known                  whether it is one of the training names
    characters             nats; the log-probability of each character, and of the end
    """

    name: str
    log_likelihood: float
    mean_log_likelihood: float
    perplexity: float
    plausibility: float
    known: bool
    characters: tuple[float, ...]


def score_one(walker: Walker, checkpoint: Checkpoint, name: str) -> Score:
    """One name's score. Raises UnscorableError."""
    name, tokens = walker.automaton.alphabet.spell(name)
    characters = walker.log_probs(tokens)
    log_likelihood = add(characters)
    mean = log_likelihood / len(characters)
    return Score(
        name=name,
        log_likelihood=log_likelihood,
        mean_log_likelihood=mean,
        perplexity=math.exp(-mean),
        plausibility=plausibility(checkpoint.quantiles[len(tokens) - 1], mean),
        known=name in checkpoint.known_names,
        characters=tuple(characters),
    )


def score(
    walker: Walker, checkpoint: Checkpoint, names: Iterable[str]
) -> list[Score | UnscorableError]:
    """For each name, in order, its score or the reason there is none."""
    results: list[Score | UnscorableError] = []
    for name in names:
        try:
            results.append(score_one(walker, checkpoint, name))
        except UnscorableError as error:
            results.append(error)
    return results
