"""`python -m training` as a user types it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.engine import load_model
from app.engine.checkpoint import load
from tests.conftest import MODELS, ROOT, SHIPPED

FEW = ["train", "mlp", "--steps", "30", "--hidden", "8", "--batch-size", "32"]


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "training", *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"COLUMNS": "200"},
        check=False,
    )


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A list of one's own, in an alphabet of one's own."""
    path = tmp_path_factory.mktemp("data") / "greek.txt"
    first, last = ["αλε", "νικ", "δημ", "θεο", "μαρ", "σοφ"], ["ξία", "ος", "ήτρης", "δώρα", "ία"]
    middle = ["", "α", "ο", "αν", "ολ"]
    path.write_text("\n".join(a + b + c for a in first for b in middle for c in last))
    return path


@pytest.mark.parametrize(
    "arguments",
    [["bigram"], ["bigram", "--smoothing", "0.5"], ["bigram-net", "--steps", "50"], FEW[1:]],
    ids=str,
)
def test_two_runs_with_one_seed_write_the_same_bytes_and_it_serves(
    tmp_path: Path, names: Path, arguments: list[str]
) -> None:
    paths = [tmp_path / "first.safetensors", tmp_path / "second.safetensors"]
    for path in paths:
        done = run("train", *arguments, "--data", names, "--output", path, "--seed", "7")
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith(f"{path}: train ")
    assert paths[0].read_bytes() == paths[1].read_bytes()
    model = load_model(paths[0])
    assert len(model.sample(5, seed=1)) == 5
    assert model.checkpoint.data["file"] == "greek.txt"
    assert model.checkpoint.training["seed"] == 7


def test_another_seed_writes_other_bytes(tmp_path: Path, names: Path) -> None:
    paths = [tmp_path / f"{seed}.safetensors" for seed in (1, 2)]
    for path in paths:
        run(*FEW, "--data", names, "--output", path, "--seed", path.stem)
    assert paths[0].read_bytes() != paths[1].read_bytes()


@pytest.mark.parametrize("how", ["hash", "lecture", "makemore"])
def test_every_split_trains_and_evaluates(tmp_path: Path, names: Path, how: str) -> None:
    path = tmp_path / "m.safetensors"
    assert run(*FEW, "--data", names, "--split", how, "--output", path).returncode == 0
    done = run("evaluate", path, "--data", names, "--split", how, "--json")
    found = json.loads(done.stdout.splitlines()[-1])
    assert found == pytest.approx(dict(load(path).metrics))


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_checkpoints_have_the_losses_they_claim(name: str) -> None:
    path = MODELS / f"{name}.safetensors"
    done = run("evaluate", path, "--json")
    found = json.loads(done.stdout.splitlines()[-1])
    assert found == pytest.approx(dict(load(path).metrics), abs=1e-9)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["train", "bigram", "--data", "/nowhere", "-o", "x.safetensors"],
            "/nowhere: cannot be read",
        ),
        (
            ["train", "bigram", "-o", "/nowhere/x.safetensors"],
            "/nowhere: there is no such directory",
        ),
        (["train", "bigram", "-o", "/tmp"], "/tmp: should be a file NAME.safetensors"),
        (["train", "bigram", "-o", "/tmp/x"], "/tmp/x: should be a file NAME.safetensors"),
        (["train", "mlp", "-o", "/tmp/x.safetensors", "--hidden", "99999999"], "hidden should be"),
        (["train", "mlp", "-o", "/tmp/x.safetensors", "--embedding", "65536"], "hidden.weight"),
        (
            ["train", "bigram", "-o", "/tmp/x.safetensors", "--smoothing", "0"],
            "smoothing should be above 0",
        ),
        (["train", "mlp", "-o", "/tmp/x.safetensors", "--context", "9"], "too many states"),
        (["evaluate", "/nowhere"], "/nowhere: there is no such file"),
    ],
)
def test_bad_input_is_one_clear_line_and_exit_1(arguments: list[str], message: str) -> None:
    done = run(*arguments)
    assert done.returncode == 1
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["train", "mpl", "-o", "x"],
        ["train", "bigram"],
        ["train", "bigram", "-o", "x", "--split", "half"],
        ["train", "mlp", "-o", "x", "--steps", "0"],
    ],
)
def test_what_does_not_exist_is_exit_2(arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert "Error" in done.stderr


def test_evaluating_names_the_model_cannot_spell(names: Path) -> None:
    done = run("evaluate", MODELS / "bigram.safetensors", "--data", names)
    assert done.returncode == 1
    assert "not in the model's alphabet" in done.stderr
    assert "greek.txt" in done.stderr


def test_prepare_writes_the_committed_file(tmp_path: Path) -> None:
    done = run("prepare", "--output", tmp_path / "names.txt")
    assert done.returncode == 0
    assert (tmp_path / "names.txt").read_bytes() == (ROOT / "data" / "names.txt").read_bytes()
