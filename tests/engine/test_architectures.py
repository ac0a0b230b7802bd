"""The engine's numbers against torch's."""

import numpy as np
import pytest
import torch

from app.engine import Model
from app.engine.alphabet import Alphabet
from app.engine.architectures import ARCHITECTURES
from app.engine.automaton import Automaton
from training.models import MLP, BigramNet, Network


def compare(network: Network, automaton: Automaton, contexts: torch.Tensor) -> None:
    """Walk each context, its leading boundaries aside, and compare what comes next."""
    with torch.no_grad():
        expected = torch.log_softmax(network.double()(contexts), dim=1).numpy()
    found = automaton.predictions()
    for context, row in zip(contexts.tolist(), expected, strict=True):
        state = automaton.walk([token for token in context if token])
        np.testing.assert_allclose(found[state], row, atol=1e-5)


def random_contexts(tokens: int, context: int) -> torch.Tensor:
    """Contexts [2000, context], with boundaries only at the front, as in names."""
    generator = torch.Generator().manual_seed(5)
    drawn = torch.randint(1, tokens, (2000, context), generator=generator)
    boundaries = torch.randint(0, context + 1, (2000, 1), generator=generator)
    return torch.where(torch.arange(context) < boundaries, 0, drawn)


@pytest.mark.parametrize(("tokens", "context"), [(27, 3), (5, 1), (9, 5), (60, 2)])
def test_mlp_with_random_weights_equals_torch(tokens: int, context: int) -> None:
    torch.manual_seed(tokens)
    network = MLP(tokens, context, embedding=7, hidden=31)
    alphabet = Alphabet(tuple(chr(0x4E00 + i) for i in range(tokens - 1)))
    expand = ARCHITECTURES["mlp"].expand
    automaton = expand(alphabet, network.hyperparameters(), network.tensors())
    compare(network, automaton, random_contexts(tokens, context))


def test_bigram_net_with_random_weights_equals_torch() -> None:
    torch.manual_seed(1)
    network = BigramNet(27)
    alphabet = Alphabet(tuple("abcdefghijklmnopqrstuvwxyz"))
    automaton = ARCHITECTURES["bigram-net"].expand(alphabet, {}, network.tensors())
    compare(network, automaton, random_contexts(27, 1))


def test_shipped_mlp_equals_torch(shipped: dict[str, Model]) -> None:
    checkpoint = shipped["mlp"].checkpoint
    sizes = checkpoint.hyperparameters
    network = MLP(27, sizes["context"], sizes["embedding"], sizes["hidden"])
    weights = {name: torch.tensor(tensor) for name, tensor in checkpoint.tensors.items()}
    network.load_state_dict(weights)
    compare(network, shipped["mlp"].automaton, random_contexts(27, sizes["context"]))


def test_shipped_bigram_is_its_smoothed_counts(shipped: dict[str, Model]) -> None:
    checkpoint = shipped["bigram"].checkpoint
    counts = checkpoint.tensors["counts"] + checkpoint.hyperparameters["smoothing"]
    expected = counts / counts.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(np.exp(shipped["bigram"].automaton.log_probs), expected, rtol=1e-12)


def test_too_large_a_context_is_refused_before_any_memory_is_taken() -> None:
    with pytest.raises(ValueError, match="too many states"):
        ARCHITECTURES["mlp"].layout(27, {"context": 65536, "embedding": 1, "hidden": 1})


@pytest.mark.parametrize("size", [0, -1, 2.0, "3", None, True, 10**9])
def test_sizes_that_are_none_are_refused(size: object) -> None:
    with pytest.raises(ValueError, match="hyperparameter hidden"):
        ARCHITECTURES["mlp"].layout(27, {"context": 3, "embedding": 10, "hidden": size})
