"""A caller who means no harm, and whom nothing that others do should disturb."""

import threading
import time
from itertools import cycle
from types import TracebackType

from tests.resilience.wire import Client, get, score

EVERY = 0.010
"""Seconds between its requests."""

REQUESTS = (get("/names?n=20"), score(["emma", "olivia", "noah", "xqzt"] * 5))


class Bystander:
    """Every 10 ms, one request, GET and POST by turns, over a new connection and a kept one.

    seconds     how long each answer took. Where one took longer than it is until the next request
                is due, those that were due meanwhile count too, with the time that they would have
                waited; a service that stalls for a second is not one late answer but a hundred.
    failures    what did not come, or came as anything but a 200
    reopened    how often the kept connection was found closed, and the request sent again
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.seconds: list[float] = []
        self.failures: list[str] = []
        self.reopened = 0
        self.kept: Client | None = None
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def __enter__(self) -> "Bystander":
        self.thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.ended.set()
        self.thread.join()
        if self.kept is not None:
            self.kept.close()

    def run(self) -> None:
        """Ask until the end."""
        due = time.perf_counter()
        for keep, request in cycle([(k, r) for r in REQUESTS for k in (False, True)]):
            self.ended.wait(max(0.0, due - time.perf_counter()))
            if self.ended.is_set():
                return
            began = time.perf_counter()
            try:
                status = self.ask_kept(request) if keep else self.ask_new(request)
                if status != 200:
                    self.failures.append(str(status))
            except OSError as error:
                self.failures.append(type(error).__name__)
            waited = time.perf_counter() - began
            while waited > 0:
                self.seconds.append(waited)
                waited -= EVERY
            due = max(due + EVERY, time.perf_counter())

    def ask_new(self, request: bytes) -> int:
        """The status of an answer over a connection of its own."""
        with Client(self.port) as client:
            return client.ask(request).status

    def ask_kept(self, request: bytes) -> int:
        """The status of an answer over the connection that is kept, opened anew if it was shut."""
        if self.kept is not None:
            try:
                return self.kept.ask(request).status
            except ConnectionError:
                self.kept.close()
                self.reopened += 1
        self.kept = Client(self.port)
        return self.kept.ask(request).status

    def percentile(self, percent: float) -> float:
        """The seconds within which so many of a hundred were answered."""
        return percentile(self.seconds, percent)


def percentile(values: list[float], percent: float) -> float:
    """The smallest value that so many of a hundred do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]
