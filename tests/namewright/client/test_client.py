"""Calls of both clients against a real service; faults against a server that says its piece."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.key_file import new_key
from app.main import create_app
from app.problems import PROBLEMS
from app.settings import Settings
from namewright import Model, Registry, Sampling, Score, UnscorableError
from namewright.answers import MAX_NAMES
from namewright.client import AsyncClient, Client, Retries
from namewright.client.batches import MAX_BODY, Batches, size_of
from namewright.client.calls import NamesRequest, call_for_names, call_for_scores
from namewright.client.errors import (
    MIRRORED,
    ClientError,
    ForeignAnswerError,
    NoAnswerError,
    ProblemError,
    TimedOutError,
    retry_after,
)
from namewright.client.retries import Attempts
from namewright.errors import (
    BudgetError,
    ExhaustedError,
    ImpossibleError,
    LargeProductError,
    LinesError,
    ModelNotFoundError,
    ParameterError,
    UnknownCharacterError,
)
from namewright.parameters import RULES
from namewright.score import describe, read_result
from tests.conftest import serving
from tests.namewright.client.proxy import answer, saying
from tests.namewright.test_parameters import CHANGED

AT_ONCE = Retries(times=2, first=0)
NAMES = json.dumps({"model": "m", "seed": 1, "names": ["ab"]})
GOOD = answer(200, NAMES, "application/json")


@pytest.fixture(scope="module")
def service(address: str) -> Iterator[Client]:
    with Client(address, retries=AT_ONCE) as client:
        yield client


def awaited(url: str, call: Callable[[AsyncClient], Awaitable[Any]], **options: Any) -> Any:
    """What a call of an `AsyncClient` gives."""

    async def run() -> Any:
        async with AsyncClient(url, **{"retries": AT_ONCE, **options}) as client:
            return await call(client)

    return asyncio.run(run())


def test_names_are_those_of_the_library(service: Client, shipped: dict[str, Model]) -> None:
    names = service.names(5, seed=42, temperature=0.8, model="lstm", scores=True, probability=True)
    assert names == shipped["lstm"].sample(5, seed=42, temperature=0.8)
    assert names.seed == 42
    assert names.answer["digest"] == shipped["lstm"].digest
    assert len(names.answer["scores"]) == 5
    assert names.answer["probability"] == 1


def test_a_picked_seed_gives_the_names_again(service: Client) -> None:
    names = service.names(9)
    assert service.names(9, seed=names.seed) == names


@pytest.mark.parametrize("name", RULES)
def test_every_parameter_reaches_the_service(
    service: Client, shipped: dict[str, Model], name: str
) -> None:
    """A parameter that is added to `Sampling`, and not handed on by the client, fails."""
    plain = {"n": 40, "seed": 1, "offset": 13_805, "temperature": 0.5}
    parameters: Any = plain | {name: CHANGED[name]}
    drawn = shipped["bigram"].draw(Sampling(**parameters))
    assert drawn != shipped["bigram"].draw(Sampling(**plain))  # type: ignore[arg-type]
    assert service.names(model="bigram", **parameters) == drawn
    assert list(service.iter_names(model="bigram", **parameters)) == drawn


@pytest.mark.parametrize("field", fields(NamesRequest), ids=lambda field: field.name)
def test_every_field_of_a_request_is_in_its_query(field: Any) -> None:
    changed: Any = CHANGED | {"model": "girls+surnames", "scores": True, "probability": True}
    request = replace(NamesRequest(), **{field.name: changed[field.name]})
    assert field.name in dict(call_for_names(request).query)


def test_names_of_parts_and_patterns_arrive_as_they_are(service: Client) -> None:
    [name] = service.names(1, seed=1, model="girls+surnames", pattern="[^aeiou][aeiou]n+.{1,4}")
    assert name.count(" ") == 1


def test_scores_are_those_of_the_library(service: Client, shipped: dict[str, Model]) -> None:
    names = ["Emma", "Nguyễn", "xqzt", "elisabth"]
    found = service.score(names, model="world", explain=True, characters=True)
    assert found == shipped["world"].score(names, explain=True)


def test_scores_of_parts_have_parts(service: Client) -> None:
    [score] = service.score(["Emma Smith"], model="girls+surnames")
    assert isinstance(score, Score)
    assert [part.name for part in score.parts] == ["emma", "smith"]


BAD = ["", "r2d2", "a" * 99, "\u0301" * 300_000, "\ud800", "an\u0301na\u0301@"]


def test_names_without_a_score_have_the_library_s_reason(
    service: Client, shipped: dict[str, Model]
) -> None:
    for found, wanted in zip(
        service.score(BAD, model="mlp"), shipped["mlp"].score(BAD), strict=True
    ):
        assert type(found) is type(wanted)
        assert isinstance(found, UnscorableError)
        assert found.code == wanted.code  # type: ignore[union-attr]
        if isinstance(found, UnknownCharacterError):
            assert found.position == wanted.position  # type: ignore[union-attr]


def test_any_number_of_names_is_scored(service: Client, shipped: dict[str, Model]) -> None:
    names = shipped["mlp"].sample(MAX_NAMES + 5_000, seed=1) + ["漢" * 31] * 3_000
    given = iter(names)
    scores = service.iter_scores(given, model="mlp", characters=True)
    first = next(scores)
    assert len(list(given)) == len(names) - MAX_NAMES  # the others were not read yet
    assert [first, *scores] == shipped["mlp"].score(names[:MAX_NAMES])
    assert len(service.score(names, model="mlp")) == len(names)


def test_a_service_of_smaller_bodies_gets_smaller_batches(tiny_model: Model) -> None:
    app = create_app(Registry({"tiny": tiny_model}, "tiny"), Settings(max_body=300))
    names = tiny_model.sample(200, seed=1)
    with serving(app) as url, Client(url) as client:
        assert client.score(names, characters=True) == tiny_model.score(names)
        with pytest.raises(ProblemError, match="a body has at most 300 bytes"):
            client.score(["ab", "漢" * 100])


@given(st.lists(st.text(), max_size=60), st.integers(1, 200))
def test_batches_are_all_names_within_their_room(names: list[str], room: int) -> None:
    batches = Batches(names)
    batches.room = room
    too_large = ProblemError({"type": "", "title": "", "status": 413, "detail": ""})
    found: list[str] = []
    while batch := batches.take():
        assert len(batch) == 1 or sum(map(size_of, batch)) <= room
        if len(found) % 3 == 1 and len(batch) > 1:
            batches.shrink(batch, too_large)
        else:
            found += batch
    assert found == names


def test_a_batch_fits_a_body_of_the_service() -> None:
    body = call_for_scores(Batches(["漢" * 31] * 9_999).take(), {"model": "m" * 999}).body
    assert 0.9 * MAX_BODY < len(body or b"") <= MAX_BODY == Settings().max_body


def test_one_text_is_no_list_and_a_number_no_name(service: Client) -> None:
    with pytest.raises(TypeError, match=r"for one name, \[name\]"):
        service.score("emma")
    with pytest.raises(TypeError, match="no option 'folt'; there are: model, fold"):
        service.score(["emma"], folt=False)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="should be text"):
        service.score(["emma", 1])  # type: ignore[list-item]


def test_models_are_those_of_the_service(service: Client, shipped: dict[str, Model]) -> None:
    models = service.models()
    assert list(models) == ["tiny", *shipped]
    assert models["mlp"]["digest"] == shipped["mlp"].digest
    assert [name for name, model in models.items() if model["default"]] == ["tiny"]


def test_awaited_calls_give_the_same(address: str, service: Client) -> None:
    async def calls(client: AsyncClient) -> list[Any]:
        scored = [name async for name in client.iter_scored_names(5, seed=1)]
        scores = await client.score(["ab", "ba"] * 6_000)
        return [await client.names(5, seed=1), scored, scores, await client.models()]

    assert awaited(address, calls) == [
        service.names(5, seed=1),
        list(service.iter_scored_names(5, seed=1)),
        service.score(["ab", "ba"] * 6_000),
        service.models(),
    ]


PROBLEM_CALLS: list[tuple[dict[str, Any], type[Exception], dict[str, Any]]] = [
    ({"model": "nobody"}, ModelNotFoundError, {"status": 404}),
    ({"n": 10_001}, ParameterError, {"parameter": "n", "status": 422}),
    ({"starts_with": "z"}, ParameterError, {"parameter": "starts_with"}),
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


def test_keys_are_sent_and_asked_for(tmp_path: Path, tiny_model: Model) -> None:
    key, line = new_key("alice")
    (tmp_path / "keys").write_text(line)
    app = create_app(
        Registry({"tiny": tiny_model}, "tiny"), Settings(api_keys_file=tmp_path / "keys")
    )
    with serving(app) as url:
        with Client(url, key=key) as client:
            assert client.names(2, seed=1) == tiny_model.sample(2, seed=1)
        assert awaited(url, lambda c: c.names(2, seed=1), key=key) == tiny_model.sample(2, seed=1)
        with Client(url) as client, pytest.raises(ProblemError, match="needs a key") as caught:
            client.names(2)
    assert caught.value.status == 401


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"base_url": "127.0.0.1:8000"}, "base_url: should be an address, such as http://127"),
        ({"base_url": "ftp://127.0.0.1"}, "base_url: should be an address, such as http://127"),
        ({"base_url": "http://[::"}, "base_url: should be an address, such as http://127"),
        ({"base_url": "https://"}, "base_url: should be an address, such as http://127"),
        ({"key": "a\nb"}, "key: should be a key"),
        ({"key": ""}, "key: should be a key"),
        ({"timeout": 0}, "timeout: should be a number of seconds above 0"),
    ],
)
def test_options_that_cannot_be_right_are_refused(options: dict[str, Any], message: str) -> None:
    for kind in (Client, AsyncClient):
        with pytest.raises(ParameterError, match=message) as caught:
            kind(**{"base_url": "http://127.0.0.1:8000", **options})
        assert "a\nb" not in str(caught.value)
    with pytest.raises(ParameterError, match="times: should be 0 or more"):
        Retries(times=-1)


BUSY = json.dumps({"type": "t", "title": "", "status": 503, "detail": "busy"})


@pytest.mark.parametrize("status", [408, 429, 502, 503, 504])
def test_what_passes_is_tried_again(status: int) -> None:
    busy = answer(status, BUSY.replace("503", str(status)))
    with saying(busy, busy, GOOD) as (url, script):
        with Client(url, retries=AT_ONCE) as client:
            assert client.names(1, seed=1) == ["ab"]
        assert len(set(script.requests)) == 1
        assert len(script.requests) == 3
    with saying(busy, GOOD) as (url, _):
        assert awaited(url, lambda client: client.names(1, seed=1)) == ["ab"]


def test_what_does_not_pass_is_given_up(address: str) -> None:
    with saying(answer(503, BUSY)) as (url, script), Client(url, retries=AT_ONCE) as client:
        with pytest.raises(ProblemError, match="busy"):
            client.names()
        assert len(script.requests) == 3
    with saying(answer(500, BUSY.replace("503", "500"))) as (url, script), Client(url) as client:
        with pytest.raises(ProblemError, match="busy"):
            client.names()
        assert len(script.requests) == 1


def test_retry_after_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("time.sleep", slept.append)
    busy = answer(503, BUSY, Retry_After=7)
    with saying(busy, GOOD) as (url, _), Client(url, retries=AT_ONCE) as client:
        assert client.names() == ["ab"]
    assert slept == [7]
    with saying(answer(429, BUSY, Retry_After=999)) as (url, script), Client(url) as client:
        with pytest.raises(ProblemError) as caught:
            client.names()
        assert caught.value.retry_after == 999
        assert len(script.requests) == 1  # nobody waits that long


def test_a_retry_after_is_seconds_or_a_date() -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    assert 88 < (retry_after(soon) or 0) <= 90
    assert retry_after("Thu, 01 Jan 1970 00:00:00 GMT") == 0
    assert retry_after("3") == 3
    for nothing in ("", "soon", "-1", "٣x"):
        assert retry_after(nothing) is None


def test_pauses_grow_and_are_bounded() -> None:
    attempts = Attempts(Retries(times=50, first=1, longest=8))
    pauses = [attempts.pause(NoAnswerError()) for _ in range(50)]
    assert all(pause <= 2**k for k, pause in enumerate(pauses))
    assert 4 < max(pauses) <= 8
    with pytest.raises(NoAnswerError):
        attempts.pause(NoAnswerError())


def test_a_service_that_is_away_is_no_answer() -> None:
    url = "http://127.0.0.1:1"
    with Client(url, retries=AT_ONCE) as client, pytest.raises(NoAnswerError, match="refused"):
        client.names()
    with pytest.raises(NoAnswerError):
        awaited(url, lambda client: client.score(["a"]))


def test_a_service_that_says_nothing_times_out() -> None:
    with saying(30.0) as (url, script):
        with Client(url, timeout=0.1, retries=AT_ONCE) as client, pytest.raises(TimedOutError):
            client.names()
        with pytest.raises(TimeoutError):
            awaited(url, lambda client: client.names(), timeout=0.1, retries=Retries(times=0))
        assert len(script.requests) == 4


def test_half_an_answer_is_asked_for_again() -> None:
    half = answer(200, NAMES, "application/json")[:-5]
    with saying(half, GOOD) as (url, script), Client(url, retries=AT_ONCE) as client:
        assert client.names() == ["ab"]
    assert len(script.requests) == 2


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


def test_a_path_before_the_calls_is_kept() -> None:
    with saying(GOOD) as (url, script), Client(f"{url}/names-of/v1/") as client:
        client.names(3, seed=1, safe=False, contains=("a", "b c"))
    [request] = script.requests
    query = b"n=3&seed=1&contains=a&contains=b+c&safe=false"
    assert request.startswith(b"GET /names-of/v1/names?" + query + b" HTTP/1.1")
    assert b"\r\nuser-agent: namewright/" in request.lower()


@pytest.mark.parametrize("typed", ["Emma", "r2d2", "", "a" * 40])
def test_a_result_is_read_back_from_json(shipped: dict[str, Model], typed: str) -> None:
    [score] = shipped["mlp"].score([typed], explain=True)
    result = json.loads(json.dumps(describe(score, characters=True)))
    assert describe(read_result(result, typed), characters=True) == result
    if isinstance(score, Score):
        assert read_result(result, typed) == score


def test_a_reason_that_is_new_is_read_too() -> None:
    found = read_result({"error": {"code": "new", "detail": "it is so"}}, "x")
    assert isinstance(found, UnscorableError)
    assert (found.code, str(found)) == ("new", "it is so")
    assert UnscorableError.code == "unscorable"


def python(code: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_without_httpx_the_client_says_what_is_missing() -> None:
    done = python("import sys; sys.modules['httpx'] = None; import namewright.client")
    assert "the client needs httpx: pip install 'namewright[client]'" in done.stderr


def test_the_library_does_without_httpx() -> None:
    done = python("import namewright, sys; namewright.load_model; print('httpx' in sys.modules)")
    assert done.stdout == "False\n"
