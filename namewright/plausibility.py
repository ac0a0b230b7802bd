"""From how likely a name is to how plausible: its place among real names.

A row of a checkpoint's calibration has rising quantiles of the mean log-likelihood of held-out
names: quantile j of k + 1 is what a share j / k of them lies below. Beyond the first and the last
hundredth a name's place goes on by the slope of that tail, as a generalised Pareto distribution
(Pickands, "Statistical inference using extreme order statistics", 1975): so 0 and 1 are never
reached, and no two means have one plausibility.
"""

from bisect import bisect_left
from collections.abc import Sequence
from math import log

FEWEST_POINTS = 11
"""Quantiles that a row has at least: its tails are of these."""
SPAN = 5
"""A tail's slope is that between the first quantile and this one."""
SHAPE = 0.1
"""Of a generalised Pareto distribution: nearly exponential, and never 0."""
EPSILON = 2**-53
"""The least by which a number is below 1."""
NARROWEST = 1e-9
"""Nats; between quantiles that are the same."""


def plausibility(quantiles: Sequence[float], mean_log_likelihood: float) -> float:
    """The share of held-out names that are less likely, above 0 and below 1."""
    steps = len(quantiles) - 1
    if mean_log_likelihood < quantiles[1]:
        width = quantiles[SPAN] - quantiles[1]
        return tail(quantiles[1] - mean_log_likelihood, width) / steps
    if mean_log_likelihood > quantiles[-2]:
        width = quantiles[-2] - quantiles[-1 - SPAN]
        return 1 - max(tail(mean_log_likelihood - quantiles[-2], width) / steps, EPSILON)
    above = max(2, bisect_left(quantiles, mean_log_likelihood))
    low, high = quantiles[above - 1], quantiles[above]
    if low == high:
        return above / steps
    return (above - 1 + (mean_log_likelihood - low) / (high - low)) / steps


def tail(beyond: float, width: float) -> float:
    """The share of a tail that lies further out than `beyond`, nats from where the tail begins.

    Over `width` nats on the other side, what lies further out grows to `SPAN` times as much.
    """
    ratio = beyond * log(SPAN) / max(width, NARROWEST)
    return float((1 + SHAPE * ratio) ** (-1 / SHAPE))
