"""The numbers of the library against torch's."""

from typing import Any

import numpy as np
import pytest
import torch

from namewright import Model, load_model
from namewright.alphabet import Alphabet
from namewright.architectures import ARCHITECTURES
from namewright.automaton import Automaton
from training.configs import MLPConfig
from training.models import Network
from training.models.bigram import BigramNet
from training.models.mlp import MLP


def compare(network: Network, automaton: Automaton, contexts: torch.Tensor) -> None:
    """Walk each context without its leading boundaries, and compare what comes next."""
    with torch.no_grad():
        # Boundaries at the front, as many as the network adds itself, change nothing.
        logits = network.double()(contexts)[:, -1]
        expected = torch.log_softmax(logits, dim=1).numpy()
    found = automaton.predictions()
    for context, row in zip(contexts.tolist(), expected, strict=True):
        state = automaton.walk([token for token in context if token])
        np.testing.assert_allclose(found[state], row, atol=1e-5)


def random_contexts(vocab_size: int, context: int) -> torch.Tensor:
    """Contexts [2000, context], with boundaries only at the front, as in names."""
    generator = torch.Generator().manual_seed(5)
    drawn = torch.randint(1, vocab_size, (2000, context), generator=generator)
    boundaries = torch.randint(0, context + 1, (2000, 1), generator=generator)
    return torch.where(torch.arange(context) < boundaries, 0, drawn)


@pytest.mark.parametrize(("vocab_size", "context"), [(27, 3), (5, 1), (9, 5), (60, 2)])
@pytest.mark.parametrize("hidden", [31, 900])  # in one product, and in several
def test_mlp_with_random_weights_equals_torch(vocab_size: int, context: int, hidden: int) -> None:
    torch.manual_seed(vocab_size)
    network = MLP(vocab_size, MLPConfig(context=context, embedding=7, hidden=hidden))
    alphabet = Alphabet(tuple(chr(0x4E00 + i) for i in range(vocab_size - 1)))
    expand = ARCHITECTURES["mlp"].expand
    automaton = expand(alphabet, network.hyperparameters, network.tensors())
    compare(network, automaton, random_contexts(vocab_size, context))


def test_bigram_net_with_random_weights_equals_torch() -> None:
    torch.manual_seed(1)
    network = BigramNet(27, BigramNet.config_type())
    alphabet = Alphabet(tuple("abcdefghijklmnopqrstuvwxyz"))
    automaton = ARCHITECTURES["bigram-net"].expand(alphabet, {}, network.tensors())
    compare(network, automaton, random_contexts(27, 1))


def test_shipped_mlp_equals_torch(shipped: dict[str, Model]) -> None:
    checkpoint = shipped["mlp"].checkpoint
    sizes = checkpoint.hyperparameters
    network = MLP(27, MLPConfig(**sizes))
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


@pytest.mark.parametrize(
    ("vocab_size", "context", "embedding", "hidden"),
    [(2, 23, 1, 1), (4, 10, 1, 1), (27, 3, 1, 65_536), (256, 2, 60, 1000)],
)
def test_a_network_that_takes_long_to_expand_is_refused(
    vocab_size: int, context: int, embedding: int, hidden: int
) -> None:
    """The first would be a file of 10 KB, and six seconds."""
    sizes = {"context": context, "embedding": embedding, "hidden": hidden}
    with pytest.raises(ValueError, match="take too long to expand at load"):
        ARCHITECTURES["mlp"].layout(vocab_size, sizes)


def test_a_table_of_a_to_z_and_four_characters_is_served() -> None:
    ARCHITECTURES["mlp"].layout(27, {"context": 4, "embedding": 200, "hidden": 300})


@pytest.mark.parametrize("size", [0, -1, 2.0, "3", None, True, 10**9])
def test_sizes_that_are_none_are_refused(size: object) -> None:
    with pytest.raises(ValueError, match="hyperparameter hidden"):
        ARCHITECTURES["mlp"].layout(27, {"context": 3, "embedding": 10, "hidden": size})


ALPHABET = Alphabet(("a", "b"))
CONTEXTS = {
    "contexts.parent": np.array([0, 0, 0, 0, 2], dtype=np.int32),
    "contexts.character": np.array([0, 0, 1, 2, 2], dtype=np.uint8),
}
"""The empty one, the start, a, b, ab."""


def compiled_tensors() -> dict[str, np.ndarray]:
    codes = np.array([[0, 16, 32], [255, 0, 0], [16, 0, 16], [0, 0, 0], [0, 255, 255]])
    return CONTEXTS | {"predictions": codes.astype(np.uint8)}


def test_codes_are_sixteenths_of_a_nat_and_each_state_sums_to_1() -> None:
    expand = ARCHITECTURES["automaton"].expand
    automaton = expand(ALPHABET, {"states": 5, "bits": 8}, compiled_tensors())
    weights = np.exp(-np.array([0.0, 1.0, 2.0]))
    assert automaton.log_prob(0, 1) == pytest.approx(np.log(weights[1] / weights.sum()))
    np.testing.assert_allclose(np.exp(automaton.predictions()).sum(axis=1), 1, rtol=1e-12)
    assert automaton.start == 1
    assert automaton.walk([1, 2]) == 4
    assert automaton.walk([1, 2, 2]) == 3


@pytest.mark.parametrize(
    ("hyperparameters", "fault"),
    [
        ({"states": 5}, "bits should be a whole number"),
        ({"states": 5, "bits": 16}, "bits should be 8 or 64"),
        ({"states": 0, "bits": 8}, "states should be a whole number"),
        ({"states": 2**24, "bits": 8}, "more than 16,777,216 numbers"),
    ],
)
def test_faulty_hyperparameters_of_a_compiled_model(
    hyperparameters: dict[str, int], fault: str
) -> None:
    with pytest.raises(ValueError, match=fault):
        ARCHITECTURES["automaton"].layout(27, hyperparameters)


def ngram_tensors() -> dict[str, np.ndarray]:
    """Contexts of up to two characters, and their counts."""
    return CONTEXTS | {
        "contexts.counted": np.array([2, 1, 1, 0, 0], dtype=np.uint8),
        "counts.token": np.array([0, 1, 2, 1, 2, 0, 2, 0, 0], dtype=np.uint8),
        "counts.count": np.array([2, 1, 2, 5, 1, 1, 4, 6, 4], dtype=np.int32),
        "discounts": np.array([[0.5, 0.7, 1.0], [0.5, 1.0, 1.5], [0.5, 1.0, 1.5]]),
    }


def test_an_ngram_is_interpolated_from_the_shortest_context_up() -> None:
    expand = ARCHITECTURES["ngram"].expand
    automaton = expand(ALPHABET, {"order": 3, "states": 5}, ngram_tensors())
    empty = (np.array([2, 1, 2]) - [0.7, 0.5, 0.7]) / 5 + 1.9 / 5 / 3
    b = np.array([4.5 / 6, 0, 0]) + 1.5 / 6 * empty
    ab = np.array([2.5 / 4, 0, 0]) + 1.5 / 4 * b
    found = np.exp(automaton.predictions())
    np.testing.assert_allclose(found[[0, 3, 4]], [empty, b, ab], rtol=1e-6)


def test_logarithms_of_an_ngram_are_the_nearest_on_any_processor(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    log, taken = np.log, []

    def spy(values: np.ndarray, **options: Any) -> np.ndarray:
        taken.append(values.copy())
        return log(values, **options)

    monkeypatch.setattr(np, "log", spy)
    found = load_model("ngram").automaton.log_probs
    assert len(taken) == 1
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, log(taken[0].astype(np.longdouble)).astype(np.float32))


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("contexts.counted", [2, 1, 1, 0, 1], "should have 10 entries"),
        ("contexts.counted", [255, 255, 255, 255, 255], "should have 1280 entries"),
        ("counts.token", [0, 1, 2, 1, 2, 0, 2, 0, 3], "tokens that rise"),
        ("counts.token", [0, 2, 1, 1, 2, 0, 2, 0, 0], "tokens that rise"),
        ("counts.count", [2, 1, 2, 5, 1, 1, 4, 6, 0], "1 or more"),
        ("discounts", [[0.5, 0.7, 1.0], [0.5, 1.0, 1.5], [0.5, 1.0, 0.0]], "above 0"),
        ("discounts", [[1.5, 0.7, 1.0], [0.5, 1.0, 1.5], [0.5, 1.0, 1.5]], "no more than"),
        ("discounts", [[np.nan] * 3] * 3, "above 0"),
        ("contexts.character", [0, 1, 1, 2, 2], "twice"),
    ],
)
def test_faulty_tensors_of_an_ngram(name: str, value: list[object], fault: str) -> None:
    tensors = ngram_tensors()
    tensors[name] = np.array(value, dtype=tensors[name].dtype)
    with pytest.raises(ValueError, match=fault):
        ARCHITECTURES["ngram"].expand(ALPHABET, {"order": 3, "states": 5}, tensors)


def test_a_context_as_long_as_the_order_is_refused() -> None:
    with pytest.raises(ValueError, match="shorter than the order"):
        ARCHITECTURES["ngram"].expand(ALPHABET, {"order": 2, "states": 5}, ngram_tensors())
