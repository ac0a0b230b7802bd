"""A request with a seed has a name, by which a cache may ask: every other answer has another."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from app import prepared
from app.main import create_app
from app.settings import Settings
from namewright import Model, Registry, offensive
from namewright.offensive import OffensiveWords
from namewright.parameters import RULES
from tests.conftest import serving
from tests.namewright.test_parameters import CHANGED

CHANGES: dict[str, Any] = {name: CHANGED[name] for name in RULES} | {
    "model": "mlp",
    "probability": True,
    "scores": True,
    "format": "ndjson",
}
"""For each parameter of the query, a value that changes the answer."""


@pytest.fixture(scope="module")
def http(shipped: dict[str, Model]) -> Iterator[httpx.Client]:
    app = create_app(Registry(shipped, "bigram"))
    with serving(app) as url, httpx.Client(base_url=url) as client:
        yield client


def tag(http: httpx.Client, query: dict[str, Any] | str, **headers: str) -> str:
    answer = http.get("/names", params=query, headers=headers)
    assert answer.status_code == 200, answer.text
    found: str = answer.headers["etag"]
    return found


def test_every_parameter_of_the_query_is_tried(http: httpx.Client) -> None:
    document = http.get("/openapi.json").json()
    assert {each["name"] for each in document["paths"]["/names"]["get"]["parameters"]} == set(
        CHANGES
    )


@pytest.mark.parametrize("name", list(CHANGES))
def test_a_parameter_that_changes_the_answer_changes_the_tag(http: httpx.Client, name: str) -> None:
    plain = {"seed": 1, "format": "csv"} if name == "scores" else {"seed": 1}
    assert tag(http, plain) == tag(http, plain)
    assert tag(http, plain) != tag(http, plain | {name: CHANGES[name]})


@pytest.mark.parametrize(
    ("query", "other"),
    [
        ("seed=1", "n=20&seed=1"),
        ("seed=1", "seed=01&temperature=1&top_k=0&top_p=1.0&case=lower&safe=true&offset=0"),
        ("seed=1", "seed=1&model=bigram&format=json&scores=false&probability=0"),
        ("seed=1&temperature=0.5", "temperature=.50&seed=1"),
        ("seed=1&starts_with=Ma", "seed=1&starts_with=ma"),
        ("seed=1&ends_with=+N", "seed=1&ends_with=n"),
        ("seed=1", "seed=1&starts_with=+"),
        ("seed=1&contains=A&contains=n", "contains=a&seed=1&contains=N"),
    ],
)
def test_equal_requests_have_one_tag_however_they_are_written(
    http: httpx.Client, query: str, other: str
) -> None:
    assert tag(http, query) == tag(http, other)
    # As the answers are the same.
    assert http.get(f"/names?{query}").content == http.get(f"/names?{other}").content


def test_a_format_has_one_tag_whichever_way_it_is_asked_for(http: httpx.Client) -> None:
    assert tag(http, "seed=1&format=csv") == tag(http, "seed=1", accept="text/csv")
    assert tag(http, "seed=1&format=json") == tag(http, "seed=1", accept="*/*")
    assert tag(http, "seed=1") != tag(http, "seed=1", accept="text/csv")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("query", ["seed=1", "seed=1&n=5000", "seed=1&n=5000000&format=text"])
def test_who_has_it_is_told_so_without_a_name_being_drawn(
    http: httpx.Client, monkeypatch: pytest.MonkeyPatch, query: str, method: str
) -> None:
    known = http.head(f"/names?{query}").headers["etag"]

    def no_more(*_: object) -> None:
        raise AssertionError("something is drawn")

    monkeypatch.setattr("app.names.encode_names", no_more)
    monkeypatch.setattr("app.names.NameWriter", no_more)
    for said in (known, f'"other", {known}', f"W/{known}", "*"):
        answer = http.request(method, f"/names?{query}", headers={"if-none-match": said})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == known
        assert answer.headers["cache-control"] == "public, max-age=3600, immutable"
        assert answer.headers["vary"] == "accept"
    if method == "HEAD":
        monkeypatch.undo()
        assert http.head(f"/names?{query}", headers={"if-none-match": '"other"'}).status_code == 200


def test_what_a_seed_makes_may_be_kept(http: httpx.Client) -> None:
    for query in ("seed=1", "seed=1&n=3000", "seed=1&format=csv", "seed=1&n=3000&format=csv"):
        answer = http.get(f"/names?{query}")
        assert answer.headers["cache-control"] == "public, max-age=3600, immutable"
        assert answer.headers["vary"] == "accept"


@pytest.mark.parametrize(
    "path",
    ["/names", "/names?format=text", "/names?n=0&seed=1", "/names?model=no&seed=1", "/models"],
)
def test_nothing_else_may(http: httpx.Client, path: str) -> None:
    answer = http.get(path, headers={"if-none-match": "*"})
    assert answer.status_code != 304
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers


def test_a_request_that_is_not_valid_is_not_known(http: httpx.Client) -> None:
    answer = http.get("/names?seed=1&n=20000", headers={"if-none-match": "*"})
    assert answer.status_code == 422


def test_whatever_else_names_depend_on_is_in_the_tag(
    shipped: dict[str, Model], monkeypatch: pytest.MonkeyPatch, tiny_model: Model
) -> None:
    """The sampler, the version, the operator's words, the checkpoint."""
    bigram = shipped["bigram"]

    def tag_of_a_start(query: str = "seed=1", model: Model = bigram) -> str:
        app = create_app(Registry({"bigram": model}, "bigram"))
        with serving(app) as url, httpx.Client(base_url=url) as client:
            return tag(client, query)

    found = {tag_of_a_start()}
    monkeypatch.setattr(prepared, "SAMPLER", 99)
    found.add(tag_of_a_start())
    monkeypatch.setattr(prepared, "__version__", "99")
    found.add(tag_of_a_start())
    own = OffensiveWords(frozenset(["zzz"]), (), digest="1" * 64)
    free = tag_of_a_start("seed=1&safe=false")
    monkeypatch.setattr(prepared, "words", lambda: offensive.shipped().with_own(own))
    found.add(tag_of_a_start())
    assert tag_of_a_start("seed=1&safe=false") == free, "which they are not applied to"
    found.add(tag_of_a_start(model=tiny_model))
    assert len(found) == 5


def test_answers_to_who_has_a_key_are_private(
    tiny_model: Model, tmp_path_factory: pytest.TempPathFactory
) -> None:
    keys = tmp_path_factory.mktemp("keys") / "keys.txt"
    keys.write_text(f"someone:{'0' * 64}\n")
    settings = Settings(api_keys_file=keys, open_paths=("/names",))
    with serving(create_app(Registry({"tiny": tiny_model}, "tiny"), settings)) as url:
        answer = httpx.get(f"{url}/names?seed=1")
    assert answer.headers["cache-control"] == "private, max-age=3600, immutable"
