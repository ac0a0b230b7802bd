"""What holds of every network: causal, of its context length, the same step by step and on disk."""

from dataclasses import asdict, replace

import pytest
import torch
from typer.main import get_command

from namewright.alphabet import Alphabet
from namewright.checkpoint import Checkpoint, from_bytes, to_bytes
from tests import tiny
from training.architectures import READABLE, TORCH
from training.checkpoints import network_of
from training.cli.train import app as train_app
from training.configs import MLPConfig, TransformerConfig
from training.models import NETWORKS, Network
from training.models.mlp import MLP
from training.models.network import windows
from training.options import options_of

EACH = pytest.mark.parametrize("kind", NETWORKS.values(), ids=NETWORKS)
SMALL = {
    "hidden": 16,
    "embedding": 6,
    "layers": 2,
    "heads": 2,
    "context": 4,
    "dropout": 0.5,
}


def make(kind: type[Network], tokens: int = 9) -> Network:
    torch.manual_seed(0)
    small = {name: value for name, value in SMALL.items() if name in kind.config_type.names()}
    return kind(tokens, kind.config_type(**small)).eval()


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
def test_it_sees_as_far_back_as_its_context_length_and_no_further(kind: type[Network]) -> None:
    network, tokens = make(kind), some(time=20)
    length = network.context_length or 20
    oldest, before = tokens.clone(), tokens.clone()
    oldest[:, 20 - length] = (oldest[:, 20 - length] + 1) % 9
    before[:, : 20 - length] = (before[:, : 20 - length] + 1) % 9
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
    if "dropout" in kind.config_type.names():
        network.train()
        assert not torch.equal(network(some()), network(some()))


def test_a_transformers_width_is_divided_among_its_heads() -> None:
    with pytest.raises(ValueError, match="multiple of heads"):
        TransformerConfig(hidden=10, heads=4)


def test_windows_are_the_latest_tokens_boundaries_before() -> None:
    assert windows(torch.tensor([[0, 1, 2]]), 2).tolist() == [[[0, 0], [0, 1], [1, 2]]]


@pytest.mark.parametrize("wrong", [{"heads": 2}, {"hidden": "8"}, {"hidden": -1}], ids=str)
def test_hyperparameters_that_are_not_the_networks_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="hyperparameters should be embedding, hidden, layers"):
        READABLE["gru"].layout(9, wrong)


def test_a_config_says_what_is_wrong_with_a_value() -> None:
    for wrong, message in (
        ({"hidden": 1.5}, "hidden should be a whole number"),
        ({"hidden": True}, "hidden should be a whole number"),
        ({"context": 32}, "context should be at most 31"),
        ({"dropout": float("nan")}, "dropout should be 0 or more"),
    ):
        with pytest.raises(ValueError, match=message):
            MLPConfig(**wrong)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="schedule should be cosine or constant"):
        replace(MLP.recipe, schedule="linear")


@EACH
def test_options_of_the_command_line_are_the_fields_of_the_config(kind: type[Network]) -> None:
    command = get_command(train_app).commands[kind.architecture]
    found = {option.name: option for option in command.params}
    for name, default in asdict(kind.config_type()).items():
        assert found[name].default == default
        assert found[name].help == options_of(kind.config_type)[name].help
