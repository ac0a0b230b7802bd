import json

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.encoding import encode_scores
from app.schemas import EXPLAINED, ScoreRequest
from namewright import Model, Score
from namewright.comparison import compare
from namewright.digits import rounded
from namewright.score import describe


def post(client: httpx.Client, content: bytes) -> httpx.Response:
    return client.post("/score", content=content, headers={"content-type": "application/json"})


def test_the_documented_shape(client: httpx.Client, tiny_model: Model) -> None:
    body = client.post("/score", json={"names": [" AB ", "b"], "characters": True}).json()
    scores = [
        score._asdict() for score in tiny_model.score(["ab", "b"]) if isinstance(score, Score)
    ]
    assert [score.pop("parts") for score in scores] == [(), ()]
    assert [score.pop("explanation") for score in scores] == [None, None]
    for score in scores:
        numbers = {field: value for field, value in score.items() if isinstance(value, float)}
        score |= {field: rounded(value) for field, value in numbers.items()}
        score["characters"] = [*map(rounded, score["characters"])]
    assert body == {
        "model": "tiny",
        "digest": tiny_model.checkpoint.digest,
        "results": scores,
    }


def test_characters_only_on_request(client: httpx.Client) -> None:
    (result,) = client.post("/score", json={"names": ["ab"]}).json()["results"]
    assert "characters" not in result
    assert "error" not in result


def test_a_name_that_cannot_be_scored_has_an_error_and_the_rest_have_scores(
    client: httpx.Client,
) -> None:
    names = ["ab", "", "a" * 10_000, "a😀", "a1", "ba"]
    results = post(client, json.dumps({"names": names}).encode()).json()["results"]
    codes = [result.get("error", {}).get("code") for result in results]
    assert codes == [
        None,
        "empty",
        "too_long",
        "unknown_character",
        "unknown_character",
        None,
    ]
    assert results[3]["error"]["position"] == 1
    assert results[3]["error"]["name"] == "a😀"


def test_ten_thousand_names(client: httpx.Client) -> None:
    results = client.post("/score", json={"names": ["ab"] * 10_000}).json()["results"]
    assert len(results) == 10_000


@pytest.mark.parametrize(
    ("body", "parameter"),
    [
        (b"", "body"),
        (b"[", "body"),
        (b"names", "body"),
        (b"\xff\xfe", "body"),
        (b"null", "body"),
        (b'{"names": ["\\ud800"]}', "body"),
        (b'{"names": ["ab"], "characters": 0}', "characters"),
        (b'{"names": ["ab"], "model": null}', "model"),
        (b'["ab"]', "body"),
        (b"{}", "names"),
        (b'{"names": []}', "names"),
        (b'{"names": "ab"}', "names"),
        (b'{"names": NaN}', "names"),
        (b'{"names": [1]}', "names[0]"),
        (b'{"names": ["ab", null]}', "names[1]"),
        (json.dumps({"names": ["ab"] * 10_001}).encode(), "names"),
        (b'{"names": ["ab"], "characters": "perhaps"}', "characters"),
        (b'{"names": ["ab"], "model": 1}', "model"),
    ],
)
def test_bad_bodies_are_422_and_name_the_field(
    client: httpx.Client, body: bytes, parameter: str
) -> None:
    response = post(client, body)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert [error["parameter"] for error in response.json()["errors"]] == [parameter]


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b'{"names":["Emma"],', "is not JSON: it goes wrong at line 1, column 18"),
        (b'\n{"names": secret}', "is not JSON: it goes wrong at line 2, column 11"),
        (b'{"names": ["\\ud800"]}', "half of a surrogate pair, which is no character"),
        (b'{"names": ["\\udc00"]}', "half of a surrogate pair, which is no character"),
        (
            b"[]",
            "a JSON object with names (required), model, models, characters, explain, fold",
        ),
        (b'{"names": []}', "should have 1 or more names"),
        (b'{"names": "ab"}', "should be a list of names"),
        (b'{"names": [1]}', "should be text"),
    ],
)
def test_a_bad_body_is_told_where_or_what_would_be_right(
    client: httpx.Client, body: bytes, detail: str
) -> None:
    problem = post(client, body).json()
    assert detail in problem["errors"][0]["detail"]
    assert "secret" not in str(problem)


def test_a_body_that_is_not_said_to_be_json_is_told_the_header(client: httpx.Client) -> None:
    problem = client.post("/score", content=b'{"names": ["ab"]}').json()
    [error] = problem["errors"]
    assert error["detail"].startswith(
        "Content-Type should be text/plain or text/csv with a name per line, or application/json "
        "with a JSON object with names (required), "
    )


@pytest.mark.parametrize("kind", ["application/json", "text/plain"])
def test_a_body_that_is_compressed_is_415(client: httpx.Client, kind: str) -> None:
    body = {"application/json": b'{"names": ["ab"]}', "text/plain": b"ab\n"}[kind]
    for coding, status in (("gzip", 415), ("br, identity", 415), ("Identity", 200)):
        headers = {"content-type": kind, "content-encoding": coding}
        answer = client.post("/score", content=body, headers=headers)
        assert answer.status_code == status
        if status == 415:
            assert "Content-Encoding" in answer.json()["detail"]


def test_of_a_field_that_is_there_twice_the_last_counts(client: httpx.Client) -> None:
    [result] = post(client, b'{"names": ["ab"], "names": ["ba"]}').json()["results"]
    assert result["name"] == "ba"


def test_json_nested_too_deep_is_refused(client: httpx.Client) -> None:
    response = post(client, b"[" * 200_000)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"


def test_a_misspelt_field_is_told_the_nearest(client: httpx.Client) -> None:
    response = client.post("/score", json={"names": ["ab"], "charcters": True})
    assert response.status_code == 422
    assert "did you mean characters?" in response.json()["detail"]


def test_a_parameter_in_the_wrong_place_is_refused(client: httpx.Client) -> None:
    response = client.post("/score?characters=true", json={"names": ["ab"]})
    assert response.status_code == 422


def test_an_unknown_model_is_404(client: httpx.Client) -> None:
    response = client.post("/score", json={"names": ["ab"], "model": "nobody"})
    assert response.status_code == 404
    assert "tiny" in response.json()["detail"]


def test_a_thousand_unknown_fields_are_not_all_told(client: httpx.Client) -> None:
    response = client.post("/score", json={f"field{i}": i for i in range(1000)})
    assert len(response.json()["errors"]) == 20


def test_of_a_thousand_wrong_names_the_first_is_told(client: httpx.Client) -> None:
    response = client.post("/score", json={"names": ["ab", *[1] * 1000]})
    assert [fault["parameter"] for fault in response.json()["errors"]] == ["names[1]"]


def test_several_models_are_compared(client: httpx.Client, shipped: dict[str, Model]) -> None:
    body = {"names": ["emma", "r2", "Zoë"], "models": ["mlp", "ngram"]}
    answer = client.post("/score", json=body).json()
    assert answer["models"] == [
        {"model": name, "digest": shipped[name].checkpoint.digest} for name in ("mlp", "ngram")
    ]
    models = [shipped["mlp"], shipped["ngram"]]
    assert answer["results"] == compare(models, ["emma", "r2", "Zoë"])


def test_many_names_are_compared_alike_in_parts(client: httpx.Client) -> None:
    names = ["emma", "xqzt", "wilhelmina"] * 200
    few = client.post("/score", json={"names": names[:3], "models": ["mlp", "ngram"]}).json()
    many = client.post("/score", json={"names": names, "models": ["mlp", "ngram"]}).json()
    assert many["models"] == few["models"]
    assert many["results"] == few["results"] * 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"models": ["mlp"]}, 422),
        ({"models": ["mlp", "mlp"]}, 422),
        ({"models": ["mlp", "ngram"], "model": "mlp"}, 422),
        ({"models": ["mlp", "nobody"]}, 404),
        ({"models": ["mlp"] * 9}, 422),
        ({"models": None}, 422),
    ],
)
def test_models_that_cannot_be_compared(
    client: httpx.Client, body: dict[str, object], status: int
) -> None:
    answer = client.post("/score", json={"names": ["emma"], **body})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_folding_is_on_unless_it_is_refused(client: httpx.Client) -> None:
    body = {"names": ["Nguyễn"], "model": "mlp"}
    (result,) = client.post("/score", json=body).json()["results"]
    assert (result["name"], result["folded"]) == ("nguyen", True)
    (result,) = client.post("/score", json={**body, "fold": False}).json()["results"]
    assert result["error"]["code"] == "unknown_character"


def test_explanations_are_those_of_the_library(client: httpx.Client, tiny_model: Model) -> None:
    names = ["ab", "x", "b"]
    results = client.post("/score", json={"names": names, "explain": True}).json()["results"]
    assert results == [*map(describe, tiny_model.score(names, explain=True))]
    assert results[0]["explanation"]["places"][2] == {
        "character": "",
        "probability": pytest.approx(0.25),
        "rank": 2,
        "preferred": [
            {"character": "a", "probability": pytest.approx(0.5)},
            {"character": "", "probability": pytest.approx(0.25)},
            {"character": "b", "probability": pytest.approx(0.25)},
        ],
    }


@pytest.mark.parametrize("of", [{"model": "lstm"}, {"models": ["girls", "boys", "lstm"]}])
def test_many_names_are_explained_alike_in_parts(
    client: httpx.Client, of: dict[str, object]
) -> None:
    few = client.post("/score", json={"names": ["emma"], "explain": True, **of}).json()
    many = client.post("/score", json={"names": ["emma"] * 301, "explain": True, **of}).json()
    assert many == {**few, "results": few["results"] * 301}


def test_parts_are_explained_one_by_one(client: httpx.Client) -> None:
    body = {"names": ["Emma Smith"], "model": "girls+surnames", "explain": True}
    (result,) = client.post("/score", json=body).json()["results"]
    assert "explanation" not in result
    places = [len(part["explanation"]["places"]) for part in result["parts"]]
    assert places == [5, 6]


def test_a_name_that_is_explained_counts_as_many() -> None:
    plain = ScoreRequest(names=["emma"])
    assert plain.work == 1
    assert ScoreRequest(names=["emma"], models=["girls", "boys"]).work == 2
    explained = ScoreRequest(names=["emma"], models=["girls", "boys"], explain=True)
    assert explained.work == 2 * EXPLAINED


@pytest.mark.parametrize(
    "asked",
    [
        {"name": "Emma"},
        {"name": "Zoë", "model": "mlp"},
        {"name": "Zoë", "model": "mlp", "fold": False},
        {"name": "emma", "model": "lstm", "characters": True, "explain": True},
        {"name": "Emma Smith", "model": "girls+surnames"},
        {"name": ""},
        {"name": "a" * 5000},
        {"name": "r2😀"},
    ],
)
def test_one_name_is_answered_as_a_list_of_it(
    client: httpx.Client, asked: dict[str, object]
) -> None:
    answer = client.get("/score", params=asked)  # type: ignore[arg-type]
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    rest = {key: value for key, value in asked.items() if key != "name"}
    assert answer.json() == client.post("/score", json={"names": [asked["name"]], **rest}).json()


def test_a_plus_sign_between_models_may_be_sent_as_it_is(client: httpx.Client) -> None:
    answer = client.get("/score?name=Emma+Smith&model=girls+surnames").json()
    assert answer["model"] == "girls+surnames"
    assert [part["name"] for part in answer["results"][0]["parts"]] == ["emma", "smith"]


@pytest.mark.parametrize(
    ("query", "status", "detail"),
    [
        ("", 422, "name: is required"),
        ("name=ab&name=ba", 422, "name: should be given once"),
        ("nmae=ab", 422, "did you mean name? this call takes name, model, characters, explain"),
        ("names=ab", 422, "did you mean name?"),
        ("name=ab&explain=perhaps", 422, "explain: should be true or false"),
        ("name=ab&models=mlp", 422, "did you mean model?"),
        ("name=ab&model=nobody", 404, "there are: "),
    ],
)
def test_a_bad_query_is_told_what_would_be_right(
    client: httpx.Client, query: str, status: int, detail: str
) -> None:
    answer = client.get(f"/score?{query}")
    assert answer.status_code == status
    assert detail in answer.json()["detail"]


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(max_size=40) | st.text("abAB'- ", max_size=9), min_size=1, max_size=9))
def test_a_result_is_the_same_with_and_without_its_characters(
    tiny_model: Model, names: list[str]
) -> None:
    """The one is written by the kernel, the other is what the library describes."""
    plain, full = (
        json.loads(encode_scores([tiny_model], ScoreRequest(names=names, characters=more)))
        for more in (False, True)
    )
    for result in full["results"]:
        result.pop("characters", None)
    assert plain == full
