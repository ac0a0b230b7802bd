"""What stands in the log of a real process."""

import json
import logging
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from app.exchange import Exchange
from app.logs import AccessLog, JsonFormatter, LineFormatter
from tests.processes import Server, running

TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A service without a setting, which several tests ask in turn."""
    with running(tmp_path_factory.mktemp("usual")) as server:
        yield server


def lines_of(server: Server, wanted: str, first: int = 0) -> list[str]:
    """The requests in the log, from the line `first` on, once one of them has what is wanted."""
    server.wait_for(server.out, wanted)
    return server.out.read_text().splitlines()[first:]


def length_of(server: Server) -> int:
    """How many requests there are in the log, once all that were answered are."""
    httpx.get(f"{server.url}/until-here", headers={"x-request-id": (own := uuid4().hex)})
    return len(lines_of(server, own))


def ask_bytes(server: Server, *requests: bytes) -> bytes:
    """What a server answers to requests as they are, each on its own connection."""
    answers = b""
    for request in requests:
        with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2]))) as client:
            client.sendall(request)
            client.settimeout(10)
            while part := client.recv(65536):
                answers += part
    return answers


def test_a_request_is_one_line_of_text(usual: Server) -> None:
    first = length_of(usual)
    answer = httpx.get(f"{usual.url}/names?n=3&starts_with=ann", headers={"x-request-id": "x"})
    (line,) = lines_of(usual, "id=x ", first)
    assert re.fullmatch(
        rf"{TIME} INFO request id=x client=127\.0\.0\.1 method=GET path=/names status=200 "
        rf"ms=\d+\.\d+ bytes={len(answer.content)} model=lstm",
        line,
    )


def test_a_head_is_sent_no_bytes(usual: Server) -> None:
    first = length_of(usual)
    httpx.head(f"{usual.url}/names?n=3", headers={"x-request-id": "head"})
    (line,) = lines_of(usual, "id=head ", first)
    assert " method=HEAD path=/names status=200 " in line
    assert " bytes=0 " in line


def test_an_answer_that_is_broken_off_is_not_complete(usual: Server) -> None:
    path = b"GET /names?n=3000000&format=text HTTP/1.1\r\nHost: x\r\nX-Request-ID: long\r\n\r\n"
    first = length_of(usual)
    with socket.create_connection(("127.0.0.1", int(usual.url.rpartition(":")[2]))) as client:
        client.sendall(path)
        client.recv(65536)
    (line,) = lines_of(usual, "id=long ", first)
    assert "status=200 " in line
    assert line.endswith(" complete=no")


def test_a_request_is_one_line_of_json(tmp_path: Path) -> None:
    with running(tmp_path, log_format="json") as server:
        httpx.get(f"{server.url}/nowhere?password=secret", headers={"x-request-id": "x"})
        (line,) = lines_of(server, '"x"')
        started = server.err.read_text().splitlines()
    entry = json.loads(line)
    assert re.fullmatch(TIME, entry.pop("time"))
    assert entry.pop("ms") > 0
    assert entry.pop("bytes") > 100
    assert entry == {
        "level": "INFO",
        "logger": "namewright.access",
        "message": "request",
        "id": "x",
        "client": "127.0.0.1",
        "method": "GET",
        "path": "/nowhere",
        "status": 404,
    }
    assert all(json.loads(each)["time"] for each in started)


def test_every_line_of_the_service_has_a_time(usual: Server) -> None:
    usual.wait_for(usual.err, "startup complete")
    assert all(re.match(TIME, line) for line in usual.err.read_text().splitlines())


def test_health_checks_are_left_out_unless_they_fail_or_are_asked_for(
    usual: Server, tmp_path: Path
) -> None:
    paths = ("/healthz", "/readyz", "/metrics", "/readyz?x=1", "/models")
    with running(tmp_path, log_health=True) as asked:
        for server, logged in ((usual, paths[3:]), (asked, paths)):
            first = length_of(server)
            for path in paths:
                httpx.get(server.url + path)
            lines = lines_of(server, "path=/models", first)
            found = [re.search(r"path=(\S+)", line)[1] for line in lines]  # type: ignore[index]
            assert found == [path.partition("?")[0] for path in logged]


def test_it_can_be_off(tmp_path: Path) -> None:
    with running(tmp_path, access_log=False) as server:
        httpx.get(f"{server.url}/names")
    assert server.out.read_text() == ""


def test_no_line_can_be_forged(usual: Server) -> None:
    forged = "2026-01-01T00:00:00.000Z%20INFO%20request"
    encoded = b"\r\nHost: x\r\nConnection: close\r\n\r\n"
    ask_bytes(
        usual,
        f"GET /a%0A{forged}%1b[2J HTTP/1.1".encode() + encoded,
        f"GET /b%0D%0A{forged} HTTP/1.1\r\nX-Request-ID: i\n{forged}".encode() + encoded,
        b"GET /" + b"c" * 5000 + b" HTTP/1.1" + encoded,
        b"GET /\xe2\x80\xa8d HTTP/1.1" + encoded,
        b"GET /last HTTP/1.1" + encoded,
    )
    lines = lines_of(usual, "/last")
    assert all(re.match(rf"{TIME} INFO request id=[\w.-]+ client=127", line) for line in lines)
    assert max(map(len, lines)) < 400
    assert all(line.isprintable() for line in lines)


HOSTILE = "a\nb\r\x1b[2J\u2028\ud800"


@pytest.mark.parametrize("formatter", [LineFormatter(), JsonFormatter()], ids=["text", "json"])
def test_nothing_that_is_logged_breaks_a_line(formatter: logging.Formatter) -> None:
    try:
        raise ValueError(HOSTILE)
    except ValueError:
        fault = sys.exc_info()
    record = logging.LogRecord("x", logging.ERROR, "", 0, "%s", (HOSTILE,), fault)
    first, *more = formatter.format(record).split("\n")
    assert first.isprintable()
    assert all(line.startswith("    ") and line.isprintable() for line in more)


@pytest.mark.parametrize(
    "scope",
    [
        {"path": f"/{HOSTILE}"},
        {"path": "/", "raw_path": HOSTILE.encode("utf-8", "replace")},
        {"path": "/", "client": (HOSTILE, 1)},
        {"path": "/", "client": None, "method": HOSTILE},
        {"path": "/" + "a" * 10_000},
    ],
    ids=str,
)
def test_whatever_server_it_is_the_line_is_one(
    scope: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    log = AccessLog(health=False)
    written = []
    monkeypatch.setattr(log.log, "handle", written.append)
    monkeypatch.setattr(log.log, "isEnabledFor", lambda level: True)
    log.write(Exchange("an-id"), {"method": "GET"} | scope)
    (record,) = written
    line = LineFormatter().format(record)
    assert line.isprintable()
    assert len(line) < 2000


def test_a_fault_is_logged_with_the_id_of_its_request(tmp_path: Path) -> None:
    """And its answer does not break the connection off."""
    code = (
        "from app.main import create_app\n"
        "from app.serve import bind\n"
        "from app.server import Server, configure\n"
        "from app.settings import Settings\n"
        "settings = Settings(port=0)\n"
        "listener = bind(settings)\n"
        "app = create_app(settings=settings)\n"
        "@app.get('/fail')\n"
        "async def fail():\n"
        "    raise RuntimeError('a\\nb')\n"
        "print(f'http://127.0.0.1:{listener.getsockname()[1]}', flush=True)\n"
        "Server(configure(app, settings), settings).run(sockets=[listener])\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            with httpx.Client(base_url=process.stdout.readline().strip()) as client:
                answer = client.get("/fail", headers={"x-request-id": "its-id"})
                assert (answer.status_code, answer.headers["x-request-id"]) == (500, "its-id")
                assert client.get("/healthz").status_code == 200
        finally:
            process.terminate()
        _, errors = process.communicate(timeout=20)
    assert re.search(rf"(?m)^{TIME} ERROR a request failed id=its-id$", errors)
    assert "RuntimeError" in errors
    assert all(re.match(rf"{TIME}|    ", line) for line in errors.splitlines())
