"""Training as a library: what a notebook calls."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

import training
from namewright import load_model
from namewright.checkpoint import to_bytes
from tests.conftest import ROOT
from tests.training.commands import run
from training.data import read_dataset
from training.name_list import DataError
from training.snapshot import History

FIRST = ["mar", "jo", "ka", "el", "an", "lu", "so", "vi", "ha", "ti"]
LAST = ["a", "ia", "n", "lyn", "na", "ra", "el", "is", "o", "th"]
NAMES = [first + last for first in FIRST for last in LAST]
SMALL = {"hidden": 8, "steps": 30, "batch_size": 16, "check_every": 10}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "names.txt"
    path.write_text("".join(f"{name}\n" for name in NAMES))
    return path


@pytest.mark.parametrize(
    ("architecture", "options"),
    [("bigram", {"smoothing": 0.5}), ("ngram", {"order": 3}), ("mlp", SMALL | {"context": 2})],
)
def test_a_list_of_names_becomes_a_checkpoint_that_serves(
    tmp_path: Path, architecture: str, options: dict[str, float]
) -> None:
    checkpoint = training.train(NAMES, architecture, **options)
    training.save(checkpoint, tmp_path / "x.safetensors")
    model = load_model(tmp_path / "x.safetensors")
    assert len(model.sample(3, seed=1)) == 3
    assert model.checkpoint.data["file"] == "list"
    for name, value in options.items():
        described = checkpoint.hyperparameters | checkpoint.training
        assert described[name] == value


def test_it_gives_what_the_command_does(path: Path, tmp_path: Path) -> None:
    by_call = training.train(path, "mlp", **SMALL)
    options = [f"--{name.replace('_', '-')}={value}" for name, value in SMALL.items()]
    output = tmp_path / "x.safetensors"
    done = run("train", "mlp", "--data", path, *options, "-o", output)
    assert output.read_bytes() == to_bytes(by_call)
    assert "plausibility is calibrated on only" in done.stderr
    assert "--temperature 0.6" in done.stderr


def test_a_list_has_the_digest_of_the_file_that_it_would_be(path: Path) -> None:
    """So that a model that was trained in a notebook is compiled with the file."""
    sha256 = read_dataset(path, "hash").description["sha256"]
    assert training.train(NAMES, "bigram").data["sha256"] == sha256


def test_steps_and_evaluations_can_be_followed() -> None:
    seen: list[tuple[int, int]] = []

    def follow(step: int, history: History) -> None:
        seen.append((step, len(history.steps)))

    training.train(NAMES, "mlp", on_step=follow, **SMALL)
    assert seen[0] == (1, 0)
    assert seen[-1] == (30, 3)


@pytest.mark.parametrize(
    ("architecture", "options", "message"),
    [
        ("gpt", {}, "no such architecture; there are: bigram, ngram, bigram-net, mlp"),
        ("mlp", {"heads": 2}, "mlp has no option heads; it has: autograd, batch_size"),
        ("mlp", {"hidden": 0}, "hidden should be 1 or more"),
        ("mlp", {"steps": 1.5}, "steps should be a whole number"),
        ("bigram", {"order": 2}, "bigram has no option order; it has: seed, smoothing"),
        ("mlp", {"autograd": "scalar"}, "autograd of mlp should be torch"),
    ],
)
def test_options_that_there_are_not_are_answered_with_those_there_are(
    architecture: str, options: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        training.train(NAMES, architecture, **options)


def test_too_few_names_are_an_error() -> None:
    with pytest.raises(DataError, match="the list: has only 2 different names"):
        training.train(["ava", "emma"])


def test_torch_is_left_as_it_was() -> None:
    training.train(NAMES, "mlp", **SMALL)
    assert not torch.are_deterministic_algorithms_enabled()


def test_importing_training_imports_no_torch() -> None:
    code = "import training, sys; print('torch' in sys.modules, 'train' in dir(training))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "True"]
    with pytest.raises(AttributeError, match="no attribute 'tain'"):
        training.tain  # noqa: B018


def test_gradients_by_plain_python_arrive_where_torchs_do() -> None:
    """By micrograd's engine: the same weights, batches and optimizer; only `backward` differs."""
    options = {"steps": 60, "batch_size": 32, "check_every": 20}
    by_torch, by_scalar = (
        training.train(NAMES, "bigram-net", autograd=autograd, **options)
        for autograd in ("torch", "scalar")
    )
    np.testing.assert_allclose(
        by_scalar.tensors["log_probs"], by_torch.tensors["log_probs"], atol=2e-3
    )
    assert by_scalar.metrics == pytest.approx(dict(by_torch.metrics), abs=1e-4)
    assert by_scalar.training["autograd"] == "scalar"
    assert "autograd" not in by_torch.training
    losses = by_torch.training["history"]["validation"]
    assert losses[-1] < losses[0]


def test_progress_is_a_line_for_each_evaluation(capsys: pytest.CaptureFixture[str]) -> None:
    training.train(NAMES, "mlp", **SMALL)
    assert capsys.readouterr().err == ""
    training.train(NAMES, "mlp", progress=True, **SMALL)
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(":")[0] for line in lines] == [
        "step 10 of 30",
        "step 20 of 30",
        "step 30 of 30",
    ]


def test_a_checkpoint_is_saved_where_a_text_says(tmp_path: Path) -> None:
    path = tmp_path / "x.safetensors"
    training.save(training.train(NAMES, "bigram"), str(path))
    assert load_model(path).sample(1, seed=1)


def test_torch_waits_as_quietly_from_python_as_from_the_command_line() -> None:
    code = "import os, training; print(os.environ['OMP_WAIT_POLICY'])"
    environment = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert done.stdout == "PASSIVE\n"
