"""Two models that are to be told apart: in one, what the other finds likelier becomes rare.

A model of girls' names makes some that are rather a boy's: the list has a few of them, and it
spells more like those. Here it is conditioned on what the pair of models says: of its names, only
those are kept which it finds likelier than the other does. By Bayes' rule, in a state q

    P(token | q, kept)  is in proportion to  P(token | q) P(kept | q, token)

and the second factor is counted in millions of its own names. It stays an automaton of the same
states, so some names that were not kept can still be made: a state that does not remember enough to
tell what will be kept has the mean.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from namewright.alphabet import BOUNDARY
from namewright.automaton import Automaton
from namewright.checkpoint import Checkpoint
from namewright.kernel import walk
from namewright.parameters import Sampling
from training.checkpoints import automaton_of
from training.compile import encode
from training.data import Dataset
from training.export import export
from training.prefixes import OnProgress
from training.tokens import tokens_of

PART = 250_000
"""How many names are drawn and judged at a time."""


class ContrastOptions(NamedTuple):
    """What it is estimated from.

    names    how many of the model's own are drawn and judged
    prior    how many names are added to those that went on from a state by one token, as many of
             them kept as of all names from there
    seed     of the names
    """

    names: int = 3_000_000
    prior: float = 2.0
    seed: int = 0


def contrast(
    checkpoint: Checkpoint,
    other: Checkpoint,
    dataset: Dataset,
    options: ContrastOptions = ContrastOptions(),  # noqa: B008 - it is frozen
    on_progress: OnProgress = lambda done: None,
) -> tuple[Checkpoint, float]:
    """A compiled model that seldom makes names which another finds likelier, and the share kept.

    Measured on the list that it learned from. Raises ValueError as `check_pair` does, and where
    the other finds all of its names likelier.
    """
    check_pair(checkpoint, other)
    own, others = automaton_of(checkpoint), automaton_of(other)
    assert own is not None
    assert others is not None
    came, kept = judge(own, others, options, on_progress)
    if not kept.any():
        raise ValueError("the other model finds all of its names likelier, so none would be left")
    tensors = {
        **checkpoint.tensors,
        "predictions": encode(conditioned(own, came, kept, options.prior)),
    }
    share = float(kept[:, BOUNDARY].sum() / came[:, BOUNDARY].sum())
    sizes: dict[str, Any] = {
        **checkpoint.hyperparameters,
        "bits": 8,
        "contrast": {"digest": other.digest, **options._asdict()},
    }
    metrics = {"teacher": checkpoint.metrics["teacher"]}
    made = export(dataset, "automaton", sizes, tensors, checkpoint.training, metrics)
    return made, share


def check_pair(
    checkpoint: Checkpoint, other: Checkpoint, called: Sequence[str] = ("the model", "the other")
) -> None:
    """Raise ValueError for two that cannot be told apart; `called` is what it calls them."""
    for each, name in zip((checkpoint, other), called, strict=True):
        if each.architecture != "automaton":
            raise ValueError(f"{name}: is not compiled; see python -m training compile --help")
    if checkpoint.alphabet != other.alphabet:
        different = {*checkpoint.alphabet.characters} ^ {*other.alphabet.characters}
        raise ValueError(
            f"{called[1]}: has another alphabet than {called[0]}, where one alone has "
            f"{' '.join(sorted(different))}; give two models of one alphabet"
        )
    if checkpoint.data["sha256"] == other.data["sha256"]:
        raise ValueError(f"{called[1]}: learned from the list of {called[0]}; give one of another")


def judge(
    own: Automaton, other: Automaton, options: ContrastOptions, on_progress: OnProgress
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """[states, tokens]: how often names went on so, and how often those that are kept did."""
    walker, others = walk(own), walk(other)
    came, kept = (np.zeros(own.log_probs.shape, dtype=np.int64) for _ in range(2))
    for first in range(0, options.names, PART):
        count = min(PART, options.names - first)
        names = walker.sample(Sampling(n=count, seed=options.seed, offset=first, safe=False))
        likelier = walker.log_likelihoods(names) > others.log_likelihoods(names)
        tally(own, names, likelier, came, kept)
        on_progress((first + count) / options.names)
    return came, kept


def tally(
    automaton: Automaton,
    names: Sequence[str],
    likelier: NDArray[np.bool_],
    came: NDArray[np.int64],
    kept: NDArray[np.int64],
) -> None:
    """Count each step of some names through an automaton, and of those that are kept."""
    tokens = tokens_of(names, automaton.alphabet)
    states = np.full(len(names), automaton.start, dtype=np.int64)
    for position in range(tokens.shape[1]):
        token = tokens[:, position]
        step = states * came.shape[1] + token
        came += np.bincount(step, minlength=came.size).reshape(came.shape)
        kept += np.bincount(step[likelier], minlength=kept.size).reshape(kept.shape)
        going_on = token != BOUNDARY
        states = automaton.transitions.follow_all(states[going_on], token[going_on]).astype(
            np.int64
        )
        tokens, likelier = tokens[going_on], likelier[going_on]


def conditioned(
    automaton: Automaton, came: NDArray[np.int64], kept: NDArray[np.int64], prior: float
) -> NDArray[np.float64]:
    """P(token | state, kept), [states, tokens].

    A share that was counted in few names is drawn to that of its state, and that to that of all.
    """
    of_all = kept.sum() / came.sum()
    of_state = (kept.sum(axis=1) + prior * of_all) / (came.sum(axis=1) + prior)
    shares = (kept + prior * of_state[:, None]) / (came + prior)
    probabilities: NDArray[np.float64] = np.exp(automaton.predictions()) * shares
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    return probabilities
