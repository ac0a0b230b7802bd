"""A second opinion on gradients: plain Python against torch."""

import math
import random
from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from hypothesis import given, settings
from hypothesis import strategies as st

from namewright.alphabet import Alphabet
from training.configs import BigramNetConfig
from training.models.bigram import BigramNet
from training.scalar_autograd import MLP, Bigram, Layer, Neuron, Value, cross_entropy
from training.sequences import sequences

OPERATIONS: list[Callable[[Any, Any], Any]] = [
    lambda a, b: a.tanh(),
    lambda a, b: a.relu(),
    lambda a, b: a.tanh().exp(),
    lambda a, b: (a * a + 1.0).log(),
    lambda a, b: -a,
    lambda a, b: a**2,
    lambda a, b: (a * a + 2.0) ** -0.5,
    lambda a, b: a + b,
    lambda a, b: a - b,
    lambda a, b: a * b,
    lambda a, b: a / (b * b + 1.5),
    lambda a, b: 2.0 + a,
    lambda a, b: 2.0 - a,
    lambda a, b: 0.5 * a,
    lambda a, b: 1.0 / (a * a + 1.5),
]
"""Each on Values or on tensors, and defined for all of them."""

numbers = st.floats(-2, 2).map(lambda number: round(number, 3))
programs = st.lists(
    st.tuples(st.sampled_from(range(len(OPERATIONS))), st.integers(0, 99), st.integers(0, 99)),
    min_size=1,
    max_size=25,
)


@settings(max_examples=300)
@given(st.lists(numbers, min_size=1, max_size=5), programs)
def test_values_and_gradients_of_random_expressions_are_torchs(
    inputs: list[float], program: list[tuple[int, int, int]]
) -> None:
    ours = [Value(number) for number in inputs]
    theirs = [torch.tensor(number, dtype=torch.float64, requires_grad=True) for number in inputs]
    found: list[list[Any]] = [list(ours), list(theirs)]
    for operation, a, b in program:
        for side in found:
            made = OPERATIONS[operation](side[a % len(side)], side[b % len(side)])
            side.append(made.tanh() if len(side) % 4 == 0 else made)
    for side in found:
        side.append(sum(side[1:], side[0]).tanh())
    result, expected = found[0][-1], found[1][-1]
    assert isinstance(result, Value)
    assert isinstance(expected, torch.Tensor)
    result.backward()
    expected.backward()  # type: ignore[no-untyped-call]
    assert result.data == pytest.approx(expected.item(), rel=1e-9, abs=1e-12)
    for mine, tensor in zip(ours, theirs, strict=True):
        grad = 0.0 if tensor.grad is None else tensor.grad.item()
        assert mine.grad == pytest.approx(grad, rel=1e-7, abs=1e-10)


def test_a_number_used_twice_has_both_its_gradients() -> None:
    a = Value(3.0)
    (a * a + a).backward()
    assert a.grad == 7.0


def test_a_long_expression_needs_no_recursion() -> None:
    total = start = Value(0.0)
    for _ in range(5000):
        total = total + 1.0
    total.backward()
    assert (total.data, start.grad) == (5000.0, 1.0)


def test_log_of_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"domain|expected a positive"):
        Value(0.0).log()


def test_mlp_and_its_gradients_are_torchs() -> None:
    mine = MLP((3, 4, 2), random.Random(1))
    theirs = torch.nn.Sequential(
        torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 2)
    ).double()
    with torch.no_grad():
        for layer, linear in zip(mine.layers, (theirs[0], theirs[2]), strict=True):
            for row, neuron in enumerate(layer.neurons):
                neuron.bias.data = float(row) / 10
                linear.weight[row] = torch.tensor([weight.data for weight in neuron.weights])
                linear.bias[row] = neuron.bias.data
    x = [0.5, -1.0, 2.0]
    loss = cross_entropy(mine(x), 1)
    loss.backward()
    expected = F.cross_entropy(theirs(torch.tensor(x, dtype=torch.float64)), torch.tensor(1))
    expected.backward()
    assert loss.data == pytest.approx(expected.item())
    flat = [
        value
        for linear in (theirs[0], theirs[2])
        for weights, bias in zip(linear.weight.grad, linear.bias.grad, strict=True)
        for value in [*weights.tolist(), bias.item()]
    ]
    assert [parameter.grad for parameter in mine.parameters()] == pytest.approx(flat)


def test_layers_have_the_parameters_they_should() -> None:
    rng = random.Random(0)
    assert len(Neuron(3, rng).parameters()) == 4
    assert len(Layer(3, 5, rng).parameters()) == 20
    assert len(MLP((3, 5, 2), rng).parameters()) == 32


def test_bigram_trained_with_it_reaches_torchs_loss() -> None:
    """The same weights, pairs, steps and rate: the same losses, down to what counting gives."""
    names = ["emma", "ava", "mae", "eve", "amma", "vea", "ema"]
    alphabet = Alphabet.of(names)
    mine = Bigram(alphabet.vocab_size, random.Random(4))
    theirs = BigramNet(alphabet.vocab_size, BigramNetConfig()).double()
    with torch.no_grad():
        theirs.weight.copy_(
            torch.tensor(
                [[weight.data for weight in row] for row in mine.weight], dtype=torch.float64
            )
        )
    shown = sequences(names, alphabet)
    pairs = [
        (before, token)
        for row, targets in zip(shown.tokens.tolist(), shown.targets.tolist(), strict=True)
        for before, token in zip(row, targets, strict=True)
        if token >= 0
    ]
    optimizer = torch.optim.SGD(theirs.parameters(), lr=10.0)
    for _ in range(150):
        loss = F.cross_entropy(
            theirs(shown.tokens).flatten(0, 1), shown.targets.flatten(), ignore_index=-1
        )
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        assert mine.step(pairs, 10.0) == pytest.approx(loss.item(), rel=1e-9)
    counted = {}
    for before, token in pairs:
        counted.setdefault(before, []).append(token)
    best = -sum(
        math.log(counted[before].count(token) / len(counted[before])) for before, token in pairs
    ) / len(pairs)
    assert best < mine.loss(pairs).data < best + 0.02
