"""A proxy that cuts connections, and a server that says its piece."""

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

PART = 65_536


def address_of(listener: socket.socket) -> str:
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


@contextmanager
def accepting(handle: Callable[[socket.socket], None]) -> Iterator[str]:
    """The address of a listener each of whose connections is handled by a thread of its own."""
    listener = socket.create_server(("127.0.0.1", 0))
    threads: list[threading.Thread] = []

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threads.append(threading.Thread(target=handle, args=(connection,)))
                threads[-1].start()

    acceptor = threading.Thread(target=accept)
    acceptor.start()
    try:
        yield address_of(listener)
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for thread in (acceptor, *threads):
            thread.join()


class Cutter:
    """A TCP proxy that cuts a connection once so many bytes have come back through it.

    `cuts` are these numbers, one for each connection in turn; those after them are not cut. `done`
    counts the cuts.
    """

    def __init__(self, url: str, cuts: Sequence[int]) -> None:
        target = urlsplit(url)
        self.target, self.cuts, self.done = (target.hostname, target.port), iter(cuts), 0

    def handle(self, client: socket.socket) -> None:
        left = next(self.cuts, None)
        with client, socket.create_connection(self.target) as server:
            forwarding = threading.Thread(target=self.forward, args=(client, server))
            forwarding.start()
            with suppress(OSError):
                while part := server.recv(PART if left is None else min(left, PART)):
                    client.sendall(part)
                    if left is not None:
                        left -= len(part)
                        if not left:
                            self.done += 1
                            break
            for side in (client, server):
                with suppress(OSError):
                    side.shutdown(socket.SHUT_RDWR)
            forwarding.join()

    @staticmethod
    def forward(client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while part := client.recv(PART):
                server.sendall(part)
            server.shutdown(socket.SHUT_WR)


@contextmanager
def cutting(url: str, *cuts: int) -> Iterator[tuple[str, Cutter]]:
    """The address of a `Cutter` before a service, and itself."""
    cutter = Cutter(url, cuts)
    with accepting(cutter.handle) as proxied:
        yield proxied, cutter


class Script:
    """A server that gives one answer after another, the last of them again and again.

    An answer is bytes, or seconds to say nothing for. `requests` are the heads and bodies it got.
    """

    def __init__(self, *answers: bytes | float) -> None:
        self.answers, self.requests = list(answers), list[bytes]()
        self.over = threading.Event()

    def handle(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            self.requests.append(client.recv(PART))
            answer = self.answers[0] if len(self.answers) == 1 else self.answers.pop(0)
            if isinstance(answer, bytes):
                client.sendall(answer)
                client.shutdown(socket.SHUT_WR)
                client.recv(PART)
            else:
                self.over.wait(answer)


@contextmanager
def saying(*answers: bytes | float) -> Iterator[tuple[str, Script]]:
    """The address of a `Script`, and itself."""
    script = Script(*answers)
    with accepting(script.handle) as url:
        try:
            yield url, script
        finally:
            script.over.set()


def answer(
    status: int, body: str = "", media_type: str = "application/problem+json", **headers: object
) -> bytes:
    """The bytes of an answer, after which the connection ends."""
    named = {"content_type": media_type, "content_length": len(body.encode()), **headers}
    head = "".join(f"{key.replace('_', '-')}: {value}\r\n" for key, value in named.items())
    return f"HTTP/1.1 {status} Whatever\r\n{head}connection: close\r\n\r\n{body}".encode()
