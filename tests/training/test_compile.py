import numpy as np
import pytest
import torch

from namewright.alphabet import Alphabet
from namewright.architectures import ARCHITECTURES
from namewright.automaton import Automaton
from tests import tiny
from training import compile as module
from training.automaton_teacher import AutomatonTeacher
from training.compile import CompileOptions, compiled, distil, encode
from training.configs import GRUConfig
from training.data import Split
from training.kneser_ney import ngram
from training.models.recurrent import GRU
from training.network_teacher import NetworkTeacher
from training.teacher import Teacher

LENGTHS = np.full(32, 100.0)
OPTIONS = CompileOptions(states=10_000, names=20_000, longest=6)


def automaton_of(teacher: Teacher, options: CompileOptions) -> Automaton:
    return ARCHITECTURES["automaton"].expand(teacher.alphabet, {}, distil(teacher, options)[0])


def distance(automaton: Automaton, teacher: Teacher, names: list[str]) -> float:
    """The mean difference of log-likelihoods."""
    ours = AutomatonTeacher(automaton).log_likelihoods(names)
    return float(np.abs(ours - teacher.log_likelihoods(names)).mean())


def random_names(alphabet: Alphabet, count: int = 200) -> list[str]:
    rng = np.random.default_rng(1)
    return ["".join(rng.choice(alphabet.characters, size=rng.integers(1, 5))) for _ in range(count)]


def network_teacher() -> NetworkTeacher:
    """A GRU that has learned nothing, but predicts differently after every prefix."""
    torch.manual_seed(0)
    network = GRU(5, GRUConfig(embedding=8, hidden=12))
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.mul_(4)
    return NetworkTeacher(network, Alphabet(tuple("abcd")))


def test_a_model_of_short_contexts_compiles_to_itself() -> None:
    """But for eight bits, which are a thirty-second of a nat a prediction at the most."""
    teacher = AutomatonTeacher(tiny.automaton())
    automaton = automaton_of(teacher, OPTIONS)
    for name in ["", "a", "b", "ab", "bba", "abab"]:
        tokens = tiny.ALPHABET.encode(name)
        expected = np.log(tiny.PROBABILITIES[tokens[-1] if tokens else 0])
        found = [automaton.log_prob(automaton.walk(tokens), token) for token in range(3)]
        assert found == pytest.approx(expected, abs=1 / 16)


def test_a_network_is_followed_closely_with_states_enough_and_less_so_with_fewer() -> None:
    teacher = network_teacher()
    names = random_names(teacher.alphabet)
    distances = [
        distance(automaton_of(teacher, OPTIONS._replace(states=states)), teacher, names)
        for states in (6, 60, 10_000)
    ]
    assert distances == sorted(distances, reverse=True)
    assert distances[-1] < distances[1] / 2 < distances[0] / 4


def test_no_more_states_than_asked_for() -> None:
    for states in (6, 17, 200):
        automaton = automaton_of(network_teacher(), OPTIONS._replace(states=states))
        assert 6 <= automaton.states <= states


def test_no_more_states_than_a_checkpoint_can_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "most_states", lambda tokens: 50)
    assert automaton_of(network_teacher(), OPTIONS).states <= 50


def test_same_seed_gives_same_tensors() -> None:
    first, again, other = (
        distil(network_teacher(), OPTIONS._replace(seed=seed, states=100))[0] for seed in (1, 1, 2)
    )
    for name, tensor in first.items():
        np.testing.assert_array_equal(tensor, again[name])
    assert any(
        tensor.shape != other[name].shape or (tensor != other[name]).any()
        for name, tensor in first.items()
    )


def test_every_code_is_within_half_a_step() -> None:
    rng = np.random.default_rng(0)
    rows = rng.dirichlet(np.full(30, 0.3), size=500) + 1e-6
    rows /= rows.sum(axis=1, keepdims=True)
    nats = -np.log(rows / rows.max(axis=1, keepdims=True))
    codes = encode(rows)
    assert (codes.min(axis=1) == 0).all()
    reached = nats < 15.9
    assert np.abs(codes[reached] / 16 - nats[reached]).max() <= 1 / 32 + 1e-9
    assert (codes[~reached] >= 254).all()


def test_an_ngram_compiles_exactly() -> None:
    names = random_names(Alphabet(tuple("abc")), 400)
    parts = Split(names, names[:9], names[:9])
    alphabet = Alphabet(tuple("abc"))
    sizes, tensors = ngram(parts, alphabet, 4)
    exact = ARCHITECTURES["ngram"].expand(alphabet, sizes, tensors)
    checkpoint = tiny.checkpoint().__class__(
        **{
            **vars(tiny.checkpoint()),
            "architecture": "ngram",
            "alphabet": alphabet,
            "hyperparameters": sizes,
            "tensors": tensors,
        }
    )
    described, made = compiled(AutomatonTeacher(exact), checkpoint, LENGTHS, OPTIONS)
    assert described["bits"] == 64
    automaton = ARCHITECTURES["automaton"].expand(alphabet, described, made)
    np.testing.assert_array_equal(automaton.log_probs, exact.predictions())
    np.testing.assert_array_equal(automaton.transitions.row, exact.transitions.row)
    np.testing.assert_array_equal(automaton.transitions.rows, exact.transitions.rows)
    # With fewer states than contexts it is approximated, like any other.
    described, made = compiled(
        AutomatonTeacher(exact), checkpoint, LENGTHS, OPTIONS._replace(states=20)
    )
    assert (described["bits"], described["states"] <= 20) == (8, True)


def test_a_context_that_names_do_not_show_predicts_what_its_suffix_does() -> None:
    """No state is left without predictions, however few names there were."""
    automaton = automaton_of(network_teacher(), OPTIONS._replace(names=1000, least=1.0, longest=10))
    sums = np.exp(automaton.predictions()).sum(axis=1)
    np.testing.assert_allclose(sums, 1)
