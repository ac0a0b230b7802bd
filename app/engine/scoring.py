"""Names to scores. All logarithms are natural.

A name of L characters is L + 1 predictions: each character from those before it, and the end.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.engine import reference as kernel
from app.engine.alphabet import MAX_LENGTH, normalise
from app.engine.automaton import Automaton
from app.engine.checkpoint import Checkpoint
from app.engine.errors import EmptyNameError, LongNameError, UnscorableError


@dataclass(frozen=True)
class Score:
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


def spell(automaton: Automaton, name: str) -> list[int]:
    """The tokens of a normalised name. Raises UnscorableError if it cannot be one."""
    if not name:
        raise EmptyNameError
    if len(name) > MAX_LENGTH:
        raise LongNameError(MAX_LENGTH)
    return automaton.alphabet.encode(name)


def log_likelihoods(automaton: Automaton, names: Iterable[str]) -> NDArray[np.float64]:
    """The log-likelihood of each name, in order. Raises UnscorableError for one without."""
    return np.array(
        [
            kernel.add(kernel.log_probs(automaton, spell(automaton, normalise(name))))
            for name in names
        ]
    )


def score_one(automaton: Automaton, checkpoint: Checkpoint, name: str) -> Score:
    """One name's score. Raises UnscorableError."""
    name = normalise(name)
    characters = kernel.log_probs(automaton, spell(automaton, name))
    log_likelihood = kernel.add(characters)
    mean = log_likelihood / len(characters)
    return Score(
        name=name,
        log_likelihood=log_likelihood,
        mean_log_likelihood=mean,
        perplexity=math.exp(-mean),
        plausibility=kernel.plausibility(checkpoint.calibration[len(name) - 1].tolist(), mean),
        known=name in checkpoint.known_names,
        characters=tuple(characters),
    )


def score(
    automaton: Automaton, checkpoint: Checkpoint, names: Iterable[str]
) -> list[Score | UnscorableError]:
    """For each name, in order, its score or the reason there is none."""
    results: list[Score | UnscorableError] = []
    for name in names:
        try:
            results.append(score_one(automaton, checkpoint, name))
        except UnscorableError as error:
            results.append(error)
    return results
