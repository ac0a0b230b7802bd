"""Every limit of a connection, over a real socket."""

import json
import re
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import httpx
import pytest

from app.main import create_app
from app.settings import Settings
from namewright import Model, Registry
from tests.conftest import serving

LIMITS = {
    "max_body": 40_000,
    "max_lines": 50_000,
    "max_head": 4_096,
    "max_headers": 20,
    "max_target": 1_000,
    "head_timeout": 0.5,
    "body_timeout": 0.5,
    "answer_timeout": 0.5,
    "max_connections": 8,
    "max_in_flight": 4,
}
POST = b"POST /score HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
LINES = POST.replace(b"application/json", b"text/csv")
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.fixture(scope="module")
def limited(tiny_model: Model) -> Iterator[str]:
    settings = Settings(**LIMITS)  # type: ignore[arg-type]
    with serving(create_app(Registry({"tiny": tiny_model}, "tiny"), settings)) as url:
        yield url


@contextmanager
def connected(url: str) -> Iterator[socket.socket]:
    address = httpx.URL(url)
    with socket.create_connection((address.host, address.port or 0), timeout=10) as connection:
        yield connection


def read_to_the_end(connection: socket.socket) -> bytes:
    """What comes until the other side is closed."""
    received = b""
    try:
        while data := connection.recv(65536):
            received += data
    except ConnectionResetError:
        pass
    return received


def answer_to(url: str, *sent: bytes) -> bytes:
    with connected(url) as connection:
        for part in sent:
            connection.sendall(part)
        return read_to_the_end(connection)


@pytest.mark.parametrize(
    ("status", "limit", "sent"),
    [
        (413, "body", POST + b"Content-Length: 40001\r\n\r\n"),
        (413, "body", POST + b"Content-Type: text/plain\r\nContent-Length: 40001\r\n\r\n"),
        (413, "body", LINES + b"Content-Length: 50001\r\n\r\n"),
        (413, "body", CHUNKED + b"400\r\n%b\r\n" % (b" " * 1024) * 40),
        (413, "body", b"GET /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 200000000\r\n\r\n"),
        (431, "head", b"GET / HTTP/1.1\r\nHost: x\r\nX-Large: " + b"x" * 5_000 + b"\r\n\r\n"),
        (431, "headers", b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 21 + b"\r\n"),
        (414, "target", b"GET /" + b"x" * 1_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n"),
        (408, "head-timeout", b"GET / HTTP/1.1\r\nHost: x\r\n"),
        (408, "head-timeout", b""),
        (408, "body-timeout", POST + b"Content-Length: 100\r\n\r\n{"),
        (400, "syntax", b"this is not HTTP\r\n\r\n"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)  # fmt: skip
def test_beyond_a_limit_is_a_problem_and_the_connection_ends(
    limited: str, status: int, limit: str, sent: bytes
) -> None:
    head, _, body = answer_to(limited, sent).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert b"application/problem+json" in head
    assert b"connection: close" in head.lower()
    problem = json.loads(body)
    assert problem["type"] == f"urn:namewright:problem:{limit}"
    assert problem["status"] == status


def test_a_refusal_has_the_id_that_was_sent_and_a_date(limited: str) -> None:
    sent = b"GET / HTTP/1.1\r\nX-Request-ID: mine\r\nContent-Length: 40001\r\n\r\n"
    head, _, _ = answer_to(limited, sent).lower().partition(b"\r\n\r\n")
    assert b"\r\nx-request-id: mine\r\n" in head
    assert re.search(rb"\r\ndate: \w{3}, \d\d \w{3} \d{4} [\d:]{8} gmt\r\n", head)


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (b"FOO / HTTP/1.1\r\nHost: x\r\n\r\n", "method"),
        (b"GET / HTTP/1.2\r\nHost: x\r\n\r\n", "version"),
        (b"GET / HTTP/1.1\r\nHost x\r\n\r\n", "header"),
        (POST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n", "Content-Length"),
        (CHUNKED + b"secret\r\n", "chunk size"),
    ],
)
def test_what_is_not_http_is_told_why(limited: str, sent: bytes, why: str) -> None:
    problem = json.loads(answer_to(limited, sent).partition(b"\r\n\r\n")[2])
    assert problem["detail"].startswith("the request is not HTTP: ")
    assert why in problem["detail"]
    assert "secret" not in problem["detail"]


@pytest.mark.parametrize(
    ("status", "sent"),
    [
        (413, b"HEAD / HTTP/1.1\r\nHost: x\r\nContent-Length: 200000000\r\n\r\n"),
        (431, b"HEAD / HTTP/1.1\r\n" + b"A: b\r\n" * 21 + b"\r\n"),
        (414, b"HEAD /" + b"x" * 1_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n"),
        (400, b"HEAD / HTTP/1.1\r\nHost x\r\n\r\n"),
    ],
)
def test_a_head_is_refused_without_a_body(limited: str, status: int, sent: bytes) -> None:
    head, _, body = answer_to(limited, sent).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert body == b""


def test_what_is_no_request_behind_a_head_is_told_why(limited: str) -> None:
    with connected(limited) as connection:
        connection.sendall(b"HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")
        connection.sendall(b"FOO / HTTP/1.1\r\n\r\n")
        head, _, body = read_to_the_end(connection).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert json.loads(body)["status"] == 400


def is_cut_off(connection: socket.socket, part: bytes, seconds: float = 20) -> bool:
    """Whether the other side ends a connection while one part after the other is sent."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        try:
            connection.sendall(part)
        except OSError:
            return True
        time.sleep(0.001)
    return False


def test_a_head_is_as_large_however_it_comes(limited: str) -> None:
    """Of 4,096 bytes, 3,900: in one piece, and line by line."""
    lines = [b"GET /healthz HTTP/1.1\r\nHost: x\r\n", *[b"A: %b\r\n" % (b"x" * 299)] * 13, b"\r\n"]
    for parts in ([b"".join(lines)], lines):
        with connected(limited) as connection:
            for part in parts:
                connection.sendall(part)
                time.sleep(0.01)
            assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("part", [b"x" * 900, b"\r\nA: b"])
def test_a_head_that_never_ends_is_refused_while_it_is_sent(limited: str, part: bytes) -> None:
    with connected(limited) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nX-Large: ")
        assert is_cut_off(connection, part)
        assert read_to_the_end(connection).startswith(b"HTTP/1.1 431 ")


def test_a_trailer_that_never_ends_is_cut_off(limited: str) -> None:
    with connected(limited) as connection:
        connection.sendall(CHUNKED + b"0\r\nX-Large: ")
        assert is_cut_off(connection, b"x" * 4_000)


def test_an_answer_that_is_not_taken_is_cut_off(limited: str) -> None:
    with connected(limited) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        assert is_cut_off(connection, b"GET /names?n=1000 HTTP/1.1\r\nHost: x\r\n\r\n")


def test_a_slow_reader_of_a_long_answer_is_not_cut_off(limited: str) -> None:
    """The system's buffers have megabytes for it, of which it takes some in each while."""
    with connected(limited) as connection:
        connection.sendall(b"GET /names?n=4000000&format=text HTTP/1.1\r\nHost: x\r\n\r\n")
        received = bytearray()
        end = time.monotonic() + 4
        while time.monotonic() < end:
            received += connection.recv(32_768)
            time.sleep(0.05)
        while data := connection.recv(1 << 20):
            received += data
            if received.endswith(b"\r\n0\r\n\r\n"):
                break
    assert received.endswith(b"\r\n0\r\n\r\n")
    assert received.count(b"\n") > 4_000_000


@pytest.mark.parametrize("path", [b"/nowhere", b"/names?n=x"])
def test_who_is_answered_before_its_body_is_whole_is_answered_once(
    limited: str, path: bytes
) -> None:
    sent = b"GET %b HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{" % path
    assert answer_to(limited, sent).count(b"HTTP/1.1 ") == 1


def test_what_is_refused_on_its_way_is_counted_as_what_it_was_answered(limited: str) -> None:
    def count(status: int) -> list[str]:
        lines = httpx.get(f"{limited}/metrics").text.splitlines()
        return [line for line in lines if f'route="/score",status="{status}"' in line]

    before = count(499)
    sent = POST + b"X-Request-ID: mine\r\nContent-Length: 100\r\n\r\n{"
    assert b"x-request-id: mine" in answer_to(limited, sent)
    assert count(408)
    assert count(499) == before


@pytest.mark.parametrize("count", [7, 30])
@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"GET / HTTP/1.1\r\n", id="half a head"),
        pytest.param(POST + b"Content-Length: 100\r\n\r\n{", id="half a body"),
        pytest.param(LINES + b"Content-Length: 8192\r\n\r\nemma", id="half of its lines"),
        pytest.param(CHUNKED + b"400\r\n", id="half a chunk"),
        pytest.param(
            POST + b"Expect: 100-continue\r\nContent-Length: 100\r\n\r\n", id="a question"
        ),
        pytest.param(
            b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" + POST + b"Content-Length: 9\r\n\r\n{",
            id="half a body behind another request",
        ),
    ],
)
def test_idle_connections_keep_nobody_out(limited: str, sent: bytes, count: int) -> None:
    """Fewer than there may be, but more than may be in flight; and more than there may be."""
    address = httpx.URL(limited)
    with ExitStack() as stack:
        for _ in range(count):
            idle = socket.create_connection((address.host, address.port or 0))
            stack.enter_context(idle).sendall(sent)
        time.sleep(0.1)
        for _ in range(3):
            assert httpx.get(f"{limited}/names?n=1").status_code == 200


def test_where_all_have_asked_before_one_that_has_just_come_has_the_time_to_ask(
    limited: str,
) -> None:
    sent = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    with ExitStack() as stack:
        for _ in range(8):
            before = stack.enter_context(connected(limited))
            before.sendall(sent)
            assert before.recv(65536).startswith(b"HTTP/1.1 200 ")
        last = [stack.enter_context(connected(limited)) for _ in range(3)]
        for each in last:
            each.sendall(sent)
            assert each.recv(65536).startswith(b"HTTP/1.1 200 ")


def test_a_body_that_is_not_kept_is_not_counted_as_held(
    limited: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.limits.idle.MOST_HELD", 10_000)
    sent = POST.replace(b"/score", b"/nowhere") + b"Content-Length: 40000\r\n\r\n"
    with connected(limited) as connection:
        connection.sendall(sent + b" ")
        assert connection.recv(65536).startswith(b"HTTP/1.1 404 ")
        connection.sendall(b" " * 39_999)
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n")
        time.sleep(0.1)
        connection.sendall(b"\r\n")
        assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("length", [40, 20_000])
def test_a_body_that_comes_in_parts_is_answered(limited: str, length: int) -> None:
    body = b'{"names":["ab"]}'.ljust(length)
    with connected(limited) as connection:
        for part in (POST, b"Content-Length: %d\r\n\r\n" % length, body[:7], body[7:]):
            connection.sendall(part)
            time.sleep(0.05)
        assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("length", [40, 20_000])
def test_who_asks_whether_to_send_a_body_is_told_to(limited: str, length: int) -> None:
    with connected(limited) as connection:
        asked = b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % length
        connection.sendall(POST + asked)
        assert connection.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b'{"names":["ab"]}'.ljust(length))
        assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")


def test_requests_within_the_limits_pass_on_one_connection(limited: str) -> None:
    with httpx.Client(base_url=limited) as client:
        for _ in range(5):
            names = ["ab"] * 5_000
            assert client.post("/score", json={"names": names}).status_code == 200
            assert client.get("/names?n=1000").status_code == 200


def test_pipelined_requests_are_answered_in_order(limited: str) -> None:
    asked = b"".join(b"GET /names?n=1&seed=%d HTTP/1.1\r\nHost: x\r\n\r\n" % n for n in range(4))
    with connected(limited) as connection:
        connection.sendall(asked)
        received = b""
        while received.count(b'"seed":') < 4:
            received += connection.recv(65536)
    seeds = [int(part.split(b",")[0]) for part in received.split(b'"seed":')[1:]]
    assert seeds == list(range(4))


def statuses(received: bytes) -> list[int]:
    return [int(status) for status in re.findall(rb"HTTP/1.1 (\d+) ", received)]


@pytest.mark.parametrize(
    ("behind", "status"),
    [
        (b"GET /names?n=1 HTTP/1.1\r\nHost: x\r\n\r\n" * 9, 503),
        (b"GET /names?n=1 HTTP/1.1\r\nHost: x\r\n", 408),
        (b"this is not HTTP\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 21 + b"\r\n", 431),
        (POST + b"Content-Length: 40001\r\n\r\n", 413),
        (POST + b"Content-Length: 9\r\n\r\n{", 408),
        (CHUNKED + b"400\r\n%b\r\n" % (b" " * 1024) * 40, 413),
    ],
    ids=["many", "half a head", "no HTTP", "head", "body", "half a body", "chunks"],
)
@pytest.mark.parametrize("n", [1, 5_000])
def test_what_came_before_a_refusal_is_answered(
    limited: str, n: int, behind: bytes, status: int
) -> None:
    """At once or in a thread, in one packet or two."""
    asked = b"GET /names?n=%d&seed=1 HTTP/1.1\r\nHost: x\r\n\r\n" % n
    for parts in ([asked + behind], [asked, behind]):
        received = answer_to(limited, *parts)
        *answered, last = statuses(received)
        assert set(answered) == {200}
        # Of many, one is being answered and four wait; the first of two packets may be done before.
        assert len(answered) in ((5, 6) if status == 503 else (1,))
        assert last == status
        assert b"connection: close" in received.rpartition(b"HTTP/1.1 ")[2].lower()


def test_where_too_many_are_in_flight_the_first_refusal_is_of_the_first_request(
    tiny_model: Model,
) -> None:
    """What is deferred comes before what is wrong with the request behind it."""
    long = b"GET /names?n=9000000&seed=1&format=text HTTP/1.1\r\nHost: x\r\n\r\n"
    good = b"GET /names?n=1&seed=1 HTTP/1.1\r\nHost: x\r\n\r\n"
    app = create_app(Registry({"tiny": tiny_model}, "tiny"), Settings(max_in_flight=2))
    with serving(app) as url, ExitStack() as stack:
        for _ in range(2):
            unread = stack.enter_context(connected(url))
            unread.sendall(long)
            unread.recv(1)
        received = answer_to(url, good + b"this is not HTTP\r\n\r\n")
    assert statuses(received) == [503]
    assert b"urn:namewright:problem:overload" in received


def test_a_burst_is_answered_before_it_is_refused(tiny_model: Model) -> None:
    """More at once than may be in flight: most of them are deferred."""
    sent = b"GET /names?n=1&seed=1 HTTP/1.1\r\nHost: x\r\n\r\nthis is not HTTP\r\n\r\n"
    app = create_app(Registry({"tiny": tiny_model}, "tiny"), Settings(max_in_flight=1))
    with serving(app) as url, ExitStack() as stack:
        clients = [stack.enter_context(connected(url)) for _ in range(200)]
        for client in clients:
            client.sendall(sent)
        found = [statuses(read_to_the_end(client)) for client in clients]
    assert [200, 400] in found
    assert {tuple(each) for each in found} <= {(200, 400), (503,)}


def test_refusals_are_counted(limited: str) -> None:
    def count() -> float:
        [found] = re.findall(
            r'_refused_total{limit="body"} (.*)', httpx.get(f"{limited}/metrics").text
        )
        return float(found)

    before = count()
    answer_to(limited, POST + b"Content-Length: 40001\r\n\r\n")
    assert count() == before + 1
