import gc

import pytest
from fastapi import FastAPI, Request

from app.exchange import KEY, Exchange, exchange_of
from app.main import create_app
from namewright import Model, Registry
from tests.conftest import serving
from tests.resilience.wire import Client, get, score


def test_it_is_the_one_of_the_request() -> None:
    scope = {"type": "http"}
    scope[KEY] = exchange = Exchange("an-id")  # type: ignore[assignment]
    assert exchange_of(Request(scope)) is exchange


def test_without_the_middleware_there_is_one_that_nobody_looks_at() -> None:
    scope = {"type": "http", "app": FastAPI()}
    exchange_of(Request(scope)).model = "tiny"
    assert KEY not in scope


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(get("/names?n=20&seed=1"), id="names"),
        pytest.param(score(["ab"]), id="scores"),
        pytest.param(get("/names?n=x"), id="a complaint"),
        pytest.param(get("/nowhere"), id="no such path"),
    ],
)
def test_a_request_leaves_nothing_for_the_cyclic_collector(tiny_model: Model, sent: bytes) -> None:
    """Else memory comes and goes with it, and what is large stays until it runs."""
    with serving(create_app(Registry({"tiny": tiny_model}, "tiny"))) as url:
        with Client(int(url.rpartition(":")[2])) as client:
            client.ask(sent)
            gc.collect()
            gc.disable()
            for _ in range(50):
                client.ask(sent)
            left = gc.collect()
        gc.enable()
    assert left < 50
