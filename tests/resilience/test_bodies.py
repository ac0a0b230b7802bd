"""Bodies that are too long, that never end, or that are costly to complain of."""

from concurrent.futures import ProcessPoolExecutor

from tests.resilience.attack import Attack
from tests.resilience.conftest import Report
from tests.resilience.harm import check
from tests.resilience.service import MB, Service
from tests.resilience.wire import head, post, score, upload

LARGEST = 262_144
"""The longest body that is taken."""
LINES = 1_048_576
"""The longest body of lines that is taken."""
SPACES = b" " * 65536
CHUNK = b"10000\r\n" + SPACES + b"\r\n"
CHUNKED = head("POST", "/score", Content_Type="application/json", Transfer_Encoding="chunked")


def aborted(head: bytes, filler: bytes, count: int) -> Attack:
    """100 MB, cut before the last of it, one after the other."""
    return Attack(head, filler, 100 * MB, count=count, over=count / 4, leaves=2.0)


def test_aborted_uploads(service: Service, elsewhere: ProcessPoolExecutor, report: Report) -> None:
    attacks = [aborted(upload(100 * MB + 1), SPACES, 10), aborted(CHUNKED, CHUNK, 10)]
    check(service, elsewhere, report, attacks, seconds=6)


def test_stalled_uploads(service: Service, elsewhere: ProcessPoolExecutor, report: Report) -> None:
    stalled = Attack(upload(200 * MB), SPACES, 200 * MB - 1, count=12)
    check(service, elsewhere, report, [stalled])


def test_stalled_lines(service: Service, elsewhere: ProcessPoolExecutor, report: Report) -> None:
    """All but the last byte of as many lines as a body may have."""
    lines = head("POST", "/score", Content_Type="text/plain", Content_Length=LINES)
    check(service, elsewhere, report, [Attack(lines, SPACES, LINES - 1, count=60)], seconds=10)


def test_stalled_chunks(service: Service, elsewhere: ProcessPoolExecutor, report: Report) -> None:
    check(service, elsewhere, report, [Attack(CHUNKED, CHUNK, 200 * MB, count=12)])


def test_long_bodies(service: Service, elsewhere: ProcessPoolExecutor, report: Report) -> None:
    valid = post("/score", b'{"names":["emma"]}', Content_Length=200 * MB)
    attacks = [
        *(Attack(head, SPACES, 200 * MB) for head in (valid, upload(200 * MB))),
        *(Attack(upload(200 * MB, path), SPACES, 200 * MB) for path in ("/nowhere", "/healthz")),
        *(Attack(upload(200 * MB, path), SPACES, 200 * MB) for path in ("/names", "/models/lstm")),
        Attack(CHUNKED, CHUNK, 200 * MB),
    ]
    check(service, elsewhere, report, attacks)


def test_unread_bodies(service: Service, elsewhere: ProcessPoolExecutor, report: Report) -> None:
    """Of paths that there are not, and of requests that no body belongs to; all but the last."""
    paths = ("/nowhere", "/healthz", "/names", "/score?unknown=1")
    attacks = [
        Attack(upload(LARGEST, p), SPACES, LARGEST - 1, count=250, over=2, reads=False)
        for p in paths
    ]
    check(service, elsewhere, report, attacks, refused=False, seconds=10)


def test_many_fields(service: Service, elsewhere: ProcessPoolExecutor, report: Report) -> None:
    """A million; and as many as are taken, from eight callers."""
    million = b"{" + b",".join(b'"k%d":0' % i for i in range(1_000_000)) + b"}"
    most = b"{" + b",".join(b'"k%d":0' % i for i in range(25_000))[: LARGEST - 10] + b',"x":0}'
    attacks = [Attack(post("/score", million)), Attack(post("/score", most), count=8, over=2)]
    check(service, elsewhere, report, attacks)


def test_many_faults(service: Service, elsewhere: ProcessPoolExecutor, report: Report) -> None:
    """As many complaints as a body can cause."""
    bodies = [
        b'{"names":[' + b"0," * 130_000 + b"0]}",
        b'{"names":[' + b"[" * 200_000,
        b'{"names":"' + b"a" * 260_000 + b'"}',
        b"{" + b'"x":0,' * 43_000 + b'"x":0}',
        b'{"names":["' + b'\\ud800","' * 25_000 + b'"]}',
    ]
    assert all(len(body) <= LARGEST for body in bodies)
    attacks = [Attack(post("/score", body), count=4, over=2) for body in bodies]
    check(service, elsewhere, report, attacks)


def test_combining_marks(service: Service, elsewhere: ProcessPoolExecutor, report: Report) -> None:
    """One name of 256 kB; one that is just taken has its complaint in the answer."""
    too_long = score(["a" + "\u0301" * 131_072, "b"])
    just_taken = score(["a" + "\u0301" * 130_000, "b"])
    check(service, elsewhere, report, [Attack(too_long, count=4)])
    check(service, elsewhere, report, [Attack(just_taken, count=8, over=2)], refused=False)


def test_long_names(service: Service, elsewhere: ProcessPoolExecutor, report: Report) -> None:
    """Characters count, and not names alone: few long ones are as costly as many."""
    check(service, elsewhere, report, [Attack(score(["İ" * 20_000] * 100), count=4)])
    attacks = [
        Attack(score(["İ" * 1_300] * 100), count=8, over=2),
        Attack(score(["İ" * 256] * 500), count=8, over=2),
        Attack(score(["\u0344" * 256] * 500), count=8, over=2),
    ]
    check(service, elsewhere, report, attacks, refused=False)
