"""A pytest plugin for `make sanitize`: the kernel that runs is the one with sanitizers in it.

Before the first test it holds that the kernel was built with AddressSanitizer and comes from the
folder that pytest was told, and that a read beyond an array, by the kernel, ends a process with a
report: a run without reports says nothing unless one would have been seen.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

MODULES = ("_distribution", "_rows", "_scores", "_kernel")
BEYOND = """
import numpy as np
from namewright import _kernel
from namewright.parameters import Sampling
from tests import tiny

automaton = tiny.automaton()
rows = automaton.transitions.rows
rows.flags.writeable = True
rows[:, 0] = 1_000_000  # which Transitions refuse; they were checked before
_kernel.KernelWalker(automaton).sample(Sampling(n=100, seed=1))
"""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The folder that the sanitized kernel was installed in."""
    parser.addoption("--sanitized", type=Path, required=True)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Hold that the kernel has the sanitizers, and that they are at work."""
    import importlib

    folder = session.config.getoption("--sanitized").resolve()
    for name in MODULES:
        path = Path(importlib.import_module(f"namewright.{name}").__file__ or "")
        if not path.is_relative_to(folder):
            raise pytest.UsageError(f"the kernel is {path}, which is not in {folder}")
        binary = path.read_bytes()
        for sanitizer in (b"__asan_report_load", b"__ubsan_handle"):
            if sanitizer not in binary:
                raise pytest.UsageError(f"{path} was built without {sanitizer.decode()}")
    environment = {**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}."}
    result = subprocess.run(
        [sys.executable, "-c", BEYOND], env=environment, capture_output=True, text=True, check=False
    )
    if result.returncode == 0 or "AddressSanitizer" not in result.stderr:
        raise pytest.UsageError(f"a read beyond an array is not reported: {result.stderr[-500:]}")


def pytest_report_header(config: pytest.Config) -> str:
    """What ran."""
    return f"kernel with AddressSanitizer and UBSan: {config.getoption('--sanitized')}"
