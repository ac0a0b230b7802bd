"""Where there is no C compiler, the install succeeds and the reference serves."""

import os
import subprocess
import sys
from pathlib import Path

from namewright import load_model
from tests.conftest import MODELS, ROOT

SCRIPT = """
from namewright.kernel import Walker
from app.main import create_app
create_app()
from namewright import load_model
print(Walker.name, *load_model("models/mlp.safetensors").sample(50, seed=8))
"""


def test_without_a_compiler_the_reference_serves_and_says_so(tmp_path: Path) -> None:
    source = tmp_path / "source"
    files = subprocess.run(
        ["git", "ls-files", "app", "training", "pyproject.toml", "README.md", "LICENSE"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    for file in files:
        (source / file).parent.mkdir(parents=True, exist_ok=True)
        (source / file).write_bytes((ROOT / file).read_bytes())
    target = tmp_path / "installed"
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", target]
    subprocess.run([*install, source], env=os.environ | {"CC": "/bin/false"}, check=True)
    (tmp_path / "models").symlink_to(MODELS)
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(target)},
        capture_output=True,
        text=True,
        check=True,
    )
    expected = load_model(MODELS / "mlp.safetensors").sample(50, seed=8)
    assert done.stdout.split() == ["reference", *expected]
    assert done.stderr.count("the compiled kernel was not built") == 1
