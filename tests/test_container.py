"""The image, built and served by a real Docker engine: run by `make test-container`."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from namewright import Model, Sampling, __version__, reference
from namewright.checkpoint import save
from tests import tiny
from tests.conftest import ROOT, SHIPPED
from tests.test_wheel import GENERATE, NAMES, done, make_project

pytestmark = pytest.mark.container


def compose(*arguments: str, project: str = "namewright", **variables: str) -> str:
    outside = {name: value for name, value in os.environ.items() if "NAMEWRIGHT" not in name}
    done = subprocess.run(
        ["docker", "compose", "--project-name", project, *arguments],
        cwd=ROOT,
        env=outside | variables,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


@contextmanager
def composed(port: int, models: Path, project: str, **variables: str) -> Iterator[httpx.Client]:
    """What `docker compose up` serves, with some folder of one's own models."""
    variables |= {"PORT": str(port), "MODELS": str(models)}
    compose("up", "--detach", "--build", "--wait", project=project, **variables)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            yield client
    finally:
        compose("down", project=project, **variables)


@pytest.fixture(scope="module")
def container(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    missing = tmp_path_factory.mktemp("container") / "missing"
    with composed(18000, missing, "namewright") as client:
        yield client


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


@contextmanager
def run(*options: str) -> Iterator[str]:
    """A container of the image by itself, for a while."""
    container = done("docker", "run", "--detach", *options, "namewright").strip()
    try:
        yield container
    finally:
        done("docker", "rm", "--force", container)


def logs_of(container: str) -> str:
    """All that a container has said."""
    shown = subprocess.run(
        ["docker", "logs", container],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
    )
    return shown.stdout


def test_a_start_that_does_not_fit_in_memory_says_so(container: httpx.Client) -> None:
    with run("--memory", "60m", "--memory-swap", "60m") as small:
        assert done("docker", "wait", small).strip() == "137"  # killed by the system
        assert "memory is limited to 60 MiB, and a start takes about" in logs_of(small)
    assert "memory is limited" not in compose("logs", "namewright")


def test_workers_count_together_on_a_read_only_root(container: httpx.Client) -> None:
    port = "18009"
    options = [
        "--read-only",
        "--publish",
        f"127.0.0.1:{port}:8000",
        "--env",
        "NAMEWRIGHT_WORKERS=2",
    ]
    with run(*options) as small, httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        end = time.monotonic() + 30
        while logs_of(small).count("all models are loaded") < 2 and time.monotonic() < end:
            time.sleep(0.1)
        assert client.get("/readyz").status_code == 200
        asked = [httpx.get(client.base_url.join("/names?n=5")).status_code for _ in range(20)]
        assert asked == [200] * 20
        counted = 'namewright_requests_total{model="lstm",route="/names",status="200"} 20.0'
        assert counted in client.get("/metrics").text
        done("docker", "stop", "--time", "20", small)
        assert done("docker", "inspect", "-f", "{{.State.ExitCode}}", small).strip() == "0"


def test_it_adds_at_most_110_mb_to_its_base(container: httpx.Client) -> None:
    """In bytes of its own layers: the size of the base is not that of the published one."""
    sizes = done("docker", "image", "inspect", "-f", "{{.Size}}", "namewright", "python:3.13-slim")
    image, base = map(int, sizes.split())
    assert image - base <= 110e6


@pytest.mark.parametrize("user", ["12345:0", "54321:54321"])
def test_it_serves_as_any_user_on_a_read_only_root_without_capabilities(
    container: httpx.Client, user: str
) -> None:
    bare = ["--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges"]
    served = done(
        *["docker", "run", "--detach", "--rm", "--user", user, *bare],
        *["--publish", "127.0.0.1:18003:8000", "namewright"],
    ).strip()
    try:
        eventually("http://127.0.0.1:18003/readyz")
        answer = eventually("http://127.0.0.1:18003/names", {"n": len(NAMES), "seed": 42})
        assert answer.json()["names"] == NAMES
        status = done("docker", "exec", served, "cat", "/proc/1/status")
        assert f"Uid:\t{user.partition(':')[0]}" in status
        assert "CapEff:\t0000000000000000" in status
        done("docker", "exec", served, "python", "-IS", "/opt/namewright/healthcheck.py")
    finally:
        done("docker", "stop", served)


def test_its_inventory_has_every_package_that_is_installed(
    container: httpx.Client, tmp_path: Path
) -> None:
    """What `make sbom` writes."""
    output = f"type=local,dest={tmp_path}"
    done("docker", "build", "--quiet", "--target=sbom", "--output", output, str(ROOT))
    document = json.loads((tmp_path / "namewright.cdx.json").read_text())
    assert document["bomFormat"] == "CycloneDX"
    found = {(part["name"].lower(), part["version"]) for part in document["components"]}
    listed = (
        "from importlib.metadata import distributions as d\nfor x in d(): print(x.name, x.version)"
    )
    installed = {
        tuple(line.lower().split()) for line in run_inside("python", "-c", listed).splitlines()
    }
    assert len(installed) > 20
    named = {(document["metadata"]["component"]["name"], __version__)}
    assert installed <= found | named


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
    specified = reference.sample(shipped["lstm"].automaton, sampling)
    assert served == typed == specified


def test_compose_serves_the_shipped_models_where_there_are_none_of_ones_own(
    container: httpx.Client,
) -> None:
    described = container.get("/models").json()
    assert described["default"] == "lstm"
    assert [model["name"] for model in described["models"]] == SHIPPED


def test_compose_serves_models_of_ones_own_and_hands_on_which_answers(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    own.chmod(0o755)  # the service runs as another user
    save(tiny.checkpoint(), own / "tiny.safetensors")
    with composed(18001, own, "namewright-own", NAMEWRIGHT_DEFAULT_MODEL="tiny") as client:
        assert client.get("/names").json()["model"] == "tiny"
        assert client.get("/names", params={"model": "lstm"}).is_success
    with composed(
        18001,
        own,
        "namewright-own",
        NAMEWRIGHT_DEFAULT_MODEL="tiny",
        NAMEWRIGHT_SHIPPED_MODELS="false",
    ) as client:
        assert [model["name"] for model in client.get("/models").json()["models"]] == ["tiny"]


def eventually(url: str, parameters: dict[str, int] | None = None) -> httpx.Response:
    """The first answer that is none of 503; until it listens, Docker closes its connections."""
    for _ in range(100):
        with suppress(httpx.TransportError):
            answer = httpx.get(url, params=parameters)
            if answer.status_code != 503:
                return answer
        time.sleep(0.1)
    pytest.fail(f"nothing answers at {url}")


WITH_PYTEST = """FROM namewright
USER root
RUN pip --python /opt/namewright/bin/python install --quiet pytest
"""


def test_it_is_used_in_a_project_with_its_own_app_and_training(
    container: httpx.Client, tmp_path: Path
) -> None:
    """What tests/test_wheel.py does here, with the container's Python 3.13."""
    project = make_project(tmp_path / "project")
    build = ["docker", "build", "--quiet", "--tag", "namewright-pytest", "-"]
    subprocess.run(build, input=WITH_PYTEST, text=True, stdout=subprocess.PIPE, check=True)

    def run(*options: str, command: list[str]) -> str:
        there = ["--volume", f"{project}:/project", "--workdir", "/project", "namewright-pytest"]
        return done("docker", "run", "--rm", *options, *there, *command)

    assert "1 passed" in run(command=["pytest"])
    assert "1 passed" in run(command=["python", "-m", "pytest"])
    assert run(command=["namewright", *GENERATE]).split() == NAMES
    assert run(command=["python", "-m", "namewright", *GENERATE]).split() == NAMES
    served = run(
        "--detach", "--publish", "127.0.0.1:18002:8000", command=["namewright", "serve"]
    ).strip()
    try:
        answer = eventually("http://127.0.0.1:18002/names", {"n": len(NAMES), "seed": 42})
        assert answer.json()["names"] == NAMES
    finally:
        done("docker", "stop", served)
