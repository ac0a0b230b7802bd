from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F  # noqa: N812

from app.engine.alphabet import Alphabet
from training.contexts import contexts
from training.fit import FitConfig, fit, learning_rate, mean_loss
from training.models import MLP, BigramNet

AB = Alphabet(("a", "b"))
CONFIG = FitConfig(steps=60, batch_size=16, learning_rate=0.05, warmup=10, check_every=20)


def test_contexts_are_what_comes_before_each_token_and_the_end() -> None:
    found = contexts(["ab", "b"], AB, 2)
    assert found.tokens.tolist() == [[0, 0], [0, 1], [1, 2], [0, 0], [0, 2]]
    assert found.targets.tolist() == [1, 2, 0, 2, 0]


def test_the_rate_rises_then_falls_to_nothing() -> None:
    rates = [learning_rate(step, CONFIG) for step in range(1, 61)]
    assert rates[0] == pytest.approx(0.005, rel=0.01)
    assert max(rates) == pytest.approx(rates[9])
    assert rates[9:] == sorted(rates[9:], reverse=True)
    assert rates[-1] < 1e-4


def test_a_constant_rate_stays_where_it_rose_to() -> None:
    config = replace(CONFIG, schedule="constant")
    assert {learning_rate(step, config) for step in range(10, 61)} == {0.05}


def test_history_is_a_look_every_so_often_and_one_at_the_end() -> None:
    torch.manual_seed(0)
    examples = contexts(["ab", "aab", "b"], AB, 1)
    history = fit(BigramNet(3), examples, examples, FitConfig(50, 8, 0.1, check_every=20))
    assert history.steps == [20, 40, 50]
    assert len(history.train) == len(history.validation) == len(history.learning_rates) == 3


def test_the_best_validation_step_is_kept() -> None:
    """Trained on one thing and validated on another, it is best early, and that is what is left."""
    torch.manual_seed(0)
    train, validation = contexts(["aaaa"], AB, 2), contexts(["abab", "baba"], AB, 2)
    network = MLP(3, 2, 4, 8)
    config = FitConfig(steps=200, batch_size=8, learning_rate=0.05, check_every=1)
    history = fit(network, train, validation, config)
    assert history.steps[history.best] < 200
    assert mean_loss(network, validation) == pytest.approx(min(history.validation))


def test_mean_loss_does_not_depend_on_how_it_is_cut() -> None:
    torch.manual_seed(0)
    examples = contexts(["ab", "aab", "b", "bba"], AB, 3)
    network = MLP(3, 3, 4, 8)
    with torch.no_grad():
        whole = F.cross_entropy(network(examples.tokens), examples.targets).item()
    assert mean_loss(network, examples, rows=3) == pytest.approx(whole, rel=1e-6)


def test_same_seed_gives_same_weights() -> None:
    def weights() -> list[float]:
        torch.manual_seed(3)
        network = MLP(3, 2, 4, 8)
        examples = contexts(["ab", "aab", "b", "bba"], AB, 2)
        fit(network, examples, examples, CONFIG)
        return torch.cat([p.flatten() for p in network.parameters()]).tolist()

    assert weights() == weights()


def test_a_loss_that_is_no_number_stops_the_training() -> None:
    torch.manual_seed(0)
    network = MLP(3, 2, 4, 8)
    network.output.bias.data.fill_(float("nan"))
    examples = contexts(["ab"], AB, 2)
    with pytest.raises(FloatingPointError, match="lower the learning rate"):
        fit(network, examples, examples, CONFIG)
