"""Keys, on a real process: who gets in, and what is left of a key anywhere."""

import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from app.key_file import Keys, new_key
from app.main import create_app
from app.settings import Settings
from namewright import Model, Registry
from namewright.errors import SettingError
from tests.conftest import serving
from tests.processes import Server, running

ALICE, ALICE_LINE = new_key("alice")
BOB, BOB_LINE = new_key("bob")


def bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


def status_of(server: Server, path: str) -> bytes:
    """The status of a GET of a path as it is, which a client would make a plainer one of."""
    with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2]))) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        return connection.recv(4096).split()[1]


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("guarded")
    (folder / "keys").write_text(f"# two\n\n{ALICE_LINE}\n{BOB_LINE}\n")
    with running(folder, api_keys_file=folder / "keys") as server:
        yield server


@pytest.mark.parametrize("key", [ALICE, BOB], ids=["first", "second"])
def test_whoever_has_a_key_gets_in(guarded: Server, key: str) -> None:
    for path in ("/names", "/models", "/models/mlp", "/metrics"):
        assert httpx.get(guarded.url + path, headers=bearer(key)).status_code == 200
    scored = httpx.post(f"{guarded.url}/score", json={"names": ["ann"]}, headers=bearer(key))
    assert scored.status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": "Bearer"},
        bearer(ALICE[:-1]),
        bearer(ALICE + "a"),
        bearer(ALICE_LINE.partition(":")[2]),
        bearer("\xff"),
        {"authorization": f"Basic {ALICE}"},
        {"authorization": ALICE},
        {"x-api-key": ALICE},
    ],
    ids=range(9),
)
def test_whoever_has_none_is_told_so(guarded: Server, headers: dict[str, str]) -> None:
    raw = {name: value.encode("latin-1") for name, value in headers.items()}
    for path in ("/names?n=0", "/models/nowhere", "/models/mlp/inside", "/metrics", "/nowhere"):
        answer = httpx.get(guarded.url + path, headers=raw)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == 'Bearer realm="namewright"'
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == 401
        assert ALICE[3:20] not in answer.text
    assert httpx.head(f"{guarded.url}/names", headers=raw).status_code == 401


def test_a_body_is_not_looked_at_without_a_key(guarded: Server) -> None:
    assert httpx.post(f"{guarded.url}/score", content=b"{").status_code == 401


def test_what_is_open_needs_none(guarded: Server) -> None:
    for path in ("/", "/healthz", "/readyz", "/docs", "/docs/docs.js", "/openapi.json"):
        assert httpx.get(guarded.url + path).status_code == 200


def test_no_other_way_to_write_a_path_gets_round_a_key(guarded: Server) -> None:
    paths = ("//names", "/%6eames", "/names/", "/healthz/../names", "/names%3fx", "/page", "/pagex")
    statuses = {path: int(status_of(guarded, path)) for path in paths}
    assert statuses == dict.fromkeys(paths, 401) | {"/healthz/../names": 404, "/page": 404}


def test_where_it_is_mounted_the_same_is_open(tiny_model: Model, tmp_path: Path) -> None:
    (tmp_path / "keys").write_text(ALICE_LINE)
    settings = Settings(api_keys_file=tmp_path / "keys")
    inner = create_app(Registry({"tiny": tiny_model}, "tiny"), settings)
    outer = FastAPI(lifespan=inner.router.lifespan_context)
    outer.state = inner.state
    outer.mount("/below", inner)
    with serving(outer) as url:
        assert httpx.get(f"{url}/below/healthz").status_code == 200
        assert httpx.get(f"{url}/below/names").status_code == 401
        assert httpx.get(f"{url}/below/names", headers=bearer(ALICE)).status_code == 200


def test_what_is_open_is_a_setting(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text(ALICE_LINE)
    with running(
        tmp_path, api_keys_file=tmp_path / "keys", open_paths="/metrics,/models"
    ) as server:
        for path, status in (
            ("/metrics", 200),
            ("/models/mlp", 200),
            ("/modelsx", 401),
            ("/healthz", 401),
            ("/docs", 401),
            ("/openapi.json", 401),
            ("/names", 401),
        ):
            assert httpx.get(server.url + path, headers={}).status_code == status


def test_the_log_has_the_name_of_a_key_and_never_a_key(guarded: Server) -> None:
    httpx.get(f"{guarded.url}/names?n=1", headers=bearer(BOB) | {"x-request-id": "logged"})
    guarded.wait_for(guarded.out, r"id=logged .* key=bob")
    written = guarded.out.read_text() + guarded.err.read_text()
    for key, line in ((ALICE, ALICE_LINE), (BOB, BOB_LINE)):
        assert key not in written
        assert line.partition(":")[2] not in written


def test_a_shared_cache_keeps_nothing_that_took_a_key(guarded: Server) -> None:
    answer = httpx.get(f"{guarded.url}/names?seed=1", headers=bearer(ALICE))
    assert answer.headers["cache-control"] == "private, max-age=3600, immutable"


def test_it_is_documented(guarded: Server) -> None:
    document = httpx.get(f"{guarded.url}/openapi.json").json()
    assert document["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    names, health = (document["paths"][path]["get"] for path in ("/names", "/healthz"))
    assert names["security"] == [{"key": []}]
    assert "application/problem+json" in names["responses"]["401"]["content"]
    assert "security" not in health
    assert "401" not in health["responses"]


def test_without_a_file_there_is_no_key(client: httpx.Client) -> None:
    assert client.get("/names").status_code == 200
    assert "securitySchemes" not in client.get("/openapi.json").json()["components"]


def test_a_reload_reads_them_anew_whole_or_not_at_all(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(ALICE_LINE)
    with running(tmp_path, api_keys_file=file) as server:

        def status(key: str) -> int:
            return httpx.get(f"{server.url}/names", headers=bearer(key)).status_code

        assert (status(ALICE), status(BOB)) == (200, 401)
        file.write_text(f"{BOB_LINE}\nnonsense\n")
        server.process.send_signal(signal.SIGHUP)
        server.wait_for(server.err, "line 2 is not NAME:HASH")
        assert (status(ALICE), status(BOB)) == (200, 401)
        file.write_text(f"{BOB_LINE}\n")
        server.process.send_signal(signal.SIGHUP)
        server.wait_for(server.err, "loaded anew")
        assert (status(ALICE), status(BOB)) == (401, 200)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (f"{ALICE_LINE}\nSECRET\n", "line 2 "),
        (f"# a\n{ALICE_LINE[:-1]}", "line 2 "),
        (f"{ALICE_LINE}0", "line 1 "),
        (f"SECRET {ALICE_LINE}", "line 1 "),
        (ALICE, "line 1 "),
        ("\xff\xfe", "line 1 "),
        ("# nobody\n", "without a key"),
        ("", "without a key"),
        ("#" * 1_000_001, "more than 1,000,000 bytes"),
    ],
    ids=range(9),
)
def test_a_file_at_fault_is_refused_by_its_line(tmp_path: Path, content: str, fault: str) -> None:
    (tmp_path / "keys").write_bytes(content.encode("latin-1"))
    with pytest.raises(SettingError, match=fault) as refused:
        Keys(tmp_path / "keys")
    assert str(refused.value).startswith("NAMEWRIGHT_API_KEYS_FILE names a file")
    for secret in ("SECRET", ALICE, ALICE_LINE[-64:-1]):
        assert secret not in str(refused.value)


def test_a_start_without_its_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(AssertionError), running(tmp_path, api_keys_file=tmp_path / "nowhere"):
        pass
    (line,) = (tmp_path / "err.txt").read_text().splitlines()
    assert line.startswith("error: NAMEWRIGHT_API_KEYS_FILE names a file that cannot be read")


def test_every_line_is_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "keys").write_text(f"{ALICE_LINE}\n{BOB_LINE}\n")
    keys = Keys(tmp_path / "keys")
    compared = []

    def compare(a: bytes, b: bytes) -> bool:
        compared.append(a)
        return a == b

    monkeypatch.setattr("hmac.compare_digest", compare)
    for key, name in ((ALICE, "alice"), (BOB, "bob"), ("\ud800", None)):
        compared.clear()
        assert keys.name_of(key) == name
        assert len(compared) == 2
