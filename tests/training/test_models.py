"""What holds of every network: causal, of its reach, the same step by step, kept whole on disk."""

import pytest
import torch

from namewright.alphabet import Alphabet
from namewright.checkpoint import Checkpoint, from_bytes, to_bytes
from tests import tiny
from training.models import NETWORKS, Network
from training.models.network import windows
from training.teacher import READABLE, TORCH, network_of

EACH = pytest.mark.parametrize("kind", NETWORKS.values(), ids=NETWORKS)
SMALL = {"hidden": 16, "embedding": 6, "layers": 2, "heads": 2, "context": 4, "dropout": 0.5}


def make(kind: type[Network], tokens: int = 9) -> Network:
    torch.manual_seed(0)
    return kind(tokens, **{name: SMALL[name] for name in kind.options()}).eval()


def some(batch: int = 5, time: int = 11, tokens: int = 9) -> torch.Tensor:
    return torch.randint(0, tokens, (batch, time), generator=torch.Generator().manual_seed(1))


def test_every_architecture_is_there() -> None:
    assert set(NETWORKS) == {"bigram-net", "mlp", "bow", "cnn", "rnn", "gru", "lstm", "transformer"}


@EACH
def test_tokens_in_logits_out(kind: type[Network]) -> None:
    assert make(kind)(some()).shape == (5, 11, 9)


@EACH
def test_what_comes_later_changes_nothing_before(kind: type[Network]) -> None:
    network, tokens = make(kind), some()
    changed = tokens.clone()
    changed[:, 7:] = (changed[:, 7:] + 1) % 9
    torch.testing.assert_close(network(tokens)[:, :7], network(changed)[:, :7])


@EACH
def test_it_sees_as_far_back_as_its_reach_and_no_further(kind: type[Network]) -> None:
    network, tokens = make(kind), some(time=20)
    reach = network.reach or 20
    oldest, before = tokens.clone(), tokens.clone()
    oldest[:, 20 - reach] = (oldest[:, 20 - reach] + 1) % 9
    before[:, : 20 - reach] = (before[:, : 20 - reach] + 1) % 9
    last = network(tokens)[:, -1]
    assert not torch.equal(last, network(oldest)[:, -1])
    torch.testing.assert_close(last, network(before)[:, -1])


@EACH
def test_a_token_at_a_time_gives_what_all_at_once_does(kind: type[Network]) -> None:
    network, tokens = make(kind), some()
    memory = None
    for time in range(tokens.shape[1]):
        logits, memory = network.advance(memory, tokens[:, time])
        torch.testing.assert_close(logits, network(tokens)[:, time], atol=1e-5, rtol=1e-4)


@EACH
def test_memory_is_a_row_a_name(kind: type[Network]) -> None:
    """So that a search can go on with some of the names, in any order."""
    network, tokens = make(kind), some()
    _, memory = network.advance(None, tokens[:, 0])
    rows = torch.tensor([3, 0, 3])
    found, _ = network.advance(memory[rows], tokens[rows, 1])
    expected, _ = network.advance(memory, tokens[:, 1])
    torch.testing.assert_close(found, expected[rows])


@pytest.mark.parametrize("kind", TORCH.values(), ids=TORCH)
def test_it_is_the_same_after_a_file(kind: type[Network]) -> None:
    network = make(kind)
    described = Checkpoint(
        architecture=kind.architecture,
        alphabet=Alphabet(tuple("abcdefgh")),
        hyperparameters=network.hyperparameters,
        data=tiny.checkpoint().data,
        metrics={"train": 1.0, "validation": 1.0, "test": 1.0},
        training={},
        tensors=network.tensors(),
        calibration=tiny.CALIBRATION,
        known_names=tiny.checkpoint().known_names,
    )
    again = network_of(from_bytes(to_bytes(described), READABLE)).eval()
    torch.testing.assert_close(again(some()), network(some()))
    if kind.architecture != "mlp":
        with pytest.raises(ValueError, match="compiled first: python -m training compile"):
            from_bytes(to_bytes(described))


@EACH
def test_dropout_is_of_training_alone(kind: type[Network]) -> None:
    network = make(kind)
    torch.testing.assert_close(network(some()), network(some()))
    if "dropout" in kind.options():
        network.train()
        assert not torch.equal(network(some()), network(some()))


def test_a_transformers_width_is_divided_among_its_heads() -> None:
    with pytest.raises(ValueError, match="multiple of heads"):
        NETWORKS["transformer"](9, hidden=10, heads=4)


def test_windows_are_the_latest_tokens_boundaries_before() -> None:
    assert windows(torch.tensor([[0, 1, 2]]), 2).tolist() == [[[0, 0], [0, 1], [1, 2]]]


@pytest.mark.parametrize("wrong", [{"heads": 2}, {"hidden": "8"}, {"hidden": -1}], ids=str)
def test_hyperparameters_that_are_not_the_networks_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="hyperparameters should be embedding, hidden, layers"):
        READABLE["gru"].layout(9, wrong)
