"""Where there is no C compiler, an sdist installs, and the reference samples and serves."""

import subprocess
import sys
from pathlib import Path

import pytest

from namewright import load_model
from tests.conftest import ROOT
from tests.test_wheel import done, environment, make_project, run

SCRIPT = """
from namewright import load_model
from namewright.kernel import KERNEL
from namewright.service.main import create_app
create_app()
print(KERNEL, *load_model("mlp").sample(50, seed=8))
"""


def check(result: subprocess.CompletedProcess[str]) -> None:
    assert result.stdout.split() == ["reference", *load_model("mlp").sample(50, seed=8)]
    assert result.stderr.count("the compiled kernel was not built") == 1


def test_without_the_kernel_the_reference_serves_and_says_so() -> None:
    """A kernel that was not built is a module that cannot be imported."""
    missing = "import sys; sys.modules['namewright._kernel'] = None"
    check(run(sys.executable, "-c", missing + SCRIPT, cwd=ROOT))


@pytest.mark.slow
def test_without_a_compiler_there_is_no_kernel(tmp_path: Path) -> None:
    done("make", "sdist", f"DIST={tmp_path}")
    (sdist,) = tmp_path.glob("*.tar.gz")
    package = f"namewright[service] @ {sdist}"
    installed = environment(tmp_path / "venv", package, CC="/bin/false")
    assert not list(tmp_path.rglob("namewright/*.so"))
    check(run(installed / "python", "-c", SCRIPT, cwd=make_project(tmp_path / "project")))
