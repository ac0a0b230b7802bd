"""Where there is no C compiler, an sdist installs, and the reference samples and serves."""

from pathlib import Path

from namewright import load_model
from tests.test_wheel import done, environment, make_project, run

SCRIPT = """
from namewright import load_model
from namewright.kernel import KERNEL
from namewright.service.main import create_app
create_app()
print(KERNEL, *load_model("mlp").sample(50, seed=8))
"""


def test_without_a_compiler_the_reference_serves_and_says_so(tmp_path: Path) -> None:
    done("make", "sdist", f"DIST={tmp_path}")
    (sdist,) = tmp_path.glob("*.tar.gz")
    package = f"namewright[service] @ {sdist}"
    installed = environment(tmp_path / "venv", package, CC="/bin/false")
    assert not list(tmp_path.rglob("namewright/*.so"))
    result = run(installed / "python", "-c", SCRIPT, cwd=make_project(tmp_path / "project"))
    assert result.stdout.split() == ["reference", *load_model("mlp").sample(50, seed=8)]
    assert result.stderr.count("the compiled kernel was not built") == 1
