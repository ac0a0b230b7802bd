"""Traces, from a real process to a collector of ours."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.conftest import ROOT
from tests.processes import running

TRACE = "0af7651916cd43dd8448eb211c80319c"


class Collector(ThreadingHTTPServer):
    """Takes traces, and keeps them."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.received: list[ExportTraceServiceRequest] = []

    @property
    def spans(self) -> list[Span]:
        return [
            span
            for request in self.received
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Collector)
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.received.append(ExportTraceServiceRequest.FromString(body))
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as collector:
        threading.Thread(target=collector.serve_forever, daemon=True).start()
        yield collector
        collector.shutdown()


def attributes(span: Span) -> dict[str, str]:
    return {each.key: each.value.string_value for each in span.attributes}


def test_requests_are_traced_without_what_was_asked(
    collector: Collector, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = f"http://127.0.0.1:{collector.server_port}"
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)
    with running(tmp_path, telemetry=True) as server:
        parent = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01", "x-request-id": "its-id"}
        httpx.get(f"{server.url}/names?starts_with=secret", headers=parent)
        httpx.get(f"{server.url}/healthz")
        httpx.get(f"{server.url}/models/nowhere")
    names, models = collector.spans
    assert (names.name, models.name) == ("GET /names", "GET /models/{model}")
    assert names.trace_id.hex() == TRACE
    assert attributes(names)["namewright.request_id"] == "its-id"
    assert attributes(names)["url.query"] == "REDACTED"
    assert "secret" not in str(collector.received)
    resource = {
        each.key: each.value.string_value
        for each in collector.received[0].resource_spans[0].resource.attributes
    }
    assert resource["service.name"] == "namewright"


def test_a_collector_that_is_not_there_holds_nothing_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    with running(tmp_path, telemetry=True) as server:
        for _ in range(20):
            assert httpx.get(f"{server.url}/names").status_code == 200
        server.process.terminate()
        assert server.process.wait(10) == 0


@pytest.mark.parametrize(
    ("variables", "code", "line"),
    [
        ({}, "import sys; sys.modules['opentelemetry.sdk'] = None", "namewright[telemetry]"),
        ({"OTEL_TRACES_EXPORTER": "zipkin"}, "", "OTEL_TRACES_EXPORTER should be one of otlp"),
    ],
    ids=["not installed", "unknown exporter"],
)
def test_a_start_that_cannot_trace_says_why(
    variables: dict[str, str], code: str, line: str
) -> None:
    program = f"{code}\nfrom namewright.cli import main\nmain()"
    done = subprocess.run(
        [sys.executable, "-c", program, "serve", "--port", "0"],
        cwd=ROOT,
        env=os.environ | variables | {"NAMEWRIGHT_TELEMETRY": "true"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert line in done.stderr
    assert done.stderr.count("\n") == 1


def test_it_is_off_and_nothing_of_it_is_loaded() -> None:
    code = "import sys, app.serve; print([m for m in sys.modules if 'opentelemetry.sdk' in m])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
