"""The service as a whole: processor time a request, start, memory. Linux only: it reads /proc."""

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from benchmarks.side import ROOT, Row, compare

NAMES = b"GET /names?n=20&seed=%d HTTP/1.1\r\nHost: bench\r\n\r\n"
BIG = b"GET /names?n=10000&seed=%d HTTP/1.1\r\nHost: bench\r\n\r\n"


class Client:
    """A connection that is kept, and asks one thing at a time."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> bytes:
        """The body of a 200."""
        self.socket.sendall(request)
        return self.answer()

    def answer(self) -> bytes:
        """The body of the next answer, which should be a 200."""
        data = self.socket.recv(1 << 20)
        while b"\r\n\r\n" not in data:
            data += self.socket.recv(1 << 20)
        head, _, body = data.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head.decode())
        length = int(head.lower().partition(b"content-length:")[2].split()[0])
        while len(body) < length:
            body += self.socket.recv(1 << 20)
        return body


class Server:
    """One of `sides/server.py`, in a process of its own."""

    def __init__(self, which: str, length: int = 0) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.port: int = listener.getsockname()[1]
        started = time.perf_counter()
        side = [sys.executable, "-m", "benchmarks.sides.server", which, str(self.port), str(length)]
        ours = [Path(sys.executable).parent / "namewright", "serve", "--no-access-log", "--port"]
        self.process = subprocess.Popen(
            [*ours, str(self.port)] if which == "ours" else side,
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while True:
            try:
                Client(self.port).ask(NAMES % 1)
                break
            except ConnectionError:
                time.sleep(0.002)
        self.seconds_to_first_answer = time.perf_counter() - started

    @property
    def cpu(self) -> float:
        """Microseconds that it has run on a processor, all threads together."""
        tasks = Path(f"/proc/{self.process.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e3

    @property
    def memory(self) -> float:
        """Resident MiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def stop(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait()


@contextmanager
def serving(which: str, length: int = 0) -> Iterator[Server]:
    """A server for a while."""
    server = Server(which, length)
    try:
        yield server
    finally:
        server.stop()


def cpu_of(server: Server, requests: Iterable[bytes], together: int = 1) -> float:
    """Microseconds of processor time per request, so many clients asking at a time.

    With one client a server may sleep before each request; with many it does not.
    """
    clients = [Client(server.port) for _ in range(together)]
    for client in clients:
        client.ask(NAMES % 1)
    before, count = server.cpu, 0
    for batch in batched(requests, together):
        for client, request in zip(clients, batch, strict=False):
            client.socket.sendall(request)
        for client, _ in zip(clients, batch, strict=False):
            client.answer()
        count += len(batch)
    return (server.cpu - before) / count


def batched(requests: Iterable[bytes], size: int) -> Iterator[list[bytes]]:
    """Requests, so many at a time."""
    remaining = iter(requests)
    while batch := list(islice(remaining, size)):
        yield batch


def post(names: list[str]) -> bytes:
    """A request to score names."""
    body = json.dumps({"names": names}).encode()
    head = "POST /score HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def requests_cost(rounds: int, count: int = 2000) -> list[Row]:
    """Ours against routes that only parse, their bodies as long as ours."""
    rows = []
    with serving("ours") as ours:
        client = Client(ours.port)
        body = client.ask(NAMES % 42)
        names = json.loads(body)["names"]
        assert len(names) == 20
        scores = client.ask(post(names))
        assert [result["name"] for result in json.loads(scores)["results"]] == names
        get, score = "FastAPI, five parameters, constant", "FastAPI, same model, constant"
        for what, against, request, length, together, target in (
            ("GET /names?n=20", get, None, len(body), 1, 1.25),
            ("GET /names?n=20, 32 at a time", get, None, len(body), 32, 1.25),
            ("POST /score of 20", score, post(names), len(scores), 1, 0.95),
            ("POST /score of 20, 32 at a time", score, post(names), len(scores), 32, 0.95),
        ):
            with serving("ceiling", length) as theirs:
                pairs = []
                for _ in range(rounds + 1):
                    batch = [request or NAMES % seed for seed in range(count)]
                    pairs.append((cpu_of(ours, batch, together), cpu_of(theirs, batch, together)))
                mine, their = zip(*pairs[1:], strict=True)
                rows.append(compare(what, against, mine, their, "us CPU", target))
    return rows


def start_cost(rounds: int) -> Row:
    """Process start to first 200, against FastAPI with one route."""
    pairs = []
    for _ in range(rounds + 1):
        with serving("ours") as ours, serving("bare") as bare:
            pairs.append((ours.seconds_to_first_answer * 1e3, bare.seconds_to_first_answer * 1e3))
    mine, their = zip(*pairs[1:], strict=True)
    return compare("start to first 200", "bare FastAPI", mine, their, "ms", 1 / 1.5)


def memory_cost(requests: int = 100_000) -> dict[str, float]:
    """Resident MiB after so many requests of each, and ours half way."""
    with serving("ours") as ours, serving("bare") as bare:
        halves = []
        for half in range(2):
            for server in (ours, bare):
                cpu_of(server, (NAMES % (half * requests + i) for i in range(requests // 2)))
            halves.append((ours.memory, bare.memory))
    return {
        "ours": halves[1][0],
        "ours_half_way": halves[0][0],
        "bare": halves[1][1],
        "more": halves[1][0] - halves[1][1],
        "target": 40,
    }


def delay_beside_large(count: int = 1000) -> dict[str, float]:
    """Milliseconds that a small request takes, alone and while large ones keep coming."""

    def latencies(server: Server) -> list[float]:
        client, taken = Client(server.port), []
        for seed in range(count):
            started = time.perf_counter()
            client.ask(NAMES % seed)
            taken.append((time.perf_counter() - started) * 1e3)
        return sorted(taken)

    with serving("ours") as server:
        alone = latencies(server)
        busy = threading.Event()

        def load() -> None:
            client = Client(server.port)
            while not busy.is_set():
                client.ask(BIG % 1)

        thread = threading.Thread(target=load)
        thread.start()
        beside = latencies(server)
        busy.set()
        thread.join()
    return {
        "alone_median": alone[count // 2],
        "beside_median": beside[count // 2],
        "beside_99_percent": beside[count * 99 // 100],
    }
