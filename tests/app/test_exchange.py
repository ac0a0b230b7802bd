from fastapi import FastAPI, Request

from app.exchange import KEY, Exchange, exchange_of


def test_it_is_the_one_of_the_request() -> None:
    scope = {"type": "http"}
    scope[KEY] = exchange = Exchange(scope, "an-id")  # type: ignore[assignment]
    assert exchange_of(Request(scope)) is exchange


def test_without_the_middleware_there_is_one_that_nobody_looks_at() -> None:
    scope = {"type": "http", "app": FastAPI()}
    exchange_of(Request(scope)).model = "tiny"
    assert KEY not in scope
