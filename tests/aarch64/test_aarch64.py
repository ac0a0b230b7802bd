"""64-bit ARM gives the same names: its own compiler, vector instructions and mathematical library.

It is emulated, one process for each model: see `prepare`. Run by `make test-aarch64`.
"""

import json
import os
import platform
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest

from tests.aarch64.made import CONDITIONS, COUNT, TEMPERATURES
from tests.conftest import MODELS, ROOT, SHIPPED

PREPARED = ROOT / "build" / "aarch64"
SCRIPT = ROOT / "tests" / "aarch64" / "made.py"
MACHINES = {
    platform.machine(): (Path(sys.executable), ROOT),
    "aarch64": (PREPARED / "python", PREPARED / "library"),
}

pytestmark = [
    pytest.mark.aarch64,
    pytest.mark.skipif(len(MACHINES) == 1, reason="this is 64-bit ARM"),
    pytest.mark.skipif(not (PREPARED / "library").exists(), reason="run by make test-aarch64"),
]

Made = dict[str, dict[str, Any]]
"""By machine, then by model, what `made.py` writes."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """As many models at a time as there are cores; the largest first, as they take longest."""
    folder = tmp_path_factory.mktemp("made")
    models = sorted(MODELS.glob("*.safetensors"), key=lambda path: -path.stat().st_size)
    found: Made = {machine: {} for machine in MACHINES}

    def make(machine: str, model: Path) -> None:
        python, library = MACHINES[machine]
        written = folder / f"{machine}-{model.stem}.json"
        environment = os.environ | {"PYTHONPATH": str(library), "OPENBLAS_NUM_THREADS": "1"}
        subprocess.run([python, SCRIPT, written, model], env=environment, check=True)
        found[machine] |= json.loads(written.read_text())

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        begun = [pool.submit(make, "aarch64", model) for model in models]
        begun += [pool.submit(make, platform.machine(), model) for model in models]
        for each in begun:
            each.result()
    return found


def test_every_model_is_compared_in_every_setting(made: Made) -> None:
    for models in made.values():
        assert sorted(models) == SHIPPED
        for model in models.values():
            assert len(model["names"]) == len(TEMPERATURES) * len(CONDITIONS)
            whole = [names for names in model["names"].values() if len(names) == COUNT]
            assert len(whole) > 0.9 * len(model["names"])


@pytest.mark.parametrize("name", SHIPPED)
def test_names_are_the_same(made: Made, name: str) -> None:
    here, there = (models[name]["names"] for models in made.values())
    others = [
        f"{setting}, name {index}: {ours} here, {theirs} there"
        for setting, names in here.items()
        for index, (ours, theirs) in enumerate(zip_longest(names, there[setting]))
        if ours != theirs
    ]
    assert others[:1] == [], f"and {len(others) - 1} more"


@pytest.mark.parametrize("name", SHIPPED)
def test_scores_are_the_same_to_the_eighth_digit(made: Made, name: str) -> None:
    here, there = (models[name]["scores"] for models in made.values())
    assert len(here) > 400
    for ours, theirs in zip(here, there, strict=True):
        assert theirs == pytest.approx(ours, rel=1e-8, abs=1e-8)


@pytest.mark.parametrize("name", SHIPPED)
def test_tables_are_the_same(made: Made, name: str) -> None:
    """Names may be the same by luck where these are not."""
    here, there = (models[name]["table"] for models in made.values())
    assert here == there
