"""Names to scores. All logarithms are natural.

A name of L characters is L + 1 predictions: each character from those before it, and the end.
"""

from collections.abc import Iterable
from math import exp
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


def score(
    walker: Walker, checkpoint: Checkpoint, names: Iterable[str]
) -> list[Score | UnscorableError]:
    """For each name, in order, its score or the reason there is none."""
    spell, log_probs = walker.automaton.alphabet.spell, walker.log_probs
    quantiles, known_names = checkpoint.quantiles, checkpoint.known_names
    results: list[Score | UnscorableError] = []
    for typed in names:
        try:
            name, tokens = spell(typed)
        except UnscorableError as error:
            results.append(error)
            continue
        characters = log_probs(tokens)
        log_likelihood = add(characters)
        mean = log_likelihood / len(characters)
        results.append(
            Score(
                name,
                log_likelihood,
                mean,
                exp(-mean),
                plausibility(quantiles[len(tokens) - 1], mean),
                name in known_names,
                tuple(characters),
            )
        )
    return results
