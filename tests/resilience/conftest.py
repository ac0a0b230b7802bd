"""Every test here breaks a running service, and prints the figures that it measured."""

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from tests.resilience.service import Service, serving

HERE = Path(__file__).parent
FIGURES = "figures"
"""The property of a test's report that has a line of them."""
SOAK = bool(os.environ.get("SOAK"))
"""Whether to run the long variants: `make soak`."""

Report = Callable[[str], None]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("resilience")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [each for of_kind in terminalreporter.stats.values() for each in of_kind]
    calls = [each for each in reports if getattr(each, "when", "") == "call"]
    figures = [line for each in calls for name, line in each.user_properties if name == FIGURES]
    if figures:
        terminalreporter.section("figures")
    for line in figures:
        terminalreporter.write_line(line)


@pytest.fixture
def report(request: pytest.FixtureRequest, record_property: Callable[[str, str], None]) -> Report:
    """Print a line of figures at the end, under the test's name, whichever process it ran in."""
    name = request.node.name.removeprefix("test_")
    return lambda line: record_property(FIGURES, f"{name}: {line}")


@pytest.fixture(scope="session")
def elsewhere() -> Iterator[ProcessPoolExecutor]:
    """Processes for those who attack: they wait where the service and its callers want to run."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context, initializer=os.nice, initargs=(10,)) as pool:
        pool.submit(os.getpid).result()
        yield pool


@pytest.fixture(scope="session")
def beside() -> Iterator[ProcessPoolExecutor]:
    """A process for those whose answers are timed: it does not wait."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        pool.submit(os.getpid).result()
        yield pool


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """A service with the default settings, warmed up."""
    with serving(tmp_path) as service:
        service.warm_up()
        yield service
