"""Everything at once, for long: memory stays where it was after the first tenth."""

import json
from concurrent.futures import ProcessPoolExecutor

from tests.resilience import load
from tests.resilience.conftest import SOAK, Report
from tests.resilience.service import Service
from tests.resilience.wire import get, post, score

REQUESTS = 1_000_000 if SOAK else 50_000
CLIENTS = 8
MOST_GROWTH = 0.05

NAMES = ["emma", "olivia", "noah", "xqzt", "İrem", "o'brien", "a" * 40, "", "李"]

KINDS = [
    *((get(f"/names?n=20&seed={seed}"), 200, 1.5) for seed in range(20)),
    *((get(f"/names?n=20&temperature={t / 20:g}"), 200, 0.5) for t in range(1, 41)),
    *((get(f"/names?n=5&model={m}"), 200, 2) for m in ("bigram", "bigram-net", "mlp", "ngram")),
    (get("/names?n=1000"), 200, 2),
    (get("/names?n=20&starts_with=ma&max_length=8"), 200, 5),
    (score(NAMES), 200, 20),
    (score(NAMES * 2, characters=True), 200, 5),
    (score(NAMES * 20), 200, 0.2),
    (get("/models"), 200, 2),
    (get("/models/lstm"), 200, 2),
    (get("/healthz"), 200, 5),
    (get("/readyz"), 200, 2),
    (get("/openapi.json"), 200, 0.2),
    (get("/nowhere"), 404, 2),
    (get("/names?model=nowhere"), 404, 2),
    (get("/names?n=many"), 422, 2),
    (get("/names?color=red"), 422, 2),
    (post("/score", b"{"), 422, 2),
    (post("/score", json.dumps({"names": [1] * 50}).encode()), 422, 2),
    (post("/names", b"{}"), 405, 1),
    (get("/" + "a" * 9000), 414, 0.2),
    (post("/score", b" " * 300_000), 413, 0.05),
]


def test_memory_does_not_grow(
    service: Service, beside: ProcessPoolExecutor, report: Report
) -> None:
    def ask(count: int, seed: int) -> dict[str, int]:
        return beside.submit(load.mixed, service.port, KINDS, count, CLIENTS, seed).result()

    first = ask(REQUESTS // 10, 1)
    before = service.settle(0, 3)
    rest = ask(REQUESTS - REQUESTS // 10, 2)
    after = service.settle(before, 3)
    growth = after / before - 1
    report(f"{first}, {before:.1f} MB; {rest}, {after:.1f} MB: {growth:+.1%}")
    assert set(first) | set(rest) <= {"as expected", "left"}
    assert growth <= MOST_GROWTH
    assert "Traceback" not in service.log.read_text()
