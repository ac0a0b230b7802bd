"""The bigram by counting: how often each character follows each other one."""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from namewright.alphabet import BOUNDARY, Alphabet

SMOOTHINGS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)


def count_pairs(names: Sequence[str], alphabet: Alphabet) -> NDArray[np.int64]:
    """Counts [before, after], boundaries at both ends of each name."""
    counts = np.zeros((alphabet.vocab_size, alphabet.vocab_size), dtype=np.int64)
    for name, repeats in Counter(names).items():
        tokens = [BOUNDARY, *alphabet.encode(name), BOUNDARY]
        np.add.at(counts, (tokens[:-1], tokens[1:]), repeats)
    return counts


def smooth(counts: NDArray[np.int64], smoothing: float) -> NDArray[np.float64]:
    """Natural log-probabilities [before, after], with `smoothing` added to every count.

    Above 0, so that no name is impossible: ValueError otherwise.
    """
    if not 0 < smoothing < math.inf:
        raise ValueError("smoothing should be above 0: at 0 an unseen pair scores minus infinity")
    smoothed = counts + smoothing
    log_probs: NDArray[np.float64] = np.log(smoothed / smoothed.sum(axis=1, keepdims=True))
    return log_probs


def choose_smoothing(counts: NDArray[np.int64], validation: NDArray[np.int64]) -> float:
    """The one of `SMOOTHINGS` under which the counts of the validation part are likeliest."""
    return max(SMOOTHINGS, key=lambda smoothing: (validation * smooth(counts, smoothing)).sum())
