"""What the service counts, for Prometheus: `GET /metrics`.

Each application has a registry of its own. Labels are few: a route by its template, never by the
path that was sent, and a model only if there is one of that name; so no caller can make series.

With several workers each of them keeps its counts in files of the folder that `settings.COUNTS`
names, and whichever is asked adds them up. The variable has to be set before this is imported, the
folder empty, as `serve` sees to; see `forget` for a worker that has ended.
"""

import os
import platform
from collections.abc import Callable, Iterator

from fastapi import FastAPI, Request, Response
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import InfoMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

from namewright import Registry, __version__
from namewright.kernel import KERNEL

from .exchange import Exchange
from .settings import COUNTS, Settings

PATH = "/metrics"
SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
"""The bounds of the histogram."""
LIMITS = (
    *("body", "head", "headers", "target", "head_timeout", "body_timeout", "answer_timeout"),
    *("connections", "overload", "pipeline", "syntax"),
)
"""What may be refused: each is there from the start, at 0."""
TOGETHER = 64
"""How many answers are counted together: to count each by itself takes several times as long, most
of it waiting for memory. Whoever asks for the counts has all of them."""


class Metrics:
    """The counts of one application. The names and meanings of all of them are here.

    `models` gives the models that are served now.
    """

    def __init__(self, models: Callable[[], Registry]) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # a series of when each series began
        own = CollectorRegistry()
        self.requests = Counter(
            "namewright_requests_total",
            "Requests answered, by route, model and status; 499 where the client left before.",
            ["route", "model", "status"],
            registry=own,
        )
        self.seconds = Histogram(
            "namewright_request_seconds",
            "Seconds from a request's head to the end of its answer.",
            ["route"],
            buckets=SECONDS,
            registry=own,
        )
        self.in_flight = Gauge(
            "namewright_requests_in_flight",
            "Requests that are being answered.",
            multiprocess_mode="livesum",
            registry=own,
        )
        self.refusals = Counter(
            "namewright_refused_total",
            "Requests refused and connections cut, by the limit that they went beyond.",
            ["limit"],
            registry=own,
        )
        self.names_generated = Counter(
            "namewright_names_generated_total", "Names made.", ["model"], registry=own
        )
        self.attempts = Counter(
            "namewright_attempts_total",
            "Candidates drawn to make names, rejected ones too.",
            ["model"],
            registry=own,
        )
        self.names_scored = Counter(
            "namewright_names_scored_total", "Names scored.", ["model"], registry=own
        )
        for limit in LIMITS:
            self.refusals.labels(limit)
        self.registry = own
        if COUNTS in os.environ:
            self.registry = CollectorRegistry()
            MultiProcessCollector(self.registry)  # type: ignore[no-untyped-call]
        else:
            ProcessCollector(registry=own)
        self.registry.register(Facts(models))
        # Other workers' scrapes see only what has been counted.
        self.together = 1 if COUNTS in os.environ else TOGETHER
        self.running = 0
        self.ended: list[Exchange] = []
        # Looking a label's series up takes longer than counting in it.
        self.counters: dict[tuple[str, str, int], Counter] = {}
        self.histograms: dict[str, Histogram] = {}
        self.made: dict[str, tuple[Counter, Counter]] = {}
        self.judged: dict[str, Counter] = {}

    def begin(self) -> None:
        """A request has come."""
        self.running += 1
        if self.together == 1:
            self.in_flight.set(self.running)

    def end(self, exchange: Exchange) -> None:
        """Its answer is done."""
        self.running -= 1
        self.ended.append(exchange)
        if len(self.ended) >= self.together:
            self.count_ended()

    def count_ended(self) -> None:
        """Count the answers that are done, and what is in flight."""
        ended, self.ended = self.ended, []
        for exchange in ended:
            self.count(exchange)
        self.in_flight.set(self.running)

    def count(self, exchange: Exchange) -> None:
        """Count an answer."""
        route, model = exchange.route, exchange.model
        key = (route, model, exchange.status)
        counter = self.counters.get(key)
        if counter is None:
            counter = self.counters[key] = self.requests.labels(*key)
            self.histograms[route] = self.seconds.labels(route)
        counter.inc()
        self.histograms[route].observe(exchange.seconds)
        if not model:
            return
        done = exchange.status == 200
        if exchange.names or exchange.attempts:
            self.generated(model, exchange.names if done else 0, exchange.attempts)
        elif exchange.scored and done:
            self.scored(model, exchange.scored)

    def generated(self, model: str, names: int, attempts: int) -> None:
        """Names were made, and so many candidates drawn for them; 0 names where it was in vain."""
        counters = self.made.get(model)
        if counters is None:
            counters = self.names_generated.labels(model), self.attempts.labels(model)
            self.made[model] = counters
        counters[0].inc(names)
        counters[1].inc(attempts)

    def scored(self, model: str, names: int) -> None:
        """Names were scored."""
        counter = self.judged.get(model)
        if counter is None:
            counter = self.judged[model] = self.names_scored.labels(model)
        counter.inc(names)

    def refused(self, limit: str) -> None:
        """Something went beyond a limit, one of LIMITS."""
        self.refusals.labels(limit).inc()

    def expose(self, accept: str) -> tuple[bytes, str]:
        """All of it as a scraper that accepts `accept` wants it, and the media type."""
        self.count_ended()
        encode, media_type = choose_encoder(accept)
        return encode(self.registry), media_type


class Facts(Collector):
    """What does not count, but is: the build, and the models that are served now."""

    def __init__(self, models: Callable[[], Registry]) -> None:
        self.models = models

    def collect(self) -> Iterator[Metric]:
        """An info metric for each; Prometheus shows them as gauges of 1."""
        build = {"version": __version__, "kernel": KERNEL, "python": platform.python_version()}
        yield InfoMetricFamily("namewright_build", "What runs.", value=build)
        models = InfoMetricFamily(
            "namewright_model", "A model that is served.", labels=("model", "digest")
        )
        for name, model in self.models().models.items():
            models.add_metric((name, model.digest), {})
        yield models


def forget(pid: int) -> None:
    """Take what a worker that has ended had in flight out of the sum; for its parent to call."""
    mark_process_dead(pid)  # type: ignore[no-untyped-call]


def install(app: FastAPI, settings: Settings) -> None:
    """Count, and answer `/metrics`; where a setting says not to, `refused` counts in vain."""
    counts = Metrics(lambda: app.state.registry)
    app.state.metrics = counts

    async def metrics(request: Request) -> Response:
        """The counts, as Prometheus reads them."""
        content, media_type = counts.expose(request.headers.get("accept", ""))
        return Response(content, headers={"content-type": media_type})

    if settings.metrics:
        app.get(PATH, include_in_schema=False)(metrics)
