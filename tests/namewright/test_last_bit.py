"""A last bit of floating point changes no name: exp has another in each mathematical library."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

import pytest

from namewright import Model, Sampling, _kernel, reference
from namewright.conditions import FREE_ATTEMPTS

UNDER: list[dict[str, Any]] = [
    {"ends_with": "lyn"},
    {"pattern": "[^aeiou]{6}"},
    {"contains": ("qu", "z"), "max_length": 7, "temperature": 0.7},
    {"starts_with": "x", "ends_with": "xo", "max_length": 8, "temperature": 1.5},
]


@contextmanager
def noise() -> Iterator[None]:
    """Each exp is at random the double above, the double below, or right."""
    exp, random, wrong = math.exp, Random(1), 0

    def noisy(value: float) -> float:
        nonlocal wrong
        toward = random.choice((-math.inf, None, math.inf))
        if toward is None:
            return exp(value)
        wrong += 1
        return math.nextafter(exp(value), toward)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(math, "exp", noisy)
        yield
    assert wrong > 300


def compare_free(model: Model, n: int) -> None:
    """Names of the kernel without noise, and of the reference with it."""
    for temperature in (0.6, 1.0):
        sampling = Sampling(n=n // 2, seed=12, temperature=temperature, safe=False)
        clean = _kernel.KernelWalker(model.automaton).sample(sampling)
        with noise():
            assert reference.ReferenceWalker(model.automaton).sample(sampling) == clean


def candidates(model: Model, asked: dict[str, Any], n: int) -> list[str]:
    """Candidates that are drawn under a condition, one of each index."""
    shaped = reference.Shaped(model.automaton, Sampling(**asked))
    drawn = (shaped.candidate(reference.draws(13, i, FREE_ATTEMPTS), under=True) for i in range(n))
    return [model.automaton.alphabet.decode(tokens or []) for tokens in drawn]


def compare_under(model: Model, asked: dict[str, Any], n: int) -> None:
    """Candidates of the reference, without noise and with it."""
    clean = candidates(model, asked, n)
    with noise():
        assert candidates(model, asked, n) == clean


@pytest.mark.parametrize("name", ["bigram", "mlp"])
def test_no_free_name_changes(shipped: dict[str, Model], name: str) -> None:
    compare_free(shipped[name], 1_250)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["bigram", "mlp", "ngram", "girls"])
def test_no_free_name_of_100_000_changes(shipped: dict[str, Model], name: str) -> None:
    compare_free(shipped[name], 25_000)


@pytest.mark.parametrize("asked", UNDER[:2], ids=str)
def test_no_name_under_a_condition_changes(
    shipped: dict[str, Model], asked: dict[str, Any]
) -> None:
    compare_under(shipped["bigram"], asked, 1_250)


@pytest.mark.slow
@pytest.mark.parametrize("asked", UNDER, ids=str)
def test_no_name_of_100_000_under_a_condition_changes(
    shipped: dict[str, Model], asked: dict[str, Any]
) -> None:
    compare_under(shipped["bigram"], asked, 25_000)
