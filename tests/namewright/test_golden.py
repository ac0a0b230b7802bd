"""A model that gives other names than when it was made is not loaded."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from namewright import Model, load_model
from namewright.checkpoint import save
from namewright.errors import CheckpointError
from namewright.golden import golden_names
from namewright.kernel import walk
from tests import tiny

GOLDEN = golden_names(walk(tiny.automaton()))


def model_with(golden: dict[str, Any], folder: Path) -> Model:
    path = folder / "model.safetensors"
    save(replace(tiny.checkpoint(), golden=golden), path)
    return load_model(path)


def test_every_shipped_model_keeps_its_golden_names(shipped: dict[str, Model]) -> None:
    for model in shipped.values():
        assert model.checkpoint.golden["names"] == golden_names(model.walker)["names"]


def test_a_model_that_gives_its_golden_names_loads(tmp_path: Path) -> None:
    assert model_with(GOLDEN, tmp_path).sample(8, seed=1) == GOLDEN["names"]


@pytest.mark.parametrize("sampler", [1, 2])
def test_a_model_that_gives_others_does_not(tmp_path: Path, sampler: int) -> None:
    others = {"sampler": sampler, "seed": 1, "names": ["ab", *GOLDEN["names"][1:], "b"]}
    with pytest.raises(CheckpointError, match="other names than when it was made"):
        model_with(others, tmp_path)


@pytest.mark.parametrize("golden", [{}, {**GOLDEN, "sampler": 0, "names": ["x"]}])
def test_a_model_without_names_of_this_sampler_loads_unchecked(
    golden: dict[str, Any], tmp_path: Path
) -> None:
    assert model_with(golden, tmp_path).checkpoint.golden == golden
