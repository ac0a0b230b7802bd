from pathlib import Path

import pytest

from namewright import Model, Registry, load_registry
from namewright.errors import CheckpointError, ModelNotFoundError


def test_a_model_is_named_as_its_file(tiny_model: Model) -> None:
    assert tiny_model.name == "tiny"


def test_parameters_are_counted(shipped: dict[str, Model]) -> None:
    assert shipped["bigram"].parameters == shipped["bigram-net"].parameters == 27 * 27
    assert shipped["mlp"].parameters == 27 * 10 + 30 * 200 + 200 + 200 * 27 + 27


def test_a_registry_finds_models_and_the_default(tiny_model: Model) -> None:
    registry = Registry({"tiny": tiny_model}, "tiny")
    assert registry.find() is registry.find("tiny") is tiny_model


def test_an_unknown_model_lists_those_there_are_and_not_itself(tiny_model: Model) -> None:
    with pytest.raises(ModelNotFoundError, match="there are: tiny") as caught:
        Registry({"tiny": tiny_model}, "tiny").find("gpt-17")
    assert "gpt-17" not in str(caught.value)


def test_a_default_that_is_not_there(tiny_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"mlp\.safetensors.*there are: tiny"):
        load_registry(tiny_path.parent, "mlp")


def test_a_folder_without_checkpoints(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="there are: none"):
        load_registry(tmp_path, "mlp")
