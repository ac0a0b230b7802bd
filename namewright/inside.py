"""What is inside a model: which letters follow which, how long names are, where an embedding is.

>>> inside = inside_of(namewright.load_model("bigram"))
>>> inside["pairs"]["counts"][0][1]                # names of its list that begin with an a

Most models have no counts of their own: then they are those of names that the model makes.
"""

from typing import Any, Literal, NotRequired

import numpy as np
from numpy.typing import NDArray
from typing_extensions import TypedDict

from namewright.alphabet import BOUNDARY, MAX_LENGTH, Alphabet
from namewright.budget import Budget
from namewright.digits import rounded
from namewright.explanation import END
from namewright.model import Model
from namewright.parameters import Sampling

DRAWN = 10_000
"""How many names are made: a share of them is right to about half of one per cent."""
SEED = 0


class Pairs(TypedDict):
    """How often each character comes after each other one."""

    counted_in: Literal["list", "drawn"]
    """`list`: in the names that the model learned from; `drawn`: in names that it has made."""
    counts: list[list[int]]
    """A row for each token that comes first, a column for each that comes after it. The row of the
    boundary has first letters, and its column has last ones."""


class Embedding(TypedDict):
    """Where a network has put each token: those that it treats alike are near each other."""

    dimensions: int
    """How many numbers the network has for each token."""
    points: list[list[float]]
    """For each token its two principal components: along these the tokens differ most."""
    share: float
    """0 to 1: how much of the differences these two show, as a share of the variance."""


class Inside(TypedDict):
    """What is inside a model."""

    model: str
    """Its name."""
    digest: str
    """SHA-256 of its checkpoint."""
    tokens: list[str]
    """Each character, in token order; the first, `""`, is where names begin and end."""
    drawn: int
    """How many names were made, those of seed 0, for what is counted in them."""
    lengths: list[float]
    """The share of the names made that have 1, 2, 3 ... characters."""
    pairs: Pairs
    """Which characters follow which."""
    embedding: NotRequired[Embedding]
    """There where the model is a network that has one."""


def inside_of(model: Model, budget: Budget | None = None) -> Inside:
    """What is inside a model. Raises as `Walker.sample` does."""
    names = model.draw(Sampling(n=DRAWN, seed=SEED, safe=False), budget)
    alphabet, tensors = model.automaton.alphabet, model.checkpoint.tensors
    lengths = np.bincount([len(name) for name in names], minlength=MAX_LENGTH + 1)
    counted = "counts" in tensors
    counts = tensors["counts"] if counted else count_pairs(alphabet, names)
    inside: Inside = {
        "model": model.name,
        "digest": model.digest,
        "tokens": [END, *alphabet.characters],
        "drawn": len(names),
        "lengths": [rounded(share) for share in lengths[1:] / len(names)],
        "pairs": {"counted_in": "list" if counted else "drawn", "counts": counts.tolist()},
    }
    if "embedding.weight" in tensors:
        inside["embedding"] = embedding_of(tensors["embedding.weight"])
    return inside


def count_pairs(alphabet: Alphabet, names: list[str]) -> NDArray[np.int64]:
    """[tokens, tokens]: how often each token comes after each other one."""
    row = [token for name in names for token in (BOUNDARY, *alphabet.encode(name))]
    tokens, vocab_size = np.array([*row, BOUNDARY]), alphabet.vocab_size
    pairs = tokens[:-1] * vocab_size + tokens[1:]
    return np.bincount(pairs, minlength=vocab_size**2).reshape(vocab_size, vocab_size)


def embedding_of(weight: NDArray[Any]) -> Embedding:
    """The two principal components of a network's embedding [tokens, dimensions].

    Each has two directions: it is the one in which the token furthest out is positive.
    """
    centred = np.asarray(weight, dtype=np.float64) - weight.mean(axis=0)
    left, scales, _ = np.linalg.svd(centred, full_matrices=False)
    points = np.zeros((len(weight), 2))
    points[:, : len(scales)] = (left * scales)[:, :2]
    furthest = points[np.abs(points).argmax(axis=0), [0, 1]]
    points *= np.where(furthest < 0, -1, 1)
    variance = scales**2
    share = variance[:2].sum() / variance.sum() if variance.any() else 1.0
    return {
        "dimensions": weight.shape[1],
        "points": [[rounded(x), rounded(y)] for x, y in points],
        "share": rounded(share),
    }
