"""The fixture `names`: names for tests, which a test has again each time it is run.

    def test_a_user_is_greeted(names):
        user = User(names.one())

They are made from the test's node id: a test has the same names alone and with others, in any order
and in any worker of pytest-xdist. See docs/test-data.md.

pytest imports this wherever Namewright is installed, so no model is loaded, and the library not
even imported, before a test asks for the fixture.
"""

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from namewright.test_data import InventedNames

MARKER = "names(**parameters): what the fixture `names` gives: model, and parameters of Sampling"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Two ways to have other names: another model, and another seed."""
    help_ = "model of the fixture `names`, such as girls+surnames; the library's default if empty"
    parser.addini("names_model", help_, default="")
    parser.getgroup("namewright").addoption(
        "--names-seed",
        type=int,
        default=0,
        help="have other names in every test: do the tests pass with these too? (default: 0)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line("markers", MARKER)


def pytest_report_header(config: pytest.Config) -> str | None:
    """Say what gives the names again, where they are not the usual ones."""
    seed = config.getoption("names_seed")
    return f"namewright: --names-seed={seed}" if seed else None


@pytest.fixture
def names(request: pytest.FixtureRequest) -> "InventedNames":
    """Invented names, the same in each run of this test; no name comes twice in a test.

    `names.one()` is the next, `names(3)` are the next three; both take `model` and the parameters
    of namewright.Sampling, as the marker `names` does for a test, a class or a module.
    """
    from namewright.test_data import InventedNames

    parameters: dict[str, Any] = {"model": request.config.getini("names_model") or None}
    for marker in reversed(list(request.node.iter_markers("names"))):  # the closest counts
        if marker.args:
            raise pytest.UsageError("the marker names takes keywords, as names(model='surnames')")
        parameters |= marker.kwargs
    # Not the node's own id, which pytest-xdist adds the name of a group to.
    node_id = f"{request.node.parent.nodeid}::{request.node.name}"
    return InventedNames(f"{request.config.getoption('names_seed')} {node_id}", **parameters)
