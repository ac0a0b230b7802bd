"""Problems, and what else goes wrong, as exceptions."""

import json
from typing import Any

import pytest

from app.problems import PROBLEMS
from namewright import Model, UnscorableError
from namewright.client import Client
from namewright.client.errors import MIRRORED, ClientError, ForeignAnswerError, ProblemError
from namewright.errors import (
    BudgetError,
    ExhaustedError,
    ImpossibleError,
    LargeProductError,
    LinesError,
    ModelNotFoundError,
    ParameterError,
)
from tests.namewright.client.calling import AT_ONCE, awaited
from tests.namewright.client.proxy import answer, saying

PROBLEM_CALLS: list[tuple[dict[str, Any], type[Exception], dict[str, Any]]] = [
    ({"model": "nobody"}, ModelNotFoundError, {"status": 404}),
    ({"starts_with": "z"}, ParameterError, {"parameter": "starts_with", "status": 422}),
    ({"pattern": "(a"}, ParameterError, {"parameter": "pattern"}),
    ({"pattern": "b{9}a{9}", "max_length": 9}, ImpossibleError, {}),
    ({"pattern": "ab", "novel": True, "offset": 7}, ExhaustedError, {"index": 7}),
]


@pytest.mark.parametrize(("parameters", "kind", "attributes"), PROBLEM_CALLS)
def test_problems_are_the_exceptions_of_the_library(
    address: str,
    service: Client,
    parameters: dict[str, Any],
    kind: type[Exception],
    attributes: dict[str, Any],
) -> None:
    for call in (
        lambda: service.names(**parameters),
        lambda: awaited(address, lambda client: client.names(**parameters)),
    ):
        with pytest.raises(kind) as caught:
            call()
        assert isinstance(caught.value, ProblemError)
        assert str(caught.value) == caught.value.problem["detail"]
        assert caught.value.request_id
        for name, value in attributes.items():
            assert getattr(caught.value, name) == value


def test_a_missing_model_lists_those_there_are(service: Client, shipped: dict[str, Model]) -> None:
    with pytest.raises(ModelNotFoundError) as caught:
        next(service.iter_names(model="nobody"))
    assert caught.value.available == tuple(sorted([*shipped, "tiny"]))


def test_a_name_that_was_not_found_has_its_index() -> None:
    problem = {"type": "urn:namewright:problem:no-name-found", "title": "", "status": 422}
    exhausted = answer(422, json.dumps(problem | {"detail": "none of 10,000", "index": 7}))
    with saying(exhausted) as (url, _), Client(url) as client, pytest.raises(ExhaustedError) as e:
        client.names()
    assert e.value.index == 7
    budget = answer(422, json.dumps(problem | {"detail": "too few candidates pass"}))
    with saying(budget) as (url, _), Client(url) as client, pytest.raises(BudgetError):
        client.names()


def test_every_problem_that_calls_raise_is_mirrored() -> None:
    """A problem that is added to the service's table, and not to the client's, fails."""
    for kind, (status, end, _) in PROBLEMS.items():
        if status < 500 and kind not in (UnscorableError, LinesError, LargeProductError):
            mirrored = {end: MIRRORED[end].__mro__}[end]
            assert kind in mirrored or (kind is ExhaustedError and BudgetError in mirrored)


def test_bad_parameters_are_refused_before_anything_is_sent() -> None:
    with Client("http://127.0.0.1:1", retries=AT_ONCE) as client:
        with pytest.raises(ParameterError, match="temperature: should be from 0 to 5"):
            client.names(temperature=9)
        with pytest.raises(TypeError, match="temprature"):
            client.iter_names(temprature=1)  # type: ignore[call-arg]


@pytest.mark.parametrize("n", [0, 10_001])
def test_more_names_than_an_answer_has_are_refused_before_anything_is_sent(n: int) -> None:
    with Client("http://127.0.0.1:1", retries=AT_ONCE) as client:
        with pytest.raises(ParameterError, match=r"n: should be from 1 to 10,000; iter_names has"):
            client.names(n)
        client.iter_names(n)


def test_more_unique_names_than_a_stream_has_are_refused_before_anything_is_sent() -> None:
    with Client("http://127.0.0.1:1", retries=AT_ONCE) as client:
        for ask in (client.names, client.iter_names, client.iter_scored_names):
            with pytest.raises(ParameterError, match="n: should be at most 10,000 under unique"):
                ask(10_001, unique=True)


FOREIGN: list[tuple[bytes, type[ClientError], str]] = [
    (answer(200, "<html>", "text/html"), ForeignAnswerError, "text/html in place of"),
    (answer(200, "{", "application/json"), ForeignAnswerError, "not JSON"),
    (answer(404, "<html>", "text/html"), ProblemError, "404 Not Found, which is no answer of Name"),
    (answer(404, "[]"), ProblemError, "no answer of Namewright"),
    (answer(301, "", Location="https://h/names"), ProblemError, "it is at https://h/names"),
    (answer(599), ProblemError, "599 Unknown status"),
]


@pytest.mark.parametrize(("said", "kind", "message"), FOREIGN)
def test_what_is_not_namewright_is_said_to_be_not(
    said: bytes, kind: type[ClientError], message: str
) -> None:
    with saying(said) as (url, _), Client(url) as client, pytest.raises(kind, match=message):
        client.names()
