"""What each setting adds to a request for 20 names: `python -m benchmarks.settings`.

Applications that differ in one setting take turns in one process, without a socket. A row is the
median, and the quartiles, of the differences between two of them, in microseconds of processor
time of all threads.
"""

import asyncio
import os
import statistics
import tempfile
import time
from contextlib import chdir, redirect_stdout
from http.server import BaseHTTPRequestHandler, HTTPServer
from multiprocessing import Process, SimpleQueue
from pathlib import Path
from typing import Any

from opentelemetry.sdk.trace import TracerProvider
from rich.progress import track

from app import logs, memory
from app.application import Application
from app.key_file import new_key
from app.main import create_app
from app.settings import Settings
from namewright import load_registry

REQUESTS, ROUNDS = 300, 55
KEY, LINE_OF_KEY = new_key("benchmark")
OFF = {"metrics": False, "access_log": False}
VARIANTS: dict[str, dict[str, Any]] = {
    "bare": OFF,
    "nothing": OFF,
    "metrics": OFF | {"metrics": True},
    "text": OFF | {"access_log": True},
    "json": OFF | {"access_log": True, "log_format": "json"},
    "keys": OFF | {"api_keys_file": "keys"},
    "traces": OFF | {"telemetry": True},
}
ROWS = {
    "headers and id, which are always there": ("nothing", "bare"),
    "metrics": ("metrics", "nothing"),
    "the log as text": ("text", "nothing"),
    "the log as JSON": ("json", "nothing"),
    "keys": ("keys", "nothing"),
    "traces, their export included": ("traces", "nothing"),
}


class Collector(BaseHTTPRequestHandler):
    """Takes traces, and throws them away."""

    def do_POST(self) -> None:
        """All of them are taken."""
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        """Nothing."""


def collect(ports: "SimpleQueue[int]") -> None:
    """Take traces until killed."""
    server = HTTPServer(("127.0.0.1", 0), Collector)
    ports.put(server.server_port)
    server.serve_forever()


def applications() -> dict[str, Application]:
    """Those of all variants. The first has nothing around its calls."""
    registry = load_registry()
    made = {name: create_app(registry, Settings(**given)) for name, given in VARIANTS.items()}
    made["bare"].outermost.clear()
    memory.settle()
    return made


async def respond(app: Application, first: int) -> None:
    """Let an application answer some requests, each of another seed."""

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            assert message["status"] == 200

    for seed in range(first, first + REQUESTS):
        scope = {"type": "http", "method": "GET", "path": "/names", "root_path": ""}
        scope |= {"headers": [(b"host", b"x"), (b"authorization", f"Bearer {KEY}".encode())]}
        scope |= {"query_string": b"n=20&seed=%d" % seed, "raw_path": b"/names", "state": {}}
        scope |= {"scheme": "http", "server": ("x", 80), "client": ("127.0.0.1", 1)}
        await app(scope, receive, send)


def turn(runner: asyncio.Runner, app: Application, first: int) -> float:
    """Microseconds that a request takes, its spans sent."""
    logs.configure(app.state.settings)
    began = time.process_time()
    runner.run(respond(app, first))
    spans: Any = app._telemetry["tracer_provider"]
    if isinstance(spans, TracerProvider):
        spans.force_flush()
    return (time.process_time() - began) / REQUESTS * 1e6


def measure() -> dict[str, list[float]]:
    """Microseconds of each variant in each round; the first round is left out."""
    made = applications()
    took: dict[str, list[float]] = {name: [] for name in made}
    with asyncio.Runner() as runner, Path("requests.log").open("w") as log:
        for number in track(range(ROUNDS + 1), "rounds"):
            for name, app in made.items():
                with redirect_stdout(log):
                    took[name].append(turn(runner, app, number * REQUESTS))
    return {name: times[1:] for name, times in took.items()}


def main() -> None:
    """Measure, and print a table."""
    ports: SimpleQueue[int] = SimpleQueue()
    collector = Process(target=collect, args=(ports,), daemon=True)
    collector.start()
    os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] = f"http://127.0.0.1:{ports.get()}"
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        Path("keys").write_text(LINE_OF_KEY)
        took = measure()
    collector.kill()
    print(f"a request by itself: {statistics.median(took['bare']):.0f}\n")
    print("| what | microseconds |\n| --- | ---: |")
    for what, (mine, base) in ROWS.items():
        added = [a - b for a, b in zip(took[mine], took[base], strict=True)]
        low, middle, high = statistics.quantiles(added, n=4)
        print(f"| {what} | {middle:.0f} ({low:.0f} to {high:.0f}) |")


if __name__ == "__main__":
    main()
