"""A network and an automaton answer alike, and a checkpoint becomes whichever it is."""

from pathlib import Path

import numpy as np
import pytest
import torch

from namewright import Model, UnscorableError
from namewright.alphabet import Alphabet
from namewright.architectures import ARCHITECTURES
from namewright.errors import CheckpointError
from tests import tiny
from tests.conftest import MODELS
from training.automaton_teacher import AutomatonTeacher
from training.checkpoints import automaton_of, load_any, network_of, teacher_of
from training.configs import MLPConfig
from training.models.mlp import MLP
from training.network_teacher import NetworkTeacher
from training.teacher import Teacher

ABC = Alphabet(tuple("abc"))


def both() -> tuple[NetworkTeacher, AutomatonTeacher]:
    """One MLP, by torch and as the service has it."""
    torch.manual_seed(2)
    network = MLP(4, MLPConfig(context=2, embedding=3, hidden=5))
    expand = ARCHITECTURES["mlp"].expand
    automaton = expand(ABC, network.hyperparameters, network.tensors())
    return NetworkTeacher(network, ABC), AutomatonTeacher(automaton)


def test_log_likelihoods_are_the_same_by_torch_and_by_the_library() -> None:
    by_torch, by_library = both()
    names = ["a", "abc", "cc", "babab", "A ", "c" * 31]
    np.testing.assert_allclose(
        by_torch.log_likelihoods(names), by_library.log_likelihoods(names), rtol=1e-5
    )


def test_token_by_token_they_predict_the_same() -> None:
    memories: list[object] = [None, None]
    tokens = np.array([0, 0, 0])
    for chosen in ([1, 2, 3], [3, 3, 1], [2, 1, 1]):
        found = []
        for at, teacher in enumerate(both()):
            predicted, remember = teacher.advance(memories[at], tokens)
            memories[at] = remember(np.array([2, 0, 1]))
            found.append(predicted)
        np.testing.assert_allclose(found[0], found[1], atol=1e-5)
        np.testing.assert_allclose(found[0].sum(axis=1), 1, atol=1e-5)
        tokens = np.array(chosen)


@pytest.mark.parametrize("teacher", both(), ids=["torch", "library"])
def test_a_name_that_cannot_be_spelt_is_an_error(teacher: Teacher) -> None:
    for name in ("", "abd", "a" * 32):
        with pytest.raises(UnscorableError):
            teacher.log_likelihoods(["a", name])


def test_what_is_served_is_measured_through_its_automaton(shipped: dict[str, Model]) -> None:
    for name, model in shipped.items():
        checkpoint = load_any(MODELS / f"{name}.safetensors")
        assert isinstance(teacher_of(checkpoint), AutomatonTeacher)
        automaton = automaton_of(checkpoint)
        assert automaton is not None
        assert automaton.states == model.automaton.states


def test_an_mlp_of_a_context_too_long_to_expand_is_a_network() -> None:
    network = MLP(27, MLPConfig(context=8))
    checkpoint = tiny.checkpoint().__class__(
        **{
            **vars(tiny.checkpoint()),
            "architecture": "mlp",
            "alphabet": Alphabet(tuple("abcdefghijklmnopqrstuvwxyz")),
            "hyperparameters": network.hyperparameters,
            "tensors": network.tensors(),
        }
    )
    assert automaton_of(checkpoint) is None
    assert isinstance(teacher_of(checkpoint), NetworkTeacher)
    assert network_of(checkpoint).context_length == 8


def test_any_shipped_checkpoint_is_read_and_others_are_refused(tmp_path: Path) -> None:
    for path in MODELS.glob("*.safetensors"):
        assert load_any(path).metrics
    (tmp_path / "x.safetensors").write_bytes(b"no")
    with pytest.raises(CheckpointError, match="cut short"):
        load_any(tmp_path / "x.safetensors")
