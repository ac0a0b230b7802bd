"""Sampling and scoring in plain Python: the readable specification of both.

Whatever else samples or scores has to give what this gives, bit for bit. It is also what
runs where nothing faster was built. To draw a name by hand:

    name i of a batch, attempt a
      the draws     Philox4x64-10, key (seed, 0), counters (0..3, a, i, 0)   `draws`
      at a state    its row of log-probabilities, shaped                     `probabilities`
                    as integers out of 2^32                                  `thresholds`
      character t   the first token whose threshold exceeds draw t           `pick`
      rejected?     the same index again, attempt a + 1                      `sample`
      a hundred times?    from then on under the condition                   `Shaped.passing`
"""

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache, cached_property
from itertools import islice, pairwise

import numpy as np
from numpy.typing import NDArray

from namewright.alphabet import BOUNDARY, normalise
from namewright.automaton import Automaton
from namewright.budget import Budget
from namewright.checkpoint import Checkpoint
from namewright.conditions import FREE_ATTEMPTS, MAX_PRODUCT, Condition
from namewright.errors import BudgetError, ExhaustedError, ImpossibleError
from namewright.parameters import Sampling
from namewright.score import Score
from namewright.spelling import Spelling
from namewright.title_case import title

ATTEMPTS = 10_000
"""The bound on work: an index has no name if its first 10,000 candidates all fail the filters."""

Accept = Callable[[str], bool]
"""Whether a name that meets the condition is to be had."""

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


def weights(row: Sequence[int]) -> list[float]:
    """The share of each token in a row of thresholds; exact, as each is a multiple of 2^-32."""
    return [(upper - lower) / DRAW for lower, upper in pairwise((0, *row))]


class Shaped:
    """A model's rows as a sampling shapes them, and under its condition.

    condition    what names have to be like; None where every candidate passes
    prefix       the tokens that each name begins with
    start        the state that they lead to
    """

    def __init__(self, automaton: Automaton, sampling: Sampling, reads: bool = True) -> None:
        self.automaton, self.sampling = automaton, sampling
        self.prefix = sampling.prefix(automaton.alphabet)
        self.condition = Condition.of(sampling, automaton.alphabet, reads)
        self.start = automaton.walk(self.prefix)
        self.row, self.passing = cache(self.row), cache(self.passing)  # type: ignore[method-assign]

    def row(self, state: int) -> list[int]:
        """The thresholds of a state."""
        sampling = self.sampling
        return thresholds(
            probabilities(
                self.automaton.row(state), sampling.temperature, sampling.top_k, sampling.top_p
            )
        )

    def passing(self, length: int, state: int, met: int) -> list[float]:
        """For each token, the share of continuations that begin with it, and pass.

        Of a name with `length` characters, whose last state is `state`, and which has brought the
        automaton of the condition to `met`. Their sum is B (see `conditions.py`).
        """
        assert self.condition is not None
        dfa, found = self.condition.dfa, [0.0] * self.automaton.alphabet.vocab_size
        for token, weight in enumerate(weights(self.row(state))):
            if token == BOUNDARY:
                found[token] = weight if self.condition.is_met(met, length) else 0.0
            elif weight and length < self.condition.max_length:
                onward = int(dfa.next_state[met, token])
                if dfa.alive[onward]:
                    after = self.passing(length + 1, self.automaton.follow(state, token), onward)
                    found[token] = weight * add(after)
        return found

    @cached_property
    def is_free(self) -> bool:
        """Whether no candidate is drawn under a condition: there is none, or it is too large.

        That is, with more than `MAX_PRODUCT` pairs of states that a name may come to.
        """
        if self.condition is None:
            return True
        dfa, pairs = self.condition.dfa, {(self.start, 0)}
        latest = pairs
        for _ in range(len(self.prefix), self.condition.max_length):
            onward = {
                (self.automaton.follow(state, token), int(dfa.next_state[met, token]))
                for state, met in latest
                for token, weight in enumerate(weights(self.row(state)))
                if token != BOUNDARY and weight and dfa.alive[dfa.next_state[met, token]]
            }
            latest = onward - pairs
            pairs = pairs | latest
            if len(pairs) > MAX_PRODUCT:
                return True
        return False

    def share(self) -> float:
        """The share of candidates that meet the condition: B of the start."""
        if self.condition is None:
            return 1.0
        return add(self.passing(len(self.prefix), self.start, 0))

    def candidate(self, uniform: Iterator[int], under: bool) -> list[int] | None:
        """The tokens of a candidate, `under` the condition; None where it does not meet it."""
        tokens, state, met = list(self.prefix), self.start, 0
        longest = self.sampling.max_length
        for draw in islice(uniform, len(tokens), longest + 1):
            row = self.row(state)
            if under:
                shares = self.passing(len(tokens), state, met)
                total = add(shares)
                row = thresholds([share / total for share in shares])
            token = pick(row, draw)
            if token == BOUNDARY:
                if self.condition is not None and not self.condition.is_met(met, len(tokens)):
                    return None
                return tokens or None  # there is no empty name
            tokens.append(token)
            state = self.automaton.follow(state, token)
            met = int(self.condition.dfa.next_state[met, token]) if self.condition else 0
        return None


def sample(
    automaton: Automaton,
    sampling: Sampling,
    budget: Budget | None = None,
    part: int = 0,
    accept: Accept | None = None,
) -> list[str]:
    """Names `offset` to `offset + n - 1` of a seed; of a new seed where `sampling` has none.

    `part` is which part of a name of several parts they are, the first being 0. `accept` is asked
    about each name, in order of their indices.

    A candidate is rejected if it has not ended after `max_length` characters, if it does not meet
    the condition, if it is not its own normal form (what is made can be scored), or if it is not
    accepted. From attempt `FREE_ATTEMPTS` on an index's candidates are drawn under the condition.

    Raises ParameterError for a filter that the alphabet cannot spell, ImpossibleError where no name
    meets the condition, ExhaustedError, which has the names before it, at the first index that has
    no name, and BudgetError where the budget is spent or cancelled.
    """
    budget = budget or Budget()
    cells = budget.cells
    seed = sampling.seeded().seed
    assert seed is not None
    alphabet, shaped = automaton.alphabet, Shaped(automaton, sampling, budget.reads)
    names: list[str] = []
    for index in range(sampling.offset, sampling.offset + sampling.n):
        for attempt in range(ATTEMPTS):
            if cells[0] >= cells[1]:
                raise BudgetError
            cells[0] += 1
            under = attempt >= FREE_ATTEMPTS and not shaped.is_free
            if under and not budget.builds:
                raise BudgetError
            if under and not shaped.share():
                raise ImpossibleError
            tokens = shaped.candidate(draws(seed, index, attempt, part), under)
            if tokens is None:
                continue
            name = alphabet.decode(tokens)
            if (alphabet.is_closed or normalise(name) == name) and (not accept or accept(name)):
                names.append(title(name) if sampling.case == "title" else name)
                break
        else:
            raise ExhaustedError(ATTEMPTS, index, names)
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

    def sample(
        self,
        sampling: Sampling,
        budget: Budget | None = None,
        part: int = 0,
        accept: Accept | None = None,
    ) -> list[str]:
        """As `sample`."""
        return sample(self.automaton, sampling, budget, part, accept)

    def write(
        self,
        sampling: Sampling,
        spelling: Spelling,
        written: list[bytes],
        budget: Budget | None = None,
        part: int = 0,
        accept: Accept | None = None,
    ) -> None:
        """As `sample`, with the names spelt as bytes, at the end of a list."""
        encode, lower = self.automaton.alphabet.encode, replace(sampling, case="lower")
        try:
            names = self.sample(lower, budget, part, accept)
        except ExhaustedError as error:
            written.extend(spelling.spell(encode(name)) for name in error.names)
            raise
        written.extend(spelling.spell(encode(name)) for name in names)

    def share(self, sampling: Sampling, budget: Budget | None = None) -> float:
        """As `Shaped.share`. Raises BudgetError where it may not be built: nothing is kept."""
        budget = budget or Budget()
        shaped = Shaped(self.automaton, sampling, budget.reads)
        if shaped.condition is not None and not budget.builds:
            raise BudgetError
        return shaped.share()

    def log_probs(self, name: str) -> tuple[str, list[float]]:
        """A name, normalised, and its `log_probs`. Raises UnscorableError."""
        name, tokens = self.automaton.alphabet.spell(name)
        return name, log_probs(self.automaton, tokens)

    def plain_scores(self, names: list[str], checkpoint: Checkpoint) -> list[Score | None]:
        """No name is scored in a quicker way than by `scoring.score_one`."""
        return [None] * len(names)

    def score_rows(
        self,
        names: list[str],
        checkpoint: Checkpoint,
        columns: Sequence[str],
        separators: list[bytes],
        is_title: bool,
        row: Callable[[str], bytes],
    ) -> bytes:
        """Each by `row`."""
        return b"".join(map(row, names))

    def log_likelihoods(self, names: Iterable[str]) -> NDArray[np.float64]:
        """The log-likelihood of each name, nats, in order. Raises UnscorableError."""
        return np.array([add(self.log_probs(name)[1]) for name in names])
