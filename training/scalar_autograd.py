"""Gradients by hand: a number that remembers where it came from.

After Karpathy's micrograd: reverse-mode differentiation on single numbers, in plain Python, so
short that it can be believed. It is the second opinion on what torch computes: the tests hold
its values and gradients to torch's, and train the bigram with both.

    >>> a, b = Value(2.0), Value(-3.0)
    >>> loss = (a * b + a**2).tanh()
    >>> loss.backward()
    >>> a.grad                      # d loss / d a = (1 - tanh(-2)^2) * (b + 2 a)
    0.0706...
"""

import math
import random
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise


class Value:
    """A number in an expression: what it is, and once `backward` has run, d(result) / d(it).

    data    the number
    grad    the derivative of that on which `backward` was called, added up over its uses
    """

    __slots__ = ("_backward", "_operands", "data", "grad")

    def __init__(self, data: float, operands: tuple["Value", ...] = ()) -> None:
        self.data = float(data)
        self.grad = 0.0
        self._operands = operands
        self._backward: Callable[[], None] = lambda: None

    def __repr__(self) -> str:
        return f"Value(data={self.data:g}, grad={self.grad:g})"

    def _unary(self, data: float, slope: float) -> "Value":
        """A function of this one: its value, and its derivative here."""
        result = Value(data, (self,))

        def backward() -> None:
            self.grad += slope * result.grad

        result._backward = backward
        return result

    def __add__(self, other: "Value | float") -> "Value":
        other = as_value(other)
        result = Value(self.data + other.data, (self, other))

        def backward() -> None:
            self.grad += result.grad
            other.grad += result.grad

        result._backward = backward
        return result

    def __mul__(self, other: "Value | float") -> "Value":
        other = as_value(other)
        result = Value(self.data * other.data, (self, other))

        def backward() -> None:
            self.grad += other.data * result.grad
            other.grad += self.data * result.grad

        result._backward = backward
        return result

    def __pow__(self, exponent: float) -> "Value":
        return self._unary(self.data**exponent, exponent * self.data ** (exponent - 1))

    def exp(self) -> "Value":
        """Its exponential."""
        power = math.exp(self.data)
        return self._unary(power, power)

    def log(self) -> "Value":
        """Its natural logarithm. Raises ValueError unless it is above 0."""
        return self._unary(math.log(self.data), 1 / self.data)

    def tanh(self) -> "Value":
        """Its hyperbolic tangent."""
        squashed = math.tanh(self.data)
        return self._unary(squashed, 1 - squashed**2)

    def relu(self) -> "Value":
        """It, or 0 where it is below."""
        return self._unary(max(0.0, self.data), float(self.data > 0))

    def __neg__(self) -> "Value":
        return self * -1.0

    def __sub__(self, other: "Value | float") -> "Value":
        return self + -as_value(other)

    def __truediv__(self, other: "Value | float") -> "Value":
        return self * as_value(other) ** -1.0

    def __rsub__(self, other: float) -> "Value":
        return as_value(other) - self

    def __rtruediv__(self, other: float) -> "Value":
        return as_value(other) / self

    __radd__ = __add__
    __rmul__ = __mul__

    def backward(self) -> None:
        """Fill in `grad` of everything that this was computed from, by the chain rule.

        From the result back, each number after all that use it: depth first, without recursion,
        so that an expression may be as long as memory is large.
        """
        order: list[Value] = []
        seen = {id(self)}
        stack = [(self, iter(self._operands))]
        while stack:
            value, operands = stack[-1]
            for operand in operands:
                if id(operand) not in seen:
                    seen.add(id(operand))
                    stack.append((operand, iter(operand._operands)))
                    break
            else:
                order.append(value)
                stack.pop()
        self.grad = 1.0
        for value in reversed(order):
            value._backward()


def as_value(number: Value | float) -> Value:
    """A number as a Value, which is constant if it was not one."""
    return number if isinstance(number, Value) else Value(number)


class Module:
    """What has parameters."""

    def parameters(self) -> list[Value]:
        """All numbers that are learned."""
        return []

    def zero_grad(self) -> None:
        """Forget the gradients of the last step."""
        for parameter in self.parameters():
            parameter.grad = 0.0


class Neuron(Module):
    """tanh(w . x + b), or without the tanh."""

    def __init__(self, inputs: int, rng: random.Random, *, linear: bool = False) -> None:
        self.weights = [Value(rng.gauss(0, inputs**-0.5)) for _ in range(inputs)]
        self.bias = Value(0.0)
        self.linear = linear

    def __call__(self, x: Sequence[Value | float]) -> Value:
        """[inputs] -> a number."""
        pairs = zip(self.weights, x, strict=True)
        total = sum((weight * value for weight, value in pairs), self.bias)
        return total if self.linear else total.tanh()

    def parameters(self) -> list[Value]:
        """Its weights and its bias."""
        return [*self.weights, self.bias]


class Layer(Module):
    """Neurons beside each other."""

    def __init__(
        self, inputs: int, outputs: int, rng: random.Random, *, linear: bool = False
    ) -> None:
        self.neurons = [Neuron(inputs, rng, linear=linear) for _ in range(outputs)]

    def __call__(self, x: Sequence[Value | float]) -> list[Value]:
        """[inputs] -> [outputs]."""
        return [neuron(x) for neuron in self.neurons]

    def parameters(self) -> list[Value]:
        """Those of its neurons."""
        return [parameter for neuron in self.neurons for parameter in neuron.parameters()]


class MLP(Module):
    """Layers behind each other, the last of them linear."""

    def __init__(self, sizes: Sequence[int], rng: random.Random) -> None:
        last = len(sizes) - 2
        self.layers = [
            Layer(inputs, outputs, rng, linear=at == last)
            for at, (inputs, outputs) in enumerate(pairwise(sizes))
        ]

    def __call__(self, x: Sequence[Value | float]) -> list[Value]:
        """[sizes[0]] -> [sizes[-1]]."""
        values: Sequence[Value | float] = x
        for layer in self.layers:
            values = layer(values)
        return [as_value(value) for value in values]

    def parameters(self) -> list[Value]:
        """Those of its layers."""
        return [parameter for layer in self.layers for parameter in layer.parameters()]


def cross_entropy(logits: Sequence[Value], target: int) -> Value:
    """-log softmax(logits)[target], nats."""
    return log_sum_exp(logits) - logits[target]


def log_sum_exp(logits: Sequence[Value]) -> Value:
    """log(sum(exp(logits))). The largest is taken off first: exp stays finite."""
    highest = max(logit.data for logit in logits)
    total = sum(((logit - highest).exp() for logit in logits), Value(0.0))
    return total.log() + highest


class Bigram(Module):
    """The bigram-net, number by number: a row of logits for each token that can come before."""

    def __init__(self, vocab_size: int, rng: random.Random) -> None:
        self.weight = [
            [Value(rng.gauss(0, 1)) for _ in range(vocab_size)] for _ in range(vocab_size)
        ]

    @classmethod
    def of(cls, weight: Sequence[Sequence[float]]) -> "Bigram":
        """One with these rows."""
        bigram = cls(0, random.Random(0))
        bigram.weight = [[Value(number) for number in row] for row in weight]
        return bigram

    def parameters(self) -> list[Value]:
        """All of the rows."""
        return [weight for row in self.weight for weight in row]

    def loss(self, pairs: Sequence[tuple[int, int]]) -> Value:
        """The mean cross-entropy of (token before, token) pairs, nats per prediction.

        A pair that comes several times is computed once, and weighed by how often it comes.
        """
        total = Value(0.0)
        for before, count in Counter(before for before, _ in pairs).items():
            total += log_sum_exp(self.weight[before]) * count
        for (before, token), count in Counter(pairs).items():
            total -= self.weight[before][token] * count
        return total / len(pairs)

    def step(self, pairs: Sequence[tuple[int, int]], learning_rate: float) -> float:
        """A step of gradient descent; the loss before it."""
        self.zero_grad()
        loss = self.loss(pairs)
        loss.backward()
        for parameter in self.parameters():
            parameter.data -= learning_rate * parameter.grad
        return loss.data
