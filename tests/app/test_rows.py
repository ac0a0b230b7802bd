"""`GET /names` in other formats than JSON: the same names."""

import hashlib
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.main import create_app
from app.settings import Settings
from namewright import Model, Registry, Sampling, offensive
from namewright.digits import rounded
from namewright.formats import FORMATS, WITH_COLUMNS
from namewright.joined import JoinedModel
from namewright.title_case import title
from tests.conftest import serving
from tests.namewright.rows import by_reference, read_rows
from tests.namewright.test_conditions import COMMON

formats = pytest.mark.parametrize("name", FORMATS)
SMALL_AND_LARGE = [20, 6_000]


@pytest.fixture(scope="module")
def http(shipped: dict[str, Model]) -> Any:
    with (
        serving(create_app(Registry(shipped, "bigram"))) as url,
        httpx.Client(base_url=url, timeout=30) as client,
    ):
        yield client


def names_in(answer: httpx.Response, name: str) -> list[str]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == FORMATS[name].media_type
    return [row["name"] for row in read_rows(name, answer.content)]


@formats
@pytest.mark.parametrize("n", SMALL_AND_LARGE)
@pytest.mark.parametrize("asked", [{}, {"case": "title", "model": "world", "offset": 7}], ids=str)
def test_all_formats_have_the_same_names(
    http: httpx.Client, name: str, n: int, asked: dict[str, Any]
) -> None:
    query = {"n": n, "seed": 5, **asked}
    names = http.get("/names", params=query).json()["names"]
    assert names_in(http.get("/names", params={**query, "format": name}), name) == names
    accept = {"accept": FORMATS[name].media_type}
    assert names_in(http.get("/names", params=query, headers=accept), name) == names


@pytest.mark.parametrize("asked", [*COMMON, {"novel": True}, {"unique": True}], ids=str)
def test_a_small_batch_begins_a_large_one_and_offset_continues_it_under_conditions(
    http: httpx.Client, asked: dict[str, Any]
) -> None:
    def names(**more: int) -> list[str]:
        params = {"seed": 2, "format": "text", **asked, **more}
        return names_in(http.get("/names", params=params), "text")

    whole = names(n=1_500)  # more than is answered at once
    assert names(n=5) == whole[:5]
    if "unique" not in asked:
        assert names(n=7, offset=1_490) == whole[1_490:1_497]
    else:
        assert len(set(whole)) == 1_500


@formats
def test_headers_say_what_gives_the_same_again(http: httpx.Client, name: str) -> None:
    for n in SMALL_AND_LARGE:
        first = http.get("/names", params={"n": n, "format": name})
        said = {key.removeprefix("namewright-"): v for key, v in first.headers.items()}
        assert said["model"] == "bigram"
        assert said["sampler"] == "2"
        assert said["digest"] == http.get("/models/bigram").json()["digest"]
        again = http.get(f"/names?n={n}&seed={said['seed']}&format={name}")
        assert again.content == first.content


@given(st.data())
@settings(max_examples=25)
def test_a_download_that_broke_off_anywhere_goes_on(
    http: httpx.Client, data: st.DataObject
) -> None:
    """Count whole lines, and ask for the rest by `offset`: the same bytes."""
    name = data.draw(st.sampled_from(list(FORMATS)))
    query = {"n": 1_200, "seed": 1, "format": name, "model": "mlp", "scores": name != "text"}
    whole = http.get("/names", params=query).content
    kept = whole[: data.draw(st.integers(0, len(whole)))]
    kept = kept[: kept.rfind(b"\n") + 1]
    heading = bool(FORMATS[name].head(["name"]))
    there = max(0, kept.count(b"\n") - heading)
    if there == 0:
        kept = b""
    if there < 1_200:
        rest = http.get("/names", params={**query, "n": 1_200 - there, "offset": there}).content
        kept += rest[rest.index(b"\n") + 1 :] if heading and kept else rest
    assert kept == whole


@pytest.mark.parametrize("n", [30, 1_200])
def test_scores_beside_names_are_those_of_scoring_them(
    http: httpx.Client, shipped: dict[str, Model], n: int
) -> None:
    query = f"/names?n={n}&seed=1&scores=true&case=title&model=mlp"
    body = http.get(query).json()
    assert body["names"] == shipped["mlp"].sample(n, seed=1, case="title")
    expected = [
        {
            "log_likelihood": rounded(score.log_likelihood),
            "plausibility": rounded(score.plausibility),
        }
        for score in shipped["mlp"].score(body["names"])  # type: ignore[union-attr]
    ]
    assert body["scores"] == expected
    for name in WITH_COLUMNS:
        rows = read_rows(name, http.get(f"{query}&format={name}").content)
        assert [row["name"] for row in rows] == body["names"]
        for row, score in zip(rows, expected, strict=True):
            assert {key: float(row[key]) for key in score} == {
                key: float(f"{value:.9g}") for key, value in score.items()
            }


def test_names_of_parts_in_rows(http: httpx.Client, shipped: dict[str, Model]) -> None:
    joined = JoinedModel((shipped["mlp"], shipped["bigram"]))
    answer = http.get("/names?n=4&seed=1&case=title&format=csv&model=mlp%2Bbigram")
    heading, *rows = answer.text.splitlines()
    assert heading == "name,part_1,part_2"
    names = [title(name) for name in joined.draw(Sampling(n=4, seed=1))]
    assert rows == [f"{name},{','.join(name.split(' '))}" for name in names]
    assert answer.headers["namewright-model"] == "mlp+bigram"


@formats
@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("ends_with=lyn&max_length=2", "no-such-name"),
        ("pattern=anna|emma&novel=true", "no-name-found"),
        ("n=0", "invalid-parameters"),
        ("n=10000001", "invalid-parameters"),
        ("n=10001&unique=true", "invalid-parameters"),
        ("probability=true", "invalid-parameters"),
        ("starts_with=%F0%9F%98%80", "invalid-parameters"),
        ("model=nobody", "model-not-found"),
        ("case=upper", "invalid-parameters"),
    ],
)
def test_what_is_wrong_is_a_problem_before_the_first_byte(
    http: httpx.Client, name: str, query: str, kind: str
) -> None:
    for n in ["", "&n=9000"][: 1 if query.startswith("n=") else 2]:
        answer = http.get(f"/names?{query}{n}&seed=1&format={name}")
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["type"] == f"urn:namewright:problem:{kind}"
        assert "etag" not in answer.headers


def test_what_formats_cannot_have_names_the_parameter(http: httpx.Client) -> None:
    for query, parameter in (
        ("format=text&scores=true", "scores"),
        ("format=html", "format"),
        ("n=10001", "n"),
        ("n=10001&format=json", "n"),
    ):
        problem = http.get(f"/names?{query}").json()
        assert [error["parameter"] for error in problem["errors"]] == [parameter]
    assert f"{', '.join(FORMATS)} have more" in problem["detail"]


def test_a_filter_that_is_too_rare_is_a_problem(shipped: dict[str, Model]) -> None:
    settings = Settings(max_candidates=10_000)
    with serving(create_app(Registry(shipped, "lstm"), settings)) as url:
        answer = httpx.get(f"{url}/names?n=5000&min_length=12&seed=1&format=text")
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:namewright:problem:no-name-found"


@formats
@pytest.mark.parametrize("n", [300, 3_000])
def test_names_that_run_out_are_what_was_found(http: httpx.Client, name: str, n: int) -> None:
    query = {"pattern": "(a|b){1,2}", "unique": True, "seed": 1, "n": n, "format": name}
    assert sorted(names_in(http.get("/names", params=query), name)) == [
        *("a", "aa", "ab", "b", "ba", "bb"),
    ]


def test_the_reference_gives_the_same_rows(
    monkeypatch: pytest.MonkeyPatch, http: httpx.Client, shipped: dict[str, Model]
) -> None:
    """Where no kernel was built; a stream as well."""
    monkeypatch.setattr("app.prepared.SMALL_NAMES", 20)
    model = by_reference(shipped["bigram"])
    with serving(create_app(Registry({"bigram": model}, "bigram"))) as url:
        for query in ("n=20", "n=700&case=title", "n=50&scores=true", "n=60&ends_with=a"):
            for name in WITH_COLUMNS:
                asked = f"/names?{query}&seed=1&format={name}"
                assert httpx.get(url + asked).content == http.get(asked).content


def test_the_service_s_own_words_are_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tiny_model: Model
) -> None:
    own = tmp_path / "words.txt"
    own.write_text("=aba\n")
    monkeypatch.setenv(offensive.VARIABLE, str(own))
    monkeypatch.setattr(offensive, "IN_USE", [])
    with serving(create_app(Registry({"tiny": tiny_model}, "tiny"))) as url:
        safe = httpx.get(f"{url}/names?format=text")
        free = httpx.get(f"{url}/names?format=text&safe=false")
    assert safe.headers["namewright-words"] == hashlib.sha256(own.read_bytes()).hexdigest()
    assert "namewright-words" not in free.headers


def test_a_model_may_be_named_in_any_script(tiny_model: Model) -> None:
    with serving(create_app(Registry({"имена": tiny_model}, "имена"))) as url:
        for n in (1, 2_000):
            answer = httpx.get(f"{url}/names?n={n}&format=text")
            assert answer.status_code == 200
            assert answer.headers["namewright-model"].isascii()
