"""Control groups as files of a folder, as both versions of Linux have them."""

import logging
import shutil
from pathlib import Path

import pytest

from app import memory_limit
from app.memory_limit import ALONE, MIB, PER_BYTE, WORKER, memory_taken, warn_of_too_little
from namewright import Sources
from tests.conftest import MODELS

LIMIT = 60 * MIB


def limit_of(folder: Path, line: str, **files: str) -> int | None:
    """The limit of a process in a group, where the files of groups are these, `_` for `/`."""
    (folder / "self").write_text(f"{line}\n")
    for name, content in files.items():
        path = folder / "groups" / name.replace("__", "/").replace("_max", ".max")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{content}\n")
    return memory_limit.memory_limit(folder / "self", folder / "groups")


def test_a_limit_is_that_of_the_group(tmp_path: Path) -> None:
    assert limit_of(tmp_path, "0::/a/b", a__b__memory_max=str(LIMIT), a__memory_max="max") == LIMIT


def test_a_group_has_at_most_what_those_around_it_have(tmp_path: Path) -> None:
    files = {"a__b__memory_max": "max", "a__memory_max": str(LIMIT), "memory_max": "9" * 12}
    assert limit_of(tmp_path, "0::/a/b", **files) == LIMIT


def test_a_container_sees_its_own_group_as_the_outermost(tmp_path: Path) -> None:
    assert limit_of(tmp_path, "0::/../../docker/f00d", memory_max=str(LIMIT)) == LIMIT


def test_the_first_version_has_a_hierarchy_for_memory(tmp_path: Path) -> None:
    folder = tmp_path / "groups" / "memory"
    folder.mkdir(parents=True)
    (folder / "memory.limit_in_bytes").write_text(f"{LIMIT}\n")
    assert limit_of(tmp_path, "4:cpu,memory:/docker/f00d") == LIMIT


def test_without_control_groups_there_is_no_limit(tmp_path: Path) -> None:
    assert memory_limit.memory_limit(tmp_path / "none", tmp_path) is None
    assert limit_of(tmp_path, "0::/a", a__memory_max="max") is None


def test_a_start_takes_more_with_more_models_and_workers(tmp_path: Path) -> None:
    shutil.copy(MODELS / "mlp.safetensors", tmp_path)
    size = (MODELS / "mlp.safetensors").stat().st_size
    one = Sources([tmp_path], shipped=False)
    assert memory_taken(one) == ALONE + int(PER_BYTE * size)
    assert memory_taken(one, workers=4) == memory_taken(one) + 4 * WORKER
    assert memory_taken(Sources()) > memory_taken(one)


@pytest.mark.parametrize(("limit", "said"), [(LIMIT, True), (200 * MIB, False), (None, False)])
def test_a_limit_that_is_too_small_is_said(
    limit: int | None,
    said: bool,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(memory_limit, "memory_limit", lambda: limit)
    with caplog.at_level(logging.WARNING):
        warn_of_too_little(79 * MIB)
    wanted = ["memory is limited to 60 MiB, and a start takes about 79: the system may kill it"]
    assert caplog.messages == (wanted if said else [])
