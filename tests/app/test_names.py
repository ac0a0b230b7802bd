import hashlib
from pathlib import Path

import httpx
import pytest

from app.application import Application
from app.main import create_app
from app.settings import Settings
from namewright import Model, Registry, Sampling, offensive
from namewright.errors import SettingError
from namewright.joined import JoinedModel
from namewright.model import read_model
from tests.conftest import MODELS, SHIPPED, serving


def test_the_documented_shape(client: httpx.Client, tiny_model: Model) -> None:
    body = client.get("/names", params={"n": 3, "seed": 42}).json()
    assert body == {
        "model": "tiny",
        "digest": tiny_model.checkpoint.digest,
        "sampler": 2,
        "seed": 42,
        "temperature": 1.0,
        "offset": 0,
        "names": tiny_model.sample(3, seed=42),
    }


@pytest.mark.parametrize("name", SHIPPED)
def test_every_parameter_reaches_the_library(
    client: httpx.Client, shipped: dict[str, Model], name: str
) -> None:
    parameters = {
        "seed": 2**63 - 1,
        "offset": 7,
        "temperature": 1.3,
        "top_k": 12,
        "top_p": 0.9,
        "min_length": 4,
        "max_length": 7,
        "starts_with": "A",
    }
    body = client.get("/names", params={"n": 30, "model": name, **parameters}).json()
    assert body["names"] == shipped[name].sample(30, **parameters)  # type: ignore[arg-type]
    assert body["model"] == name


def test_twenty_names_by_default(client: httpx.Client) -> None:
    assert len(client.get("/names").json()["names"]) == 20


def test_the_seed_it_picked_gives_the_names_again(client: httpx.Client) -> None:
    first = client.get("/names", params={"n": 40}).json()
    assert 0 <= first["seed"] < 2**53
    again = client.get("/names", params={"n": 40, "seed": first["seed"]}).json()
    assert again == first
    assert client.get("/names", params={"n": 40}).json()["seed"] != first["seed"]


def test_a_small_batch_begins_a_large_one_and_offset_continues_it(client: httpx.Client) -> None:
    def names(**parameters: int) -> list[str]:
        found: list[str] = client.get("/names", params={"seed": 5, **parameters}).json()["names"]
        return found

    whole = names(n=100)
    assert names(n=5) == whole[:5]
    assert names(n=60, offset=40) == whole[40:]


def test_ten_thousand_names(client: httpx.Client) -> None:
    assert len(client.get("/names", params={"n": 10_000}).json()["names"]) == 10_000


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("n=0", "n"),
        ("n=10001", "n"),
        ("n=abc", "n"),
        ("n=", "n"),
        ("n=1.5", "n"),
        ("n=" + "9" * 5000, "n"),
        ("temperature=-1", "temperature"),
        ("temperature=5.01", "temperature"),
        ("temperature=nan", "temperature"),
        ("temperature=inf", "temperature"),
        ("temperature=-inf", "temperature"),
        ("temperature=1e999", "temperature"),
        ("seed=-1", "seed"),
        ("seed=9223372036854775808", "seed"),
        ("offset=-1", "offset"),
        ("top_k=-1", "top_k"),
        ("top_p=0", "top_p"),
        ("top_p=1.1", "top_p"),
        ("min_length=0", "min_length"),
        ("max_length=32", "max_length"),
        ("min_length=5&max_length=4", "min_length"),
        ("starts_with=%F0%9F%98%80", "starts_with"),
        ("starts_with=a1", "starts_with"),
        ("starts_with=" + "a" * 5000, "starts_with"),
        ("n=1&n=2", "n"),
        ("n=1&n=1", "n"),
    ],
)
def test_bad_values_are_422_and_name_the_parameter(
    client: httpx.Client, query: str, parameter: str
) -> None:
    response = client.get(f"/names?{query}")
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert [error["parameter"] for error in response.json()["errors"]] == [parameter]


@pytest.mark.parametrize(
    ("query", "nearest"),
    [
        ("temprature=0.5", "temperature"),
        ("Seed=1", "seed"),
        ("start_with=a", "starts_with"),
        ("maxlength=4", "max_length"),
        ("topk=1", "top_k"),
        ("N=1", "n"),
        ("length=5", "min_length"),
    ],
)
def test_a_misspelt_parameter_is_told_the_nearest_and_all(
    client: httpx.Client, query: str, nearest: str
) -> None:
    response = client.get(f"/names?{query}")
    assert response.status_code == 422
    detail = response.json()["detail"]
    assert f"did you mean {nearest}? this call takes n, seed" in detail


def test_a_parameter_like_none_is_told_them_all(client: httpx.Client) -> None:
    detail = client.get("/names?zzzzzz=1").json()["detail"]
    assert "this call takes n, seed" in detail


def test_all_faults_are_named_at_once(client: httpx.Client) -> None:
    problem = client.get("/names?n=0&temperature=9&seed=x").json()
    assert {error["parameter"] for error in problem["errors"]} == {"n", "temperature", "seed"}


def test_an_unknown_model_is_404_and_lists_those_there_are(client: httpx.Client) -> None:
    response = client.get("/names?model=nobody")
    assert response.status_code == 404
    assert "boys, girls, lstm, mlp, ngram, surnames, tiny, world" in response.json()["detail"]


def test_a_filter_that_nothing_satisfies_is_a_problem(client: httpx.Client) -> None:
    response = client.get("/names?n=3&novel=true&pattern=ab|ba")
    assert response.status_code == 422
    assert response.json()["type"] == "urn:namewright:problem:no-name-found"
    assert "loosen" in response.json()["detail"]


def test_a_filter_that_nothing_can_satisfy_is_a_problem(client: httpx.Client) -> None:
    for query in ("ends_with=lyn&max_length=2", "ends_with=lyn&top_k=1&temperature=0.1"):
        response = client.get(f"/names?model=bigram&{query}")
        assert response.status_code == 422
        assert response.json()["type"] == "urn:namewright:problem:no-such-name"


def test_conditions_hold_and_their_probability_is_told(client: httpx.Client) -> None:
    query = "contains=a&contains=n&excludes=e&ends_with=a&pattern=.*i.*&min_length=5&max_length=9"
    body = client.get(f"/names?n=50&seed=1&model=girls&probability=true&{query}").json()
    for name in body["names"]:
        assert {"a", "n", "i"} <= set(name)
        assert "e" not in name
        assert name.endswith("a")
        assert 5 <= len(name) <= 9
    assert 0 < body["probability"] < 1
    assert "probability" not in client.get("/names?n=1").json()
    assert client.get("/names?n=1&probability=true").json()["probability"] == 1


@pytest.mark.parametrize("n", [300, 3000])
def test_names_that_run_out_are_what_was_found(client: httpx.Client, n: int) -> None:
    query = "model=bigram&pattern=(a|b){1,2}&unique=true&seed=1"
    body = client.get(f"/names?n={n}&{query}").json()
    scored = client.get(f"/names?n={n}&scores=true&{query}").json()
    assert scored["names"] == body["names"]
    assert len(scored["scores"]) == 6
    assert sorted(body["names"]) == ["a", "aa", "ab", "b", "ba", "bb"]
    assert body["complete"] is False
    assert "complete" not in client.get(f"/names?n=6&{query}").json()


def test_new_names_and_names_that_come_once(
    client: httpx.Client, shipped: dict[str, Model]
) -> None:
    query = "model=mlp&temperature=0.5&seed=1"
    for n in (500, 2500):
        body = client.get(f"/names?n={n}&novel=true&unique=true&{query}").json()
        assert len(set(body["names"])) == n
        assert not any(shipped["mlp"].checkpoint.known_names.which(body["names"]))


@pytest.mark.parametrize(
    ("query", "parameter", "said"),
    [
        ("pattern=(a", "pattern", "position 0"),
        ("pattern=a%C3%A9", "pattern", "position 1"),
        ("ends_with=%C3%A9", "ends_with", "alphabet"),
        ("contains=", "contains", "at least one character"),
        ("&".join(["contains=a"] * 9), "contains", "at most 8 times"),
        ("pattern=.*a.{12}", "pattern", "1,000 states"),
        ("novel=maybe", "novel", ""),
        ("unique=1&unique=0", "unique", "once"),
    ],
)
def test_a_filter_that_is_not_valid_is_named(
    client: httpx.Client, query: str, parameter: str, said: str
) -> None:
    response = client.get(f"/names?model=mlp&{query}")
    assert response.status_code == 422
    [error] = response.json()["errors"]
    assert error["parameter"] == parameter
    assert said in error["detail"]


def test_names_of_parts(client: httpx.Client, shipped: dict[str, Model]) -> None:
    joined = JoinedModel((shipped["mlp"], shipped["ngram"]))
    for model in ("mlp+ngram", "mlp%2Bngram"):
        body = client.get(f"/names?n=5&seed=42&model={model}").json()
        assert body["model"] == "mlp+ngram"
        assert body["digest"] == joined.digest
        assert body["names"] == joined.draw(Sampling(n=5, seed=42))
    asked = {"names": [*body["names"], "emma"], "model": "mlp+ngram"}
    results = client.post("/score", json=asked).json()["results"]
    assert [len(result["parts"]) for result in results[:5]] == [2] * 5
    assert results[5]["error"]["code"] == "too_few_parts"


@pytest.mark.parametrize("model", ["mlp+", "+mlp", "mlp+nobody", "+", ""])
def test_parts_that_are_no_models(client: httpx.Client, model: str) -> None:
    answer = client.get("/names", params={"model": model})
    assert answer.status_code == 404
    assert "there are: bigram" in answer.json()["detail"]
    assert client.get(f"/models/{model or 'x'}").status_code == 404


def test_too_many_parts_are_told_how_many_there_may_be(client: httpx.Client) -> None:
    answer = client.get("/names", params={"model": "+".join(["mlp"] * 5)})
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert error == {"parameter": "model", "detail": "should be at most 4 models side by side"}


def test_the_service_s_own_words_are_left_out_and_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, shipped: dict[str, Model]
) -> None:
    own = tmp_path / "words.txt"
    own.write_text("=anna\nana\n")  # a word of three letters matches whole names
    monkeypatch.setenv(offensive.VARIABLE, str(own))
    monkeypatch.setattr(offensive, "IN_USE", [])
    app = create_app(Registry({"mlp": shipped["mlp"]}, "mlp"), Settings())
    query = "/names?n=1000&seed=1&temperature=0.5"
    with serving(app) as url, httpx.Client(base_url=url) as client:
        safe, free = client.get(query).json(), client.get(f"{query}&safe=false").json()
    assert safe["words"] == hashlib.sha256(own.read_bytes()).hexdigest()
    assert "words" not in free
    assert {"anna", "ana"} <= set(free["names"])
    assert not {"anna", "ana"} & set(safe["names"])


def test_a_file_of_words_that_is_at_fault_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tiny_model: Model
) -> None:
    own = tmp_path / "words.txt"
    own.write_text("good\n?\n")
    monkeypatch.setenv(offensive.VARIABLE, str(own))
    monkeypatch.setattr(offensive, "IN_USE", [])
    with pytest.raises(SettingError, match="line 2"):
        create_app(Registry({"tiny": tiny_model}, "tiny"), Settings())


DEAR = "/names?n=10&seed=1&pattern=[bdg]{7}"
LARGE = "/names?n=1001&seed=1"


@pytest.fixture
def application() -> Application:
    return create_app(Registry({"mlp": read_model(MODELS / "mlp.safetensors")}, "mlp"), Settings())


def test_where_there_is_no_place_for_dear_ones_large_ones_are_answered(
    application: Application,
) -> None:
    """And what was dear no longer is, once it is made ready."""
    admission = application.state.admissions["dear"]
    places, admission.places = admission.places, 0
    with serving(application) as url, httpx.Client(base_url=url) as client:
        refused = client.get(DEAR)
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
        assert "dear requests" in refused.json()["detail"]
        assert client.get(LARGE).status_code == 200
        admission.places = places
        names = client.get(DEAR).json()["names"]
        assert all(set(name) <= set("bdg") for name in names)
        admission.places = 0
        assert client.get(DEAR).json()["names"] == names
        # Many of them are dear again, which is known before one is drawn.
        assert client.get(DEAR.replace("n=10&", "n=10000&")).status_code == 503
        assert client.get(LARGE).status_code == 200


def test_where_there_is_no_place_for_large_ones_dear_ones_are_not_begun(
    application: Application,
) -> None:
    application.state.admissions["large"].places = 0
    with serving(application) as url, httpx.Client(base_url=url) as client:
        assert [client.get(each).status_code for each in (LARGE, DEAR)] == [503, 503]
        assert client.get("/names").status_code == 200


def test_every_place_is_free_again(application: Application) -> None:
    before = {kind: each.places for kind, each in application.state.admissions.items()}
    with serving(application) as url, httpx.Client(base_url=url) as client:
        for target in (DEAR, LARGE, DEAR + "&min_length=9", "/names?n=10000&pattern=(..)*"):
            assert client.get(target).status_code in (200, 422)
    assert {kind: each.places for kind, each in application.state.admissions.items()} == before
