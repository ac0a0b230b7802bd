"""Sampling and scoring in plain Python: the readable specification of both.

Whatever else samples or scores has to give what this gives, bit for bit. It is also what
runs where nothing faster was built. To draw a name by hand:

    name i of a batch, attempt a
      the draws     Philox4x64-10, key (seed, 0), counters (0..3, a, i, 0)   `draws`
      at a state    its row of log-probabilities, shaped                     `probabilities`
                    as integers out of 2^32                                  `thresholds`
      character t   the first token whose threshold exceeds draw t           `pick`
      rejected?     the same index again, attempt a + 1                      `sample`
"""

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from namewright.alphabet import BOUNDARY, normalise
from namewright.automaton import Automaton
from namewright.budget import Budget
from namewright.checkpoint import Checkpoint
from namewright.errors import BudgetError, ExhaustedError
from namewright.parameters import Sampling
from namewright.score import Score

ATTEMPTS = 10_000
"""The bound on work: an index has no name if its first 10,000 candidates all fail the filters."""

WORD = 2**64
DRAW = 2**32


def philox(counter: Sequence[int], key: Sequence[int]) -> tuple[int, int, int, int]:
    """One block of Philox4x64-10: four 64-bit words from a counter of four and a key of two.

    Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011, section 3.3. The
    two multipliers are the paper's; the key's increments are the golden ratio and sqrt(3) - 1.
    """
    x0, x1, x2, x3 = counter
    k0, k1 = key
    for _ in range(10):
        high0, low0 = divmod(0xD2E7470EE14C6C93 * x0, WORD)
        high1, low1 = divmod(0xCA5A826395121157 * x2, WORD)
        x0, x1, x2, x3 = high1 ^ x1 ^ k0, low1, high0 ^ x3 ^ k1, low0
        k0 = (k0 + 0x9E3779B97F4A7C15) % WORD
        k1 = (k1 + 0xBB67AE8584CAA73B) % WORD
    return x0, x1, x2, x3


def draws(seed: int, index: int, attempt: int, part: int = 0) -> Iterator[int]:
    """The 32 uniform draws of one candidate, each below 2^32; draw t is for character t."""
    for block in range(4):
        for word in philox((block, attempt, index, 0), (seed, part)):
            yield word % DRAW
            yield word // DRAW


def probabilities(
    log_probs: Sequence[float], temperature: float, top_k: int, top_p: float
) -> list[float]:
    """A row of natural log-probabilities, up to a constant, shaped.

    Divide by the temperature, softmax, keep the `top_k` largest, keep the smallest set whose
    mass reaches `top_p`, renormalise. Ties go to the lower token. `top_k` 0 and `top_p` 1 keep
    all; temperature 0 keeps the most likely alone.
    """
    most_likely_first = sorted(range(len(log_probs)), key=lambda token: -log_probs[token])
    highest = log_probs[most_likely_first[0]]
    if temperature == 0:
        kept = set(most_likely_first[:1])
        shaped = [1.0] * len(log_probs)
    else:
        weights = [math.exp((log_prob - highest) / temperature) for log_prob in log_probs]
        total = add(weights)
        shaped = [weight / total for weight in weights]
        kept = set(most_likely_first[: top_k or None])
        if top_p < 1:
            mass = 0.0
            for token in most_likely_first:
                if mass >= top_p:
                    kept.discard(token)
                mass += shaped[token]
    shaped = [p if token in kept else 0.0 for token, p in enumerate(shaped)]
    total = add(shaped)
    return [p / total for p in shaped]


def add(values: list[float]) -> float:
    """The sum, left to right: what `sum` gave before Python 3.12 made it compensate."""
    total = 0.0
    for value in values:
        total += value
    return total


def thresholds(shaped: Sequence[float]) -> list[int]:
    """The cumulative sum in units of 2^-32, rounded half to even.

    From the last possible token on it is 2^32, which every draw is below. Integers are why a
    last bit of floating point does not change a name.
    """
    last = max(token for token, p in enumerate(shaped) if p > 0)
    cumulative = 0.0
    row = []
    for token, p in enumerate(shaped):
        cumulative += p
        row.append(round(DRAW * cumulative) if token < last else DRAW)
    return row


def pick(row: Sequence[int], draw: int) -> int:
    """The first token whose threshold exceeds the draw."""
    return bisect_right(row, draw)


def sample(
    automaton: Automaton, sampling: Sampling, budget: Budget | None = None, part: int = 0
) -> list[str]:
    """Names `offset` to `offset + n - 1` of a seed; of a new seed where `sampling` has none.

    `part` is which part of a name of several parts they are, the first being 0.

    A candidate is rejected if it has not ended after `max_length` characters, if it is shorter
    than `min_length`, or if it is not its own normal form: what is made can be scored.

    Raises ParameterError for a `starts_with` that the alphabet cannot spell, ExhaustedError at
    the first index that has no name, and BudgetError where the budget is spent or cancelled.
    """
    cells = (budget or Budget()).cells
    seed = sampling.seeded().seed
    assert seed is not None
    alphabet, prefix = automaton.alphabet, sampling.prefix(automaton.alphabet)

    @cache
    def row(state: int) -> list[int]:
        shaped = probabilities(
            automaton.row(state), sampling.temperature, sampling.top_k, sampling.top_p
        )
        return thresholds(shaped)

    def candidate(index: int, attempt: int) -> list[int] | None:
        """Its tokens, or None if it has not ended when it may grow no longer."""
        tokens = list(prefix)
        state = start
        for draw in islice(draws(seed, index, attempt, part), len(prefix), sampling.max_length + 1):
            token = pick(row(state), draw)
            if token == BOUNDARY:
                return tokens
            tokens.append(token)
            state = automaton.follow(state, token)
        return None

    start = automaton.walk(prefix)
    names: list[str] = []
    for index in range(sampling.offset, sampling.offset + sampling.n):
        for attempt in range(ATTEMPTS):
            if cells[0] >= cells[1]:
                raise BudgetError
            cells[0] += 1
            tokens = candidate(index, attempt)
            if tokens is None or len(tokens) < sampling.min_length:
                continue
            name = alphabet.decode(tokens)
            if alphabet.is_closed or normalise(name) == name:
                names.append(name)
                break
        else:
            raise ExhaustedError(ATTEMPTS, index)
    return names


def log_probs(automaton: Automaton, tokens: Sequence[int]) -> list[float]:
    """Natural log-probability of each of a name's L characters, and of its end: L + 1 numbers."""
    state = automaton.start
    predictions = []
    for token in (*tokens, BOUNDARY):
        predictions.append(automaton.log_prob(state, token))
        state = automaton.follow(state, token)
    return predictions


class ReferenceWalker:
    """An automaton, ready to sample and to score: a `Walker` (see `kernel.py`)."""

    name = "reference"

    def __init__(self, automaton: Automaton) -> None:
        self.automaton = automaton

    def sample(self, sampling: Sampling, budget: Budget | None = None, part: int = 0) -> list[str]:
        """As `sample`."""
        return sample(self.automaton, sampling, budget, part)

    def log_probs(self, name: str) -> tuple[str, list[float]]:
        """A name, normalised, and its `log_probs`. Raises UnscorableError."""
        name, tokens = self.automaton.alphabet.spell(name)
        return name, log_probs(self.automaton, tokens)

    def plain_scores(self, names: list[str], checkpoint: Checkpoint) -> list[Score | None]:
        """No name is scored in a quicker way than by `scoring.score_one`."""
        return [None] * len(names)

    def log_likelihoods(self, names: Iterable[str]) -> NDArray[np.float64]:
        """The log-likelihood of each name, nats, in order. Raises UnscorableError."""
        return np.array([add(self.log_probs(name)[1]) for name in names])
