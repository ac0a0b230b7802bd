"""What a scraper reads, from a real server."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from app.exchange import Exchange
from app.main import create_app
from app.metrics import LIMITS, SECONDS, TOGETHER, Metrics
from app.settings import Settings
from namewright import Model, Registry, __version__
from namewright.kernel import KERNEL
from tests.conftest import ROOT, serving

Labels = dict[str, str]


@pytest.fixture
def client(tiny_model: Model) -> Iterator[httpx.Client]:
    with (
        serving(create_app(Registry({"tiny": tiny_model}, "tiny"))) as url,
        httpx.Client(base_url=url) as client,
    ):
        yield client


def samples(client: httpx.Client) -> list[tuple[str, Labels, float]]:
    text = client.get("/metrics").text
    return [
        (sample.name, sample.labels, sample.value)
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    ]


def value(client: httpx.Client, name: str, **labels: str) -> float:
    return sum(v for n, each, v in samples(client) if n == name and labels.items() <= each.items())


def test_requests_are_counted_by_route_model_and_status(client: httpx.Client) -> None:
    for path in ("/names?n=3", "/names?n=4&model=tiny", "/names?n=0", "/names?model=secret"):
        client.get(path)
    counts = "namewright_requests_total"
    assert value(client, counts, route="/names", model="tiny", status="200") == 2
    assert value(client, counts, route="/names", model="", status="422") == 1
    assert value(client, counts, route="/names", model="", status="404") == 1


def test_a_head_is_counted_as_the_get_that_it_stands_for(client: httpx.Client) -> None:
    client.head("/names?n=3")
    assert value(client, "namewright_requests_total", route="/names", model="tiny") == 1


def test_what_a_caller_sends_makes_no_series(client: httpx.Client) -> None:
    before = len(samples(client))
    for i in range(50):
        client.get(f"/nowhere/{i}")
        client.get(f"/models/secret{i}")
        client.get(f"/names?model=secret{i}")
        client.request("PUT", f"/models/secret{i}")
    assert "secret" not in client.get("/metrics").text
    # Four routes, five statuses; a route has as many series as buckets, a sum and a count.
    assert len(samples(client)) <= before + 4 * (len(SECONDS) + 3) + 5
    assert value(client, "namewright_requests_total", route="none", status="404") == 50
    assert value(client, "namewright_requests_total", route="/models/{model}", status="405") == 50


def test_answers_that_wait_to_be_counted_are_few_and_counted_when_asked(
    tiny_model: Model,
) -> None:
    metrics = Metrics(lambda: Registry({"tiny": tiny_model}, "tiny"))
    for _ in range(1000):
        metrics.begin()
        metrics.end(Exchange())
        assert len(metrics.ended) < TOGETHER
    text = metrics.expose("")[0].decode()
    assert 'namewright_requests_total{model="",route="none",status="0"} 1000.0' in text
    assert metrics.ended == []


def test_seconds_are_a_histogram_by_route(client: httpx.Client) -> None:
    client.get("/names?n=3")
    client.get("/names?n=0")
    assert value(client, "namewright_request_seconds_count", route="/names") == 2
    assert value(client, "namewright_request_seconds_bucket", route="/names", le="+Inf") == 2
    assert 0 < value(client, "namewright_request_seconds_sum", route="/names") < 1


def test_what_is_in_flight_is_counted(client: httpx.Client) -> None:
    client.get("/names")
    assert value(client, "namewright_requests_in_flight") == 1, "the scrape itself"


def test_names_made_and_scored_are_counted(client: httpx.Client) -> None:
    client.get("/names?n=3")
    client.get("/names?n=4&novel=true&pattern=ab|ba")  # which are known
    found = client.get("/names?n=1000&seed=1&unique=true&max_length=1").json()
    assert found["complete"] is False
    client.post("/score", json={"names": ["ab", "ba", "?"]})
    client.post("/score", json={"names": []})
    made = 3 + len(found["names"])
    assert value(client, "namewright_names_generated_total", model="tiny") == made
    assert value(client, "namewright_attempts_total", model="tiny") > 10_000, "and the rare ones"
    assert value(client, "namewright_names_scored_total", model="tiny") == 3


def test_each_limit_is_there_before_anything_is_refused(client: httpx.Client) -> None:
    for limit in LIMITS:
        assert ("namewright_refused_total", {"limit": limit}, 0) in samples(client)


def test_what_is_refused_is_counted_by_limit(tiny_model: Model) -> None:
    app = create_app(Registry({"tiny": tiny_model}, "tiny"))
    app.state.metrics.refused("body")
    app.state.metrics.refused("body")
    with serving(app) as url, httpx.Client(base_url=url) as client:
        assert value(client, "namewright_refused_total", limit="body") == 2


def test_the_build_and_the_models_are_there(client: httpx.Client, tiny_model: Model) -> None:
    assert value(client, "namewright_build_info", version=__version__, kernel=KERNEL) == 1
    digest = tiny_model.checkpoint.digest
    assert value(client, "namewright_model_info", model="tiny", digest=digest) == 1
    assert value(client, "process_resident_memory_bytes") > 10e6


def test_models_that_replace_others_are_shown(tiny_model: Model) -> None:
    app = create_app(Registry({"tiny": tiny_model}, "tiny"))
    with serving(app) as url, httpx.Client(base_url=url) as client:
        app.state.registry = Registry({"other": tiny_model}, "other")
        assert value(client, "namewright_model_info", model="tiny") == 0
        assert value(client, "namewright_model_info", model="other") == 1


def test_an_unforeseen_fault_is_counted(tiny_model: Model) -> None:
    app = create_app(Registry({"tiny": tiny_model}, "tiny"))

    async def fail() -> None:
        raise RuntimeError

    app.add_api_route("/fail", fail)
    with serving(app) as url, httpx.Client(base_url=url) as client:
        assert client.get("/fail").status_code == 500
        assert value(client, "namewright_requests_total", route="/fail", status="500") == 1
        assert value(client, "namewright_requests_in_flight") == 1


def test_applications_of_one_process_count_apart(tiny_model: Model, client: httpx.Client) -> None:
    other = Metrics(lambda: Registry({}, "none"))
    other.refused("body")
    assert value(client, "namewright_refused_total", limit="body") == 0


def test_it_can_be_off(tiny_model: Model) -> None:
    app = create_app(Registry({"tiny": tiny_model}, "tiny"), Settings(metrics=False))
    app.state.metrics.refused("body")
    with serving(app) as url:
        assert httpx.get(f"{url}/metrics").status_code == 404
        assert httpx.get(f"{url}/names").status_code == 200


def test_it_is_not_in_the_documentation(client: httpx.Client) -> None:
    assert "/metrics" not in client.get("/openapi.json").json()["paths"]


WORKER = """
import sys
from app.exchange import Exchange
from app.metrics import Metrics
from namewright import Registry
metrics = Metrics(lambda: Registry({}, "none"))
for _ in range(int(sys.argv[1])):
    metrics.begin()
    metrics.end(exchange := Exchange())
metrics.begin()
metrics.refused("body")
print(metrics.expose("")[0].decode())
"""


def test_workers_count_together(tmp_path: Path) -> None:
    variables = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    command = [sys.executable, "-c", WORKER]
    for requests in ("2", "3"):
        done = subprocess.run(
            [*command, requests], cwd=ROOT, env=variables, capture_output=True, check=True
        )
    lines = done.stdout.decode().splitlines()
    assert 'namewright_requests_total{model="",route="none",status="0"} 5.0' in lines
    assert 'namewright_refused_total{limit="body"} 2.0' in lines
    assert "namewright_requests_in_flight 2.0" in lines
    assert any(line.startswith("namewright_build_info{") for line in lines)
