"""Calls of both clients against a real service."""

import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from app.key_file import new_key
from app.main import create_app
from app.settings import Settings
from namewright import Model, Registry, Sampling, Score, UnscorableError
from namewright.client import AsyncClient, Client, Retries
from namewright.client.calls import NamesRequest, call_for_names
from namewright.client.errors import ProblemError
from namewright.errors import ParameterError, UnknownCharacterError
from namewright.parameters import RULES
from tests.conftest import serving
from tests.namewright.client.calling import GOOD, awaited, described
from tests.namewright.client.proxy import saying
from tests.namewright.test_parameters import CHANGED


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
    assert described(found) == described(shipped["world"].score(names, explain=True))


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
        ({"retries": None}, r"retries: should be Retries\(...\); for none, Retries\(times=0\)"),
        ({"retries": 3}, "retries: should be Retries"),
    ],
)
def test_options_that_cannot_be_right_are_refused(options: dict[str, Any], message: str) -> None:
    for kind in (Client, AsyncClient):
        with pytest.raises(ParameterError, match=message) as caught:
            kind(**{"base_url": "http://127.0.0.1:8000", **options})
        assert "a\nb" not in str(caught.value)
    with pytest.raises(ParameterError, match="times: should be 0 or more"):
        Retries(times=-1)


def test_a_path_before_the_calls_is_kept() -> None:
    with saying(GOOD) as (url, script), Client(f"{url}/names-of/v1/") as client:
        client.names(3, seed=1, safe=False, contains=("a", "b c"))
    [request] = script.requests
    query = b"n=3&seed=1&contains=a&contains=b+c&safe=false"
    assert request.startswith(b"GET /names-of/v1/names?" + query + b" HTTP/1.1")
    assert b"\r\nuser-agent: namewright/" in request.lower()


def python(code: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_without_httpx_the_client_says_what_is_missing() -> None:
    done = python("import sys; sys.modules['httpx'] = None; import namewright.client")
    assert "the client needs httpx: pip install 'namewright[client]'" in done.stderr


def test_the_library_does_without_httpx() -> None:
    done = python("import namewright, sys; namewright.load_model; print('httpx' in sys.modules)")
    assert done.stdout == "False\n"
