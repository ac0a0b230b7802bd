"""What a request says of itself: nothing is believed, and nothing is repeated."""

from tests.resilience.service import Service
from tests.resilience.wire import ask, get, post

FORGED = "forged.example"


def test_host_is_not_believed(service: Service) -> None:
    for path in ("/names/", "/models/", "/docs/", "/", "/score/", "//names", "/names/../names"):
        request = f"GET {path} HTTP/1.1\r\nHost: {FORGED}\r\nConnection: close\r\n\r\n".encode()
        answer = ask(service.port, request)
        assert not 300 <= answer.status < 400
        assert "location" not in answer.headers
        assert FORGED.encode() not in answer.body


def test_forwarded_address_is_not_believed(service: Service) -> None:
    for header in ("X_Forwarded_For", "X_Forwarded_Proto", "Forwarded", "X_Real_IP"):
        assert ask(service.port, get("/names", **{header: FORGED})).status == 200
    assert FORGED not in service.log.read_text()


def test_log_lines_cannot_be_forged(service: Service) -> None:
    """One request, one line, whatever stands in it."""
    line = "INFO: all models deleted"
    ask(service.port, get("/names%0A" + line.replace(" ", "%20")))
    ask(service.port, get("/names?x=%0d%0a" + line.replace(" ", "%20")))
    ask(service.port, get("/names", X_Request_ID=f"a%0a{line}"))
    ask(service.port, b"GET /\x0b" + line.replace(" ", "").encode() + b" HTTP/1.1\r\n\r\n")
    ask(service.port, b"GET / HTTP/1.1\r\nHost: a\r\nX-Request-ID: a\r\n " + b"b\r\n\r\n")
    assert not [row for row in service.log.read_text().splitlines() if row.startswith(line)]


def test_no_answer_repeats_what_was_sent(service: Service) -> None:
    mark = "xyzzyx"
    body = b'{"%s": "%s"}' % (mark.encode(), mark.encode())
    requests = [
        get(f"/{mark}"),
        get(f"/names?{mark}=1"),
        get(f"/names?seed={mark}"),
        get(f"/names?model={mark}"),
        get(f"/models/{mark}"),
        post("/score", body),
        post("/score", mark.encode()),
        post("/score", b'{"names": ["emma"], "model": "%s"}' % mark.encode()),
        f"{mark.upper()} / HTTP/1.1\r\nHost: a\r\n\r\n".encode(),
        f"GET / HTTP/1.1\r\nHost: a\r\n{mark}\r\n\r\n".encode(),
    ]
    for request in requests:
        answer = ask(service.port, request)
        assert 400 <= answer.status < 500
        assert mark not in answer.body.decode().lower()
        assert mark not in str(answer.headers).lower()
        assert answer.headers["content-type"] == "application/problem+json"
