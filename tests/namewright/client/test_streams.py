"""A stream that is cut gives the names that one that is not cut gives."""

import asyncio
from contextlib import aclosing
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.main import create_app
from app.settings import Settings
from namewright import Model, Registry
from namewright.client import AsyncClient, Client, Retries, ScoredName
from namewright.client.calls import RowsRequest
from namewright.client.errors import (
    ChangedModelError,
    ForeignAnswerError,
    NoAnswerError,
    RemoteExhaustedError,
)
from namewright.client.names import read_scored_name
from namewright.client.row_stream import RowStream
from namewright.parameters import Sampling
from tests.conftest import serving
from tests.namewright.client.proxy import answer, cutting, saying

AT_ONCE = Retries(times=3, first=0)
TEN_CUTS = (*range(120_000, 1_020_000, 100_000), 1)
ROWS = {"namewright-digest": "d", "namewright-seed": "1"}


def test_a_million_names_through_ten_cuts_are_the_same_million(
    address: str, shipped: dict[str, Model]
) -> None:
    with cutting(address, *TEN_CUTS) as (url, cutter), Client(url, retries=AT_ONCE) as client:
        names = list(client.iter_names(1_000_000, seed=3, model="bigram"))
    assert cutter.done == 10
    assert names == shipped["bigram"].sample(1_000_000, seed=3)


async def all_names(url: str, n: int, **parameters: int) -> list[str]:
    async with AsyncClient(url, retries=AT_ONCE) as client:
        return [name async for name in client.iter_names(n, model="bigram", **parameters)]


def test_they_are_when_they_are_awaited(address: str, shipped: dict[str, Model]) -> None:
    with cutting(address, 1, 300, 5_000, 70_000, 100_000) as (url, cutter):
        names = asyncio.run(all_names(url, 50_000, seed=4, offset=7))
    assert cutter.done == 5
    assert names == shipped["bigram"].sample(50_000, seed=4, offset=7)


def test_scored_names_go_on_too(address: str, shipped: dict[str, Model]) -> None:
    model = shipped["bigram"]
    with cutting(address, 700, 40_000) as (url, cutter), Client(url, retries=AT_ONCE) as client:
        found = list(client.iter_scored_names(2_000, seed=5, model="bigram"))
    assert cutter.done == 2
    assert [each.name for each in found] == model.sample(2_000, seed=5)
    assert [each.log_likelihood for each in found] == pytest.approx(
        model.log_likelihoods([each.name for each in found])
    )


@pytest.mark.parametrize("parameters", [{"unique": True}, {"novel": True}, {"case": "title"}])
def test_filters_that_look_at_other_names_go_on_too(
    address: str, shipped: dict[str, Model], parameters: dict[str, bool]
) -> None:
    with cutting(address, 9_000, 16_000) as (url, cutter), Client(url, retries=AT_ONCE) as client:
        names = list(client.iter_names(4_000, seed=6, model="bigram", **parameters))  # type: ignore[arg-type]
    assert cutter.done == 2
    assert names == shipped["bigram"].sample(4_000, seed=6, **parameters)  # type: ignore[arg-type]


def feed(stream: RowStream[str], rows: bytes, cuts: list[int]) -> list[str]:
    """What a stream gives that is cut so often, each time at one byte more of what is left."""
    found: list[str] = []
    while stream.call():
        whole = b"".join(rows.splitlines(keepends=True)[stream.asked_from :])
        stream.begin(ROWS)
        if cuts:
            cut = cuts.pop() % (len(whole) + 1)
            found += [name for at in range(cut) for name in stream.take(whole[at : at + 1])]
        else:
            found += stream.take(whole)
            stream.end()
    return found


@given(
    st.lists(st.text("aé漢 ", min_size=1), min_size=1, max_size=9),
    st.lists(st.integers(0, 99)),
    st.booleans(),
)
def test_a_stream_cut_at_any_byte_is_the_same_whole(
    names: list[str], cuts: list[int], unique: bool
) -> None:
    request = RowsRequest(len(names), seed=1, unique=unique)
    rows = "".join(f"{name}\n" for name in names).encode()
    assert feed(RowStream(request, AT_ONCE, str), rows, cuts) == names


@given(st.data())
def test_scores_cut_at_any_byte_are_the_same_whole(data: st.DataObject) -> None:
    rows = b'{"name":"ab c","part_1":"ab","part_2":"c","log_likelihood":-1.5,"plausibility":0.25}\n'
    stream = RowStream(RowsRequest(3, seed=1), AT_ONCE, read_scored_name, "ndjson", scores=True)
    cuts = data.draw(st.lists(st.integers(0, 999)))
    found = feed(stream, 3 * rows, cuts)  # type: ignore[arg-type]
    assert found == 3 * [ScoredName("ab c", -1.5, 0.25, ("ab", "c"))]


def test_a_stream_of_more_than_one_request_may_give_is_several(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("namewright.client.row_stream.MAX_ROWS", 2)
    stream = RowStream(RowsRequest(5, seed=1, offset=10), AT_ONCE, str)
    asked = []
    while call := stream.call():
        asked.append((dict(call.query)["n"], dict(call.query)["offset"]))
        stream.begin(ROWS)
        stream.take(b"a\n" * int(asked[-1][0]))
        stream.end()
    assert asked == [("2", "10"), ("2", "12"), ("1", "14")]


def test_every_part_is_of_one_seed_where_none_is_given(address: str) -> None:
    with cutting(address, 600, 1_500) as (url, cutter), Client(url, retries=AT_ONCE) as client:
        names = list(client.iter_names(1_000, model="mlp", unique=True))
    assert cutter.done == 2
    assert len(set(names)) == 1_000


def test_no_names_are_no_request() -> None:
    with Client("http://127.0.0.1:1") as client:
        assert list(client.iter_names(0)) == []


def test_progress_gives_a_stream_all_its_tries_again(address: str) -> None:
    once = Retries(times=1, first=0)
    with cutting(address, *[900] * 12) as (url, cutter), Client(url, retries=once) as client:
        assert len(list(client.iter_names(3_000, seed=1))) == 3_000
    assert cutter.done == 12


def test_a_stream_that_takes_more_candidates_than_one_may_goes_on(tiny_model: Model) -> None:
    """Its service breaks it off, and makes the first part of what is then asked for."""
    app = create_app(Registry({"tiny": tiny_model}, "tiny"), Settings(max_candidates=3_000))
    with serving(app) as url, Client(url, retries=AT_ONCE) as client:
        names = list(client.iter_names(3_000, seed=1, min_length=2, safe=False))
    assert names == tiny_model.sample(3_000, seed=1, min_length=2, safe=False)


def test_a_stream_without_progress_is_given_up(address: str) -> None:
    with (
        cutting(address, *[20] * 9) as (url, cutter),
        Client(url, retries=AT_ONCE) as client,
        pytest.raises(NoAnswerError, match="no whole answer"),
    ):
        list(client.iter_names(1_000, seed=1))
    assert cutter.done == 4


def test_where_new_names_run_out_the_stream_is_whole(address: str, tiny_model: Model) -> None:
    with Client(address, retries=AT_ONCE) as client:
        names = list(client.iter_names(2_000, seed=1, unique=True, max_length=3))
    assert 5 < len(names) < 2_000
    assert names == tiny_model.draw(Sampling(len(names), seed=1, unique=True, max_length=3))


def test_a_stream_that_broke_off_behind_its_last_new_name_is_whole() -> None:
    problem = {"type": "", "title": "", "status": 422, "detail": "none", "index": 1}
    fault = RemoteExhaustedError(problem, "", None)  # type: ignore[arg-type]
    stream = RowStream(RowsRequest(5, seed=1, novel=True), AT_ONCE, str)
    with pytest.raises(RemoteExhaustedError):
        stream.pause(fault)  # no name at all is no stream
    assert stream.call()
    stream.begin(ROWS)
    assert stream.take(b"ab\nab\nb") == ["ab", "ab"]
    assert stream.pause(fault) == 0
    assert stream.call() is None


def test_other_names_are_not_gone_on_with() -> None:
    kinds = {"media_type": "text/plain", "content_length": 9}
    first = answer(200, "ab\n", **kinds, namewright_digest="1")  # type: ignore[arg-type]
    second = answer(200, "ba\n", **kinds, namewright_digest="2")  # type: ignore[arg-type]
    with saying(first, second) as (url, _), Client(url, retries=AT_ONCE) as client:
        names = client.iter_names(3, seed=1)
        assert next(names) == "ab"
        with pytest.raises(ChangedModelError, match="Namewright-Digest is not what it was"):
            next(names)


def test_lines_of_somebody_else_are_no_names() -> None:
    with (
        saying(answer(200, "Sign in\n", "text/plain")) as (url, _),
        Client(url) as client,
        pytest.raises(ForeignAnswerError, match="base_url"),
    ):
        list(client.iter_names(1))


def test_a_stream_that_is_left_is_closed(address: str) -> None:
    with Client(address) as client:
        assert len(list(islice(client.iter_names(1_000_000, seed=1), 10))) == 10
        assert len(client.names(3)) == 3


def test_an_awaited_stream_that_is_left_is_closed(address: str) -> None:
    async def first() -> str:
        async with (
            AsyncClient(address) as client,
            aclosing(client.iter_names(1_000_000, seed=1)) as names,
        ):
            return await anext(names)

    assert asyncio.run(first())
