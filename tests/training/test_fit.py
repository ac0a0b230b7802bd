import signal
from dataclasses import replace
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F  # noqa: N812

from namewright.alphabet import Alphabet
from training.configs import BigramNetConfig, GRUConfig, MLPConfig
from training.fit import ResumePoint, fit, learning_rate, mean_loss
from training.models.bigram import BigramNet
from training.models.mlp import MLP
from training.models.recurrent import GRU
from training.name_list import DataError
from training.recipe import Recipe
from training.sequences import sequences
from training.snapshot import History

AB = Alphabet(("a", "b"))
RECIPE = Recipe(steps=60, batch_size=2, learning_rate=0.05, warmup=10, check_every=20)
NAMES = sequences(["ab", "aab", "b", "bba", "abab"], AB)


def test_the_rate_rises_then_falls_to_nothing() -> None:
    rates = [learning_rate(step, RECIPE) for step in range(1, 61)]
    assert rates[0] == pytest.approx(0.005, rel=0.01)
    assert max(rates) == pytest.approx(rates[9])
    assert rates[9:] == sorted(rates[9:], reverse=True)
    assert rates[-1] < 1e-4


def test_a_constant_rate_stays_where_it_rose_to() -> None:
    recipe = replace(RECIPE, schedule="constant")
    assert {learning_rate(step, recipe) for step in range(10, 61)} == {0.05}


def test_history_is_an_evaluation_every_so_often_and_one_at_the_end() -> None:
    torch.manual_seed(0)
    history = fit(BigramNet(3, BigramNetConfig()), NAMES, NAMES, replace(RECIPE, steps=50))
    assert history.steps == [20, 40, 50]
    assert len(history.train) == len(history.validation) == len(history.learning_rate) == 3


def test_the_best_validation_step_is_kept() -> None:
    """Trained on one thing and validated on another, it is best early, and that is what is left."""
    torch.manual_seed(0)
    train, validation = sequences(["aaaa"], AB), sequences(["abab", "baba"], AB)
    network = MLP(3, MLPConfig(context=2, embedding=4, hidden=8))
    history = fit(network, train, validation, replace(RECIPE, steps=200, check_every=1))
    assert history.steps[history.best] < 200
    assert mean_loss(network, validation) == pytest.approx(min(history.validation))


def test_mean_loss_counts_each_prediction_once(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    network = MLP(3, MLPConfig(context=3, embedding=4, hidden=8, dropout=0.5))
    network.eval()
    logits = network(NAMES.tokens).flatten(0, 1)
    whole = F.cross_entropy(logits, NAMES.targets.flatten(), ignore_index=-1).item()
    network.train()
    monkeypatch.setattr("training.fit.NAMES_AT_ONCE", 2)
    assert mean_loss(network, NAMES) == pytest.approx(whole, rel=1e-6)
    assert network.training


def test_gradients_are_clipped() -> None:
    """Of the gradients themselves: Adam's steps stay the same with next to no gradient left."""
    torch.manual_seed(0)
    network = MLP(3, MLPConfig(context=2, embedding=4, hidden=8))
    norms = []

    def see(step: int, history: History) -> None:
        grads = [parameter.grad for parameter in network.parameters()]
        norms.append(torch.cat([grad.flatten() for grad in grads if grad is not None]).norm())

    fit(network, NAMES, NAMES, replace(RECIPE, clip=0.01), see)
    assert max(norms) <= 0.01 + 1e-6


def weights(
    recipe: Recipe, point: ResumePoint | None = None, stop_at: int | None = None
) -> list[float]:
    """Train a GRU with dropout; at `stop_at` as if Ctrl-C had been pressed."""
    torch.manual_seed(3)
    network = GRU(3, GRUConfig(embedding=4, hidden=8, dropout=0.3))

    def interrupt(step: int, history: History) -> None:
        if step == stop_at:
            signal.raise_signal(signal.SIGINT)

    fit(network, NAMES, NAMES, recipe, interrupt, point)
    return torch.cat([parameter.flatten() for parameter in network.parameters()]).tolist()


def test_same_seed_gives_same_weights_and_another_seed_others() -> None:
    assert weights(RECIPE) == weights(RECIPE)
    assert weights(RECIPE) != weights(replace(RECIPE, seed=1))


@pytest.mark.parametrize("stop_at", [20, 33, 59])
def test_a_training_that_is_resumed_ends_where_it_would_have(tmp_path: Path, stop_at: int) -> None:
    point = ResumePoint(tmp_path / "x.resume", {"which": "this"})
    weights(RECIPE, point, stop_at)
    assert weights(RECIPE, point._replace(resume=True)) == weights(RECIPE)


def test_an_interrupt_leaves_the_best_so_far(tmp_path: Path) -> None:
    torch.manual_seed(0)
    network = MLP(3, MLPConfig(context=2, embedding=4, hidden=8))

    def interrupt(step: int, history: History) -> None:
        if step == 45:
            raise KeyboardInterrupt

    history = fit(network, NAMES, NAMES, RECIPE, interrupt)
    assert history.steps == [20, 40]
    assert mean_loss(network, NAMES) == pytest.approx(min(history.validation))
    assert not network.training


def test_an_interrupt_before_the_first_evaluation_evaluates_then() -> None:
    network = MLP(3, MLPConfig(context=2, embedding=4, hidden=8))

    def interrupt(step: int, history: History) -> None:
        if step == 5:
            raise KeyboardInterrupt

    history = fit(network, NAMES, NAMES, RECIPE, interrupt)
    assert history.steps == [5]
    assert mean_loss(network, NAMES) == pytest.approx(history.validation[0])


def test_an_interrupt_before_the_first_step_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(step: int, recipe: Recipe) -> float:
        raise KeyboardInterrupt

    monkeypatch.setattr("training.fit.learning_rate", interrupt)
    with pytest.raises(KeyboardInterrupt):
        weights(RECIPE)


def test_the_warm_up_takes_at_most_a_third_of_the_steps() -> None:
    recipe = replace(RECIPE, steps=30, warmup=200, schedule="constant")
    rates = [learning_rate(step, recipe) for step in range(1, 31)]
    assert rates[9:] == [recipe.learning_rate] * 21
    assert rates[4] == recipe.learning_rate / 2


def test_resuming_another_training_names_what_is_different(tmp_path: Path) -> None:
    point = ResumePoint(tmp_path / "x.resume", {"hidden": 8, "sha256": "a"})
    weights(RECIPE, point, stop_at=30)
    other = ResumePoint(point.path, {"hidden": 9, "sha256": "a"}, resume=True)
    with pytest.raises(DataError, match="differs in its hidden; give the same options"):
        weights(RECIPE, other)


@pytest.mark.parametrize("damage", [b"", b"junk" * 100])
def test_resuming_from_a_damaged_file_says_so(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "x.resume"
    path.write_bytes(damage)
    with pytest.raises(DataError, match="not a training to resume"):
        weights(RECIPE, ResumePoint(path, {}, resume=True))


def test_a_loss_that_is_no_number_stops_the_training() -> None:
    torch.manual_seed(0)
    network = MLP(3, MLPConfig(context=2, embedding=4, hidden=8))
    network.output.bias.data.fill_(float("nan"))
    with pytest.raises(FloatingPointError, match="lower the learning rate"):
        fit(network, NAMES, NAMES, RECIPE)
