"""The dashboard, and the documentation of the metrics, against what a real server gives."""

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from app.main import create_app
from namewright import Model, Registry
from tests.conftest import ROOT, serving

DOCS = ROOT / "docs"
METRIC = re.compile(r"\b(?:namewright|process)_[a-z_]+[a-z]")
DASHBOARD = json.loads((ROOT / "deploy" / "grafana.json").read_text())


@pytest.fixture(scope="module")
def series(tiny_model: Model) -> dict[str, set[str]]:
    """Name -> labels, of all that is there after a few requests."""
    with serving(create_app(Registry({"tiny": tiny_model}, "tiny"))) as url:
        httpx.get(f"{url}/names")
        httpx.post(f"{url}/score", json={"names": ["ab"]})
        text = httpx.get(f"{url}/metrics").text
    return {
        sample.name: set(sample.labels)
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def queries() -> Iterator[str]:
    for panel in DASHBOARD["panels"]:
        for target in panel.get("targets", ()):
            yield target["expr"]
    for variable in DASHBOARD["templating"]["list"]:
        yield variable["query"]


def test_every_metric_of_the_dashboard_is_there(series: dict[str, set[str]]) -> None:
    named = {name for query in queries() for name in METRIC.findall(query)}
    assert len(named) > 10
    assert named <= series.keys()


def test_every_label_of_the_dashboard_is_there(series: dict[str, set[str]]) -> None:
    given = {"job", "instance", "le"}  # by Prometheus
    for query in queries():
        labels = {
            label.strip()
            for group in re.findall(r"by \(([^)]*)\)", query)
            for label in group.split(",")
        }
        there = {label for name in METRIC.findall(query) for label in series[name]}
        assert labels <= there | given, query


def test_every_metric_is_on_the_dashboard(series: dict[str, set[str]]) -> None:
    shown = " ".join(queries())
    for name in series:
        if name.startswith("namewright_"):
            assert name in shown, name


def test_its_panels_have_their_own_places() -> None:
    panels: list[dict[str, Any]] = DASHBOARD["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        at = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert at["x"] + at["w"] <= 24
        assert not cells & taken, panel["title"]
        taken |= cells


def test_every_metric_is_documented_and_no_other(series: dict[str, set[str]]) -> None:
    page = (DOCS / "operations.md").read_text()
    families = {re.sub(r"_(bucket|sum|count)$", "", name) for name in series}
    for name in families:
        assert name.startswith("process_") or f"`{name}`" in page, name
    there = families | series.keys()
    assert set(METRIC.findall(page)) <= there
