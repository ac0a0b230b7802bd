"""The settings that a deployment names are settings of the service."""

import re
from pathlib import Path

import pytest
import yaml

from app.settings import PREFIX, Settings
from namewright import registry
from tests.conftest import ROOT

CHART = ROOT / "deploy" / "helm" / "namewright"
FILES = [
    ROOT / "docker-compose.yml",
    ROOT / "deploy" / "stack.yml",
    *sorted(path for path in CHART.rglob("*") if path.is_file()),
]
SERVICE = {PREFIX + name.upper() for name in Settings.model_fields}
KNOWN = SERVICE | {PREFIX + name for name in registry.VARIABLES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_setting_that_is_named_exists(path: Path) -> None:
    assert set(re.findall(r"NAMEWRIGHT_\w*[A-Z]", path.read_text())) <= KNOWN


@pytest.mark.parametrize("service", ["namewright", "replica"])
def test_compose_hands_on_every_setting_but_where_to_listen_and_where_models_are(
    service: str,
) -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    image = {PREFIX + name for name in ("HOST", "PORT", "MODELS_DIR")}
    assert set(services[service]["environment"]) == KNOWN - image
