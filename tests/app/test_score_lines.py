"""`POST /score` of lines and of CSV: a row for each, in order, in place."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.main import create_app
from app.settings import Settings
from namewright import Model, Registry
from namewright.errors import LinesError
from namewright.formats import FORMATS, WITH_COLUMNS
from namewright.readers import read_names
from namewright.score import Score
from namewright.writers import SCORE_COLUMNS
from tests.conftest import serving
from tests.namewright.rows import code_of, read_rows

TEXT, CSV = "text/plain", "text/csv"
NAMED = {written.media_type: name for name, written in FORMATS.items()}


@pytest.fixture(scope="module")
def http(shipped: dict[str, Model]) -> Iterator[httpx.Client]:
    models = {name: shipped[name] for name in ("bigram", "world")}
    with (
        serving(create_app(Registry(models, "bigram"), Settings(max_lines=300_000))) as url,
        httpx.Client(base_url=url, timeout=30) as client,
    ):
        yield client


def post(
    http: httpx.Client, body: bytes, kind: str = TEXT, query: str = "", **headers: str
) -> httpx.Response:
    return http.post(f"/score?{query}", content=body, headers={"content-type": kind, **headers})


def scored(
    http: httpx.Client, body: bytes, kind: str = TEXT, query: str = "", **headers: str
) -> list[dict[str, Any]]:
    answer = post(http, body, kind, query, **headers)
    assert answer.status_code == 200, answer.text
    return read_rows(NAMED[answer.headers["content-type"]], answer.content)


def test_a_row_for_each_line_with_errors_in_place(http: httpx.Client) -> None:
    body = "\ufeffEmma\r\n\r\nr2d2\n  \nNguyễn\nO'Connor".encode() + b"\nem\xffma"
    rows = scored(http, body)
    assert list(rows[0]) == [*SCORE_COLUMNS, "error"]
    assert [row["name"] or row["error"] for row in rows] == [
        *("emma", "empty", "unknown_character", "empty", "nguyen", "oconnor", "unknown_character"),
    ]
    assert [row["folded"] for row in rows if row["name"]] == ["false", "true", "true"]


@pytest.mark.parametrize("n", [3, 5_000])
@pytest.mark.parametrize("name", WITH_COLUMNS)
def test_rows_are_what_json_has(
    http: httpx.Client, shipped: dict[str, Model], name: str, n: int
) -> None:
    names = ["r2", *shipped["bigram"].sample(n, seed=1), ""]
    body = "".join(f"{each}\n" for each in names).encode()
    for rows in (
        scored(http, body, query=f"format={name}"),
        scored(http, body, accept=f"text/html, {FORMATS[name].media_type}"),
    ):
        assert len(rows) == len(names)
        for row, score in zip(rows, shipped["bigram"].score(names), strict=True):
            if isinstance(score, Score):
                assert row["name"] == score.name
                assert float(row["plausibility"]) == float(f"{score.plausibility:.9g}")
            else:
                assert code_of(row) == score.code


def test_a_column_of_a_csv(http: httpx.Client) -> None:
    body = b'id,name\r\n1,Emma\r\n2,"O\'Connor ""Ann""",x\r\n3\r\n\r\n5,ava'
    rows = scored(http, body, CSV, "model=world")
    assert [row["name"] or row["error"] for row in rows] == [
        *("emma", "unknown_character", "empty", "empty", "ava"),
    ]
    assert [row["name"] for row in scored(http, b"emma,1\nava,2\n", "text/csv; header=absent")] == [
        *("emma", "ava"),
    ]


def test_model_and_fold_are_in_the_query(http: httpx.Client, shipped: dict[str, Model]) -> None:
    [row] = scored(http, b"emma", query="model=world&format=ndjson")
    [score] = shipped["world"].score(["emma"])
    assert isinstance(score, Score)
    assert row["log_likelihood"] == float(f"{score.log_likelihood:.9g}")
    [row] = scored(http, "é".encode(), query="fold=false&format=ndjson")
    assert row["error"]["code"] == "unknown_character"


@pytest.mark.parametrize("kind", [TEXT, CSV])
def test_a_body_without_names_has_a_heading_alone(http: httpx.Client, kind: str) -> None:
    assert post(http, b"", kind).text == ",".join([*SCORE_COLUMNS, "error"]) + "\n"
    assert post(http, b"", kind, "format=ndjson").content == b""


@pytest.mark.parametrize("kind", [TEXT, CSV, "application/json"])
def test_a_body_has_its_own_limit(http: httpx.Client, kind: str) -> None:
    """That of lines is here 300,000, that of JSON as ever 262,144."""
    size = {"application/json": 262_145}.get(kind, 300_001)

    def in_parts() -> Iterator[bytes]:
        yield from [b"a"] * 9
        yield b"a" * (size - 9)

    for body in (b"a" * size, in_parts()):
        answer = http.post("/score", content=body, headers={"content-type": kind})
        assert answer.status_code == 413
        assert f"{size - 1:,} bytes" in answer.json()["detail"]
    if kind == TEXT:
        [row] = scored(http, b"a" * (size - 1))
        assert row["error"] == "too_long"
    elif kind != CSV:
        assert post(http, b" " * (size - 1), kind).status_code == 422


@pytest.mark.parametrize("before", [b"", b"emma\n" * 10_000], ids=["small", "large"])
def test_what_is_no_csv_is_a_problem_before_the_first_byte(
    http: httpx.Client, before: bytes
) -> None:
    answer = post(http, before + b'"emma" x\n', CSV)
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert error["parameter"] == "body"
    assert error["detail"].startswith(f"line {1 + before.count(b'emma')} is not CSV")


@pytest.mark.parametrize("name", WITH_COLUMNS)
@pytest.mark.parametrize("kind", [TEXT, CSV])
@given(body=st.binary(max_size=200) | st.text('ab",\n\r \0é李', max_size=200).map(str.encode))
def test_any_body_has_a_row_for_each_name_or_is_a_problem(
    http: httpx.Client, kind: str, name: str, body: bytes
) -> None:
    answer = post(http, body, kind, f"format={name}")
    try:
        sent = list(read_names(BytesIO(body), is_csv=kind == CSV))
    except LinesError:
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
    else:
        assert len(read_rows(NAMED[answer.headers["content-type"]], answer.content)) == len(sent)


@pytest.mark.parametrize(
    ("query", "status", "parameter"),
    [
        ("model=nobody", 404, None),
        ("format=text", 422, "format"),
        ("format=json", 422, "format"),
        ("fold=perhaps", 422, "fold"),
        ("fold=1&fold=0", 422, "fold"),
        ("characters=true", 422, ""),
    ],
)
def test_what_is_wrong_with_the_query_is_a_problem(
    http: httpx.Client, query: str, status: int, parameter: str | None
) -> None:
    answer = post(http, b"emma\n", query=query)
    assert answer.status_code == status
    assert [e["parameter"] for e in answer.json().get("errors", [])] == (
        [] if parameter is None else [parameter]
    )


def test_json_takes_no_query_and_answers_as_ever(http: httpx.Client) -> None:
    assert http.post("/score", json={"names": ["emma"]}).json()["results"][0]["name"] == "emma"
    assert http.post("/score?format=csv", json={"names": ["emma"]}).status_code == 422


def test_small_bodies_need_no_place_and_large_ones_give_theirs_back(
    shipped: dict[str, Model],
) -> None:
    settings = Settings(large_requests=1, queue=0)
    small, large = b"emma\n" * 50, b"emma\n" * 20_000
    app = create_app(Registry({"bigram": shipped["bigram"]}, "bigram"), settings)
    with serving(app) as url, httpx.Client(base_url=url) as http:
        for _ in range(10):
            assert len(scored(http, large)) == 20_000
        with app.state.admissions["large"].place():
            assert post(http, large).status_code == 503
            assert len(scored(http, small)) == 50
        metrics = http.get("/metrics").text
    assert 'names_scored_total{model="bigram"} 200050.0' in metrics
