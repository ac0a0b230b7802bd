"""The headers of every answer, from a real process."""

import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.main import create_app
from app.settings import Settings
from namewright import Model, Registry
from tests.conftest import serving
from tests.processes import Server, running

ANSWERS = [
    ("GET", "/names", 200),
    ("HEAD", "/names", 200),
    ("GET", "/models", 200),
    ("GET", "/", 200),
    ("HEAD", "/", 200),
    ("GET", "/models/mlp/inside", 200),
    ("GET", "/docs", 200),
    ("GET", "/docs/swagger-ui.css", 200),
    ("GET", "/metrics", 200),
    ("GET", "/names?n=0", 422),
    ("GET", "/nowhere", 404),
    ("GET", "/score?name=ab", 200),
    ("PUT", "/score", 405),
    ("OPTIONS", "/score", 204),
    ("GET", "/names?a=" + "b" * 10_000, 414),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.mark.parametrize(("method", "path", "status"), ANSWERS)
def test_every_answer_has_them(server: Server, method: str, path: str, status: int) -> None:
    answer = httpx.request(method, server.url + path)
    assert answer.status_code == status
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert len(answer.headers["x-request-id"]) == 32
    assert "server" not in answer.headers
    assert len(answer.headers.get_list("cache-control")) == 1


def test_the_names_of_a_seed_may_be_kept_and_nothing_else(server: Server) -> None:
    def kept(path: str) -> str:
        answer: str = httpx.get(server.url + path).headers["cache-control"]
        return answer

    assert kept("/names?seed=1") == "public, max-age=3600, immutable"
    assert kept("/names?seed=1&n=5000") == "public, max-age=3600, immutable"
    for path in ("/names", "/names?seed=1&n=0", "/models", "/models/mlp", "/healthz", "/nowhere"):
        assert kept(path) == "no-store"


def test_how_long_is_a_setting(tiny_model: Model) -> None:
    for seconds, header in ((0, "no-store"), (7, "public, max-age=7, immutable")):
        app = create_app(Registry({"t": tiny_model}, "t"), Settings(cache_seconds=seconds))
        with serving(app) as url:
            assert httpx.get(f"{url}/names?seed=1").headers["cache-control"] == header


def test_pages_load_nothing_from_elsewhere_and_run_nothing_written_into_them(
    server: Server,
) -> None:
    for path in ("/", "/docs"):
        assert "unsafe" not in httpx.get(server.url + path).headers["content-security-policy"]
    answer = httpx.get(f"{server.url}/docs")
    policy = answer.headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", "script-src 'self'", "style-src 'self'"} <= set(policy)
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert "content-security-policy" not in httpx.get(f"{server.url}/names").headers


def test_a_forwarded_address_is_believed_of_nobody(server: Server) -> None:
    forged = {"x-forwarded-for": "203.0.113.9", "x-request-id": "nobody"}
    httpx.get(f"{server.url}/names", headers=forged)
    server.wait_for(server.out, "id=nobody client=127.0.0.1 ")


def test_a_forwarded_address_is_believed_of_a_trusted_proxy(tmp_path: Path) -> None:
    with running(tmp_path, trusted_proxies="10.0.0.0/8, 127.0.0.1") as server:
        for given, shown in (("203.0.113.9", "203.0.113.9"), ("6.6.6.6, 10.0.0.1", "6.6.6.6")):
            headers = {"x-forwarded-for": given, "x-request-id": shown}
            httpx.get(f"{server.url}/names", headers=headers)
            server.wait_for(server.out, f"id={shown} client={shown} ")
        httpx.get(server.url, headers={"x-forwarded-for": "a b%0A\tc" * 99, "x-request-id": "odd"})
        server.wait_for(server.out, r"id=odd client=a%20b%0A\\tc\S+\.\.\. method")


def test_a_forwarded_address_of_another_is_not_believed(tmp_path: Path) -> None:
    with running(tmp_path, trusted_proxies="10.0.0.0/8") as server:
        forged = {"x-forwarded-for": "203.0.113.9", "x-request-id": "other"}
        httpx.get(f"{server.url}/names", headers=forged)
        server.wait_for(server.out, "id=other client=127.0.0.1 ")


def test_what_is_refused_by_a_limit_has_them_too(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2]))) as client:
        client.sendall(b"not http\r\n\r\n")
        answer = client.recv(65536).lower()
    assert answer.startswith(b"http/1.1 400")
    assert answer.count(b"x-content-type-options: nosniff\r\n") == 1
    assert answer.count(b"cache-control: no-store\r\n") == 1
    assert answer.count(b"x-request-id: ") == 1
