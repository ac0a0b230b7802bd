"""The wheel, installed and used in a project that has an `app` and a `training` of its own."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from filelock import FileLock

from tests.conftest import ROOT
from tests.test_golden import GOLDEN

pytestmark = pytest.mark.slow

Make = Callable[[str, Callable[[Path], object]], Path]

NAMES = json.loads(GOLDEN.read_text())["lstm"]["names"]["plain"]
GENERATE = ["generate", "-n", str(len(NAMES)), "--seed", "42"]
TEST = f"""
import namewright
from namewright.kernel import KERNEL

def test_names():
    assert KERNEL == "compiled"
    assert namewright.load_model().sample({len(NAMES)}, seed=42) == {NAMES}
"""
OUTSIDE = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith(("NAMEWRIGHT_", "PYTHON", "MAKE", "VIRTUAL_ENV"))
}


def make_project(folder: Path) -> Path:
    """A project with packages that have the names of this repository's folders."""
    for package in ("app", "training", "models"):
        (folder / package).mkdir(parents=True)
        (folder / package / "__init__.py").write_text("raise AssertionError('not this package')\n")
    (folder / "test_names.py").write_text(TEST)
    return folder


def run(
    *command: str | Path, cwd: Path = ROOT, **variables: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=cwd, env=OUTSIDE | variables, capture_output=True, text=True, check=False
    )


def done(*command: str | Path, cwd: Path = ROOT, **variables: str) -> str:
    """What a command that succeeds prints."""
    result = run(*command, cwd=cwd, **variables)
    assert result.returncode == 0, result.stderr + result.stdout
    return result.stdout


def environment(folder: Path, *packages: str, **variables: str) -> Path:
    """The `bin` of a new virtual environment that has these packages and what they need."""
    uv = Path(sys.executable).parent / "uv"
    done(uv, "venv", "--quiet", "--python", sys.executable, folder)
    into: list[str | Path] = ["--python", folder / "bin" / "python"]
    constrained = ["--constraint", "constraints.txt"]
    wanted = [*into, *constrained, *packages]
    done(uv, "pip", "install", "--quiet", *wanted, cwd=ROOT, **variables)
    return folder / "bin"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_project(tmp_path_factory.mktemp("project") / "project")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Make:
    """Makes a folder for all workers: the first to ask fills it, and the others wait."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent

    def make(name: str, fill: Callable[[Path], object]) -> Path:
        folder, filled = shared / name, shared / f"{name}.filled"
        with FileLock(shared / f"{name}.lock"):
            if not filled.exists():
                fill(folder)
                filled.touch()
        return folder

    return make


@pytest.fixture(scope="module")
def wheel(made: Make) -> Path:
    folder = made("wheel", lambda folder: done("make", "wheel", f"DIST={folder}"))
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def library(wheel: Path, made: Make) -> Path:
    return made("library", lambda folder: environment(folder, f"namewright @ {wheel}")) / "bin"


@pytest.fixture(scope="module")
def service(wheel: Path, made: Make) -> Path:
    wanted = f"namewright[service] @ {wheel}", "pytest"
    return made("service", lambda folder: environment(folder, *wanted)) / "bin"


def test_it_is_imported_under_pytest(service: Path, project: Path) -> None:
    assert "1 passed" in done(service / "python", "-m", "pytest", cwd=project)
    assert "1 passed" in done(service / "pytest", cwd=project)


def test_the_command_gives_the_golden_names(service: Path, project: Path) -> None:
    assert done(service / "namewright", *GENERATE, cwd=project).split() == NAMES


def test_the_module_gives_the_golden_names(service: Path, project: Path) -> None:
    assert done(service / "python", "-m", "namewright", *GENERATE, cwd=project).split() == NAMES


@pytest.mark.parametrize("command", [["namewright"], ["python", "-m", "namewright"]])
def test_it_serves_the_golden_names(service: Path, project: Path, command: list[str]) -> None:
    with subprocess.Popen(
        [service / command[0], *command[1:], "serve", "--port", "0"],
        cwd=project,
        env=OUTSIDE,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stderr is not None
        try:
            lines = iter(server.stderr.readline, "")
            address = next(filter(None, (re.search(r"http://\S+", line) for line in lines)))[0]
            parameters = {"n": len(NAMES), "seed": 42}
            assert httpx.get(f"{address}/names", params=parameters).json()["names"] == NAMES
            scored = httpx.post(f"{address}/score", json={"names": NAMES}).json()["results"]
            assert [result["name"] for result in scored] == NAMES
            for path in ("", "docs", "docs/swagger-ui-bundle.js", "openapi.json", "metrics"):
                assert httpx.get(f"{address}/{path}").status_code == 200
            loaded = re.findall(r'"(?:\./)?(page/[^"]+)"', httpx.get(address).text)
            assert len(loaded) > 20
            for path in loaded:
                assert httpx.get(f"{address}/{path}").status_code == 200, path
        finally:
            server.send_signal(signal.SIGINT)


def test_it_makes_keys(service: Path, project: Path) -> None:
    assert done(service / "namewright", "keys", "new", "alice", cwd=project).startswith("alice:")


def test_the_library_alone_needs_no_fastapi(library: Path, project: Path) -> None:
    assert done(library / "namewright", *GENERATE, cwd=project).split() == NAMES
    found = "import importlib.util as u; print(u.find_spec('fastapi'), u.find_spec('uvicorn'))"
    assert done(library / "python", "-c", found, cwd=project).split() == ["None", "None"]


def test_serving_without_the_service_says_what_to_install(library: Path, project: Path) -> None:
    result = run(library / "namewright", "serve", "--port", "0", cwd=project)
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.startswith("error: ")
    assert result.stderr.endswith("pip install 'namewright[service]'\n")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("fails", ["*", "*/_rows.c*"], ids=["all", "one module"])
def test_there_is_no_wheel_without_the_whole_kernel(tmp_path: Path, fails: str) -> None:
    compiler = tmp_path / "compiler"
    # What does compile is thrown away, so it need not be optimised, which takes most of the time.
    compiler.write_text(f'#!/bin/sh\ncase " $* " in {fails}) exit 1;; esac\nexec cc "$@" -O0\n')
    compiler.chmod(0o755)
    result = run("make", "wheel", f"DIST={tmp_path}", CC=str(compiler))
    assert result.returncode != 0
    assert "the kernel did not compile" in result.stderr
    assert not list(tmp_path.glob("*.whl"))
