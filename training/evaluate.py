"""The loss of a model on each part of a split, through the engine: what is served is measured."""

from collections.abc import Sequence

from app.engine.automaton import Automaton
from app.engine.kernel import Walker
from training.data import Split


def loss(automaton: Automaton, names: Sequence[str]) -> float:
    """Mean negative log-likelihood, nats per prediction, the end of each name included."""
    predictions = sum(len(name) + 1 for name in names)
    return -float(Walker(automaton).log_likelihoods(names).sum()) / predictions


def losses(automaton: Automaton, parts: Split) -> dict[str, float]:
    """The loss on `train`, `validation` and `test`.

    Raises UnscorableError if a name has a character that the model does not know.
    """
    return {side: loss(automaton, names) for side, names in parts._asdict().items()}
