"""The published figures, on the published data, where it lies beside the project."""

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.conftest import ROOT
from tests.training.commands import run

NAMES = ROOT.parent / "shared" / "names.txt"
pytestmark = pytest.mark.skipif(not NAMES.exists(), reason="makemore's names.txt is not here")


@cache
def losses_of(*arguments: str) -> dict[str, float]:
    """Train on the lecture split, evaluate through the engine."""
    data = ["--data", str(NAMES), "--split", "lecture"]
    with TemporaryDirectory() as directory:
        path = str(Path(directory) / "model.safetensors")
        assert run("train", *arguments, *data, "--output", path).returncode == 0
        done = run("evaluate", path, *data, "--json", "--names", "0")
    losses: dict[str, float] = json.loads(done.stdout)[path]
    return losses


def test_bigram_has_the_lectures_training_loss() -> None:
    assert losses_of("bigram")["train"] == pytest.approx(2.454, abs=0.002)


@pytest.mark.slow
def test_gradient_descent_arrives_where_counting_does() -> None:
    for side, loss in losses_of("bigram").items():
        assert losses_of("bigram-net")[side] == pytest.approx(loss, abs=0.005)


@pytest.mark.slow
def test_mlp_of_the_lectures_size_beats_its_validation_loss() -> None:
    sizes = ("--context", "3", "--embedding", "10", "--hidden", "200")
    # Not half of its steps, for the time that tests may take: it is better with all of them.
    assert losses_of("mlp", *sizes, "--steps", "7000")["validation"] <= 2.105


@pytest.mark.slow
def test_ngram_beats_the_mlp() -> None:
    assert losses_of("ngram")["validation"] <= 1.985
