"""What `import namewright` has, though nothing of it is imported before it is asked for."""

import ast
import inspect
import subprocess
import sys

import pytest

import namewright


def declared() -> dict[str, str]:
    """Each name that type checkers see, and the module that it comes from."""
    [block] = [
        node for node in ast.parse(inspect.getsource(namewright)).body if isinstance(node, ast.If)
    ]
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    return {alias.name: node.module or "" for node in imports for alias in node.names}


def test_what_type_checkers_see_is_there() -> None:
    names = declared()
    assert {"load_model", "Sampling", "errors"} <= set(names)
    assert set(names) == {*namewright.__all__, "errors"}
    for name, module in names.items():
        if name != "errors":
            assert getattr(namewright, name) is getattr(sys.modules[module], name)
    assert set(names) <= set(dir(namewright))


def test_what_is_not_there_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="no attribute 'load_modle'"):
        namewright.load_modle  # type: ignore[attr-defined]  # noqa: B018


@pytest.mark.parametrize("asked", ["namewright.load_model", "namewright.errors.NamewrightError"])
def test_it_is_imported_when_it_is_asked_for(asked: str) -> None:
    code = f"import namewright, sys; print('numpy' in sys.modules); {asked}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
