import os
import shutil
from pathlib import Path

import pytest

from namewright import Model, Registry, Sources, load_model, load_registry
from namewright.errors import CheckpointError, ModelNotFoundError, ParameterError, SettingError
from tests.conftest import MODELS, SHIPPED


def test_a_registry_finds_models_and_the_default(tiny_model: Model) -> None:
    registry = Registry({"tiny": tiny_model}, "tiny")
    assert registry.find() is registry.find("tiny") is tiny_model


def test_an_unknown_model_lists_those_there_are_and_not_itself(tiny_model: Model) -> None:
    with pytest.raises(ModelNotFoundError, match="there are: tiny") as caught:
        Registry({"tiny": tiny_model}, "tiny").find("gpt-17")
    assert "gpt-17" not in str(caught.value)


def test_a_model_is_loaded_by_name_by_path_or_by_default(tiny_path: Path) -> None:
    assert load_model().name == "lstm"
    assert load_model("mlp").name == "mlp"
    assert load_model(tiny_path).name == load_model(str(tiny_path)).name == "tiny"
    with pytest.raises(ModelNotFoundError, match="girls, lstm, mlp, ngram"):
        load_model("nobody")
    with pytest.raises(CheckpointError, match="no such file"):
        load_model("nobody.safetensors")


def test_the_environment_names_folders_beside_the_shipped_models(
    tiny_path: Path, tmp_path: Path
) -> None:
    shutil.copy(MODELS / "mlp.safetensors", tmp_path / "mine.safetensors")
    folders = os.pathsep.join([str(tmp_path), str(tiny_path.parent)])
    there = Sources.from_environment({"NAMEWRIGHT_MODELS_DIR": folders}).paths()
    assert sorted(there) == sorted([*SHIPPED, "mine", "tiny"])


def test_the_shipped_models_can_be_left_out(tiny_path: Path) -> None:
    environment = {
        "NAMEWRIGHT_MODELS_DIR": str(tiny_path.parent),
        "NAMEWRIGHT_SHIPPED_MODELS": "false",
        "NAMEWRIGHT_DEFAULT_MODEL": "tiny",
    }
    registry = load_registry(Sources.from_environment(environment))
    assert list(registry.models) == [registry.default] == ["tiny"]


def test_a_folder_of_ones_own_comes_before_the_shipped_models(tmp_path: Path) -> None:
    shutil.copy(MODELS / "bigram.safetensors", tmp_path / "mlp.safetensors")
    assert Sources((tmp_path,)).path_of("mlp") == tmp_path / "mlp.safetensors"


def test_one_bad_file_does_not_stop_another_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bad.safetensors").write_bytes(b"no")
    monkeypatch.setenv("NAMEWRIGHT_MODELS_DIR", str(tmp_path))
    assert load_model("mlp").sample(1, seed=1)
    with pytest.raises(CheckpointError, match="bad"):
        load_model("bad")


def test_a_file_name_that_is_not_utf8_is_an_error(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xff.safetensors")).touch()
    with pytest.raises(CheckpointError, match="UTF-8"):
        Sources((tmp_path,)).paths()


def test_a_default_that_is_not_there(tiny_path: Path) -> None:
    with pytest.raises(SettingError, match=r"NAMEWRIGHT_DEFAULT_MODEL.*there are: tiny"):
        load_registry(Sources((tiny_path.parent,), shipped=False))


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="there is no such folder"):
        load_registry(Sources((tmp_path / "nowhere",)))


def test_shipped_models_is_true_or_false() -> None:
    with pytest.raises(SettingError, match="should be true or false"):
        Sources.from_environment({"NAMEWRIGHT_SHIPPED_MODELS": "maybe"})


def test_a_model_that_is_not_found_by_its_name_is_told_how_to_be_found() -> None:
    with pytest.raises(ModelNotFoundError, match=r"named by its file.*NAMEWRIGHT_MODELS_DIR"):
        load_model("lyn")


@pytest.mark.parametrize(("asked", "meant"), [("LSTM", "lstm"), ("wrld", "world")])
def test_a_model_that_is_not_there_is_told_the_nearest(asked: str, meant: str) -> None:
    message = f"there is no such model; did you mean {meant}[?] there are: bigram, "
    with pytest.raises(ModelNotFoundError, match=message) as caught:
        load_model(asked)
    assert asked not in str(caught.value)
    for name in (asked, f"girls+{asked}"):
        with pytest.raises(ModelNotFoundError, match=message):
            load_registry(lazily=True).find(name)


@pytest.mark.parametrize("asked", ["", "+", "girls+"])
def test_what_joins_no_models_is_not_found(asked: str) -> None:
    with pytest.raises(ModelNotFoundError, match="there is no such model; there are: bigram, "):
        load_registry(lazily=True).find(asked)


def test_too_many_side_by_side_are_told_how_many_there_may_be() -> None:
    registry = load_registry(lazily=True)
    assert registry.find("+".join(["girls"] * 4)).name == "girls+girls+girls+girls"
    with pytest.raises(ParameterError, match="model: should be at most 4 models side by side"):
        registry.find("+".join(["girls"] * 5))


def test_who_asks_for_joined_models_is_told_what_joins_them() -> None:
    with pytest.raises(ModelNotFoundError, match=r"several are joined by load_registry\(\).find"):
        load_model("girls+surnames")
    assert load_registry(lazily=True).find("girls+surnames").name == "girls+surnames"


def test_a_model_s_file_has_no_plus_sign_in_its_name(tmp_path: Path) -> None:
    shutil.copy(MODELS / "bigram.safetensors", tmp_path / "a+b.safetensors")
    with pytest.raises(CheckpointError, match=r"a\+b.safetensors: its name has a \+, which joins"):
        Sources((tmp_path,)).paths()


def test_a_folder_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="is a folder; name a file in it"):
        load_model(tmp_path)


def test_folders_may_be_text_but_are_a_list(tiny_path: Path) -> None:
    folder = str(tiny_path.parent)
    assert Sources(folders=[folder]) == Sources(folders=(tiny_path.parent,))
    assert Sources(folders=[folder]).path_of("tiny") == tiny_path
    with pytest.raises(TypeError, match="folders should be a list"):
        Sources(folders=folder)
