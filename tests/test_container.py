"""The image, built and served by a real Docker engine: run by `make test-container`."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from namewright import Model, Sampling, reference
from tests.conftest import ROOT

pytestmark = pytest.mark.container
PORT = "18000"


def compose(*arguments: str) -> str:
    done = subprocess.run(
        ["docker", "compose", *arguments],
        cwd=ROOT,
        env=os.environ | {"PORT": PORT},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.fixture(scope="module")
def container() -> Iterator[httpx.Client]:
    compose("up", "--detach", "--build", "--wait")
    with httpx.Client(base_url=f"http://127.0.0.1:{PORT}", timeout=60) as client:
        yield client
    compose("down")


def run_inside(*command: str) -> str:
    return compose("exec", "-T", "namewright", *command)


def test_it_runs_python_3_13_as_a_user_who_is_not_root(container: httpx.Client) -> None:
    assert run_inside("python", "--version").startswith("Python 3.13")
    assert run_inside("id", "-u").strip() == "10001"


def test_it_has_neither_torch_nor_a_compiler(container: httpx.Client) -> None:
    found = "import importlib.util as u, shutil; print(u.find_spec('torch'), shutil.which('gcc'))"
    assert run_inside("python", "-c", found).split() == ["None", "None"]


def test_it_has_the_compiled_kernel(container: httpx.Client) -> None:
    assert container.get("/models").json()["kernel"] == "compiled"


def test_it_gives_and_scores_names(container: httpx.Client) -> None:
    assert len(container.get("/names").json()["names"]) == 20
    (result,) = container.post("/score", json={"names": ["Emma"]}).json()["results"]
    assert result["name"] == "emma"


@pytest.mark.parametrize("temperature", [0.5, 1.0, 1.5])
def test_the_same_seed_gives_the_same_names_everywhere(
    container: httpx.Client, shipped: dict[str, Model], temperature: float
) -> None:
    """In the container, from the command line here, and by the reference."""
    parameters = {"n": 1000, "seed": 42, "temperature": temperature}
    served = container.get("/names", params=parameters).json()["names"]
    namewright = Path(sys.executable).parent / "namewright"
    typed = subprocess.run(
        [namewright, "generate", "--seed=42", "-n", "1000", f"--temperature={temperature}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    sampling = Sampling(1000, 42, temperature=temperature)
    specified = reference.sample(shipped["gru"].automaton, sampling)
    assert served == typed == specified
