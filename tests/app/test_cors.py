from collections.abc import Iterator

import httpx
import pytest

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
