from collections.abc import Iterator

import httpx
import pytest

from app.cors import readable
from app.main import create_app
from app.settings import Settings
from namewright import Model, Registry
from tests.conftest import serving

ORIGIN = {"origin": "https://example.org"}
PREFLIGHT = {
    **ORIGIN,
    "access-control-request-method": "POST",
    "access-control-request-headers": "content-type",
}


@pytest.fixture
def open_to_one(tiny_model: Model) -> Iterator[str]:
    settings = Settings(cors_origins=("https://example.org",))
    with serving(create_app(Registry({"tiny": tiny_model}, "tiny"), settings)) as url:
        yield url


def test_no_page_of_another_site_may_read_anything(client: httpx.Client) -> None:
    for answer in (
        client.get("/names", headers=ORIGIN),
        client.options("/score", headers=PREFLIGHT),
    ):
        assert not [name for name in answer.headers if name.startswith("access-control")]


def test_pages_of_an_origin_that_is_named_may(open_to_one: str) -> None:
    answer = httpx.get(f"{open_to_one}/names", headers=ORIGIN)
    assert answer.headers["access-control-allow-origin"] == "https://example.org"
    before = httpx.options(f"{open_to_one}/score", headers=PREFLIGHT)
    assert before.status_code == 200
    assert "POST" in before.headers["access-control-allow-methods"]
    assert before.headers["x-content-type-options"] == "nosniff"


def test_pages_of_other_origins_may_not(open_to_one: str) -> None:
    answer = httpx.get(f"{open_to_one}/names", headers={"origin": "https://evil.example"})
    assert "access-control-allow-origin" not in answer.headers


def test_they_may_read_what_is_refused_before_the_application_sees_it(open_to_one: str) -> None:
    large = b" " * 300_000
    answer = httpx.post(f"{open_to_one}/score", content=large, headers=ORIGIN)
    assert answer.status_code == 413
    assert answer.headers["access-control-allow-origin"] == "https://example.org"
    assert "X-Request-ID" in answer.headers["access-control-expose-headers"]
    others = {"origin": "https://evil.example"}
    refused = httpx.post(f"{open_to_one}/score", content=large, headers=others)
    assert refused.status_code == 413
    assert "access-control-allow-origin" not in refused.headers


def test_what_a_page_may_not_ask_is_a_problem(open_to_one: str) -> None:
    asked = PREFLIGHT | {"access-control-request-method": "DELETE"}
    answer = httpx.options(f"{open_to_one}/score", headers=asked)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"].endswith("not allowed: method")


@pytest.mark.parametrize(
    ("origins", "allowed"),
    [
        (("https://a.example", "https://b.example"), b"https://a.example"),
        (("https://b.example",), None),
        (("*",), b"*"),
        ((), None),
    ],
)
def test_an_answer_names_the_origin_that_asked(
    origins: tuple[str, ...], allowed: bytes | None
) -> None:
    said = dict(readable([(b"origin", b"https://a.example")], origins))
    assert said.get(b"access-control-allow-origin") == allowed
    assert readable([], origins) == []


def test_of_several_origins_the_first_counts() -> None:
    sent = [(b"origin", b"https://a.example"), (b"origin", b"https://b.example")]
    assert readable(sent, ("https://a.example",))
    assert not readable(sent, ("https://b.example",))
