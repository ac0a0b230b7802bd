"""Pearson's chi-square test. That of `scipy.stats` is the same, but takes seconds to import."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import chdtrc

Numbers = Sequence[float] | NDArray[np.float64]


def chi_square(observed: Numbers, expected: Numbers) -> float:
    """How likely counts are at least as far as these from those that are expected."""
    found, wanted = np.asarray(observed, float), np.asarray(expected, float)
    assert found.sum() == pytest.approx(wanted.sum(), rel=1e-8)
    return float(chdtrc(len(found) - 1, ((found - wanted) ** 2 / wanted).sum()))
