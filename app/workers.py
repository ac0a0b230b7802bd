"""Several processes that answer at one address: `namewright serve --workers N`.

The parent loads the models and forks, so that its workers share the models' memory. It answers
nothing itself, and does what signals say:

    SIGTERM, SIGINT     ends the workers, each as `Server` does, and then itself
    SIGHUP              loads the models anew, and if none is at fault, so does each worker
    SIGUSR1, SIGUSR2    nothing

The attack: whatever kills a process. Another takes its place, and the others answer meanwhile.
"""

import logging
import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.context import ForkProcess

from .metrics import forget

log = logging.getLogger("namewright")

ENDING = {signal.SIGTERM, signal.SIGINT}
SIGNALS = {*ENDING, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGCHLD}

PAUSE = 1.0
"""Seconds from the start of a worker to that of the next in its place, at least."""


class Workers:
    """The workers of one service.

    count     how many there are
    work      what each does until it is told to end
    reload    loads the models anew for workers to come; whether that was done
    """

    def __init__(self, count: int, work: Callable[[], None], reload: Callable[[], bool]) -> None:
        self.count, self.work, self.reload = count, work, reload
        self.started: dict[ForkProcess, float] = {}

    def run(self) -> None:
        """Return when all have ended because a signal said so.

        Raises KeyboardInterrupt where that was SIGINT, unless this process ignores it.
        """
        # Signals wait until they are asked for: none of them comes between two steps of a start.
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        ended_by: int | None = None
        try:
            for _ in range(self.count):
                self.start()
            while self.started:
                number = signal.sigwait(SIGNALS)
                if number == signal.SIGCHLD:
                    self.replace(and_start=ended_by is None)
                elif number in ENDING:
                    ended_by = ended_by or number
                    self.tell(number)
                elif number == signal.SIGHUP and ended_by is None and self.reload():
                    self.tell(signal.SIGHUP)
        finally:
            self.tell(signal.SIGKILL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        if ended_by == signal.SIGINT:
            signal.raise_signal(ended_by)

    def start(self) -> None:
        """One worker more."""
        process = multiprocessing.get_context("fork").Process(target=self.work_apart)
        process.start()
        self.started[process] = time.monotonic()

    def work_apart(self) -> None:
        """What a worker does, in its own process."""
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        with suppress(KeyboardInterrupt):
            self.work()

    def replace(self, and_start: bool) -> None:
        """Forget the workers that have ended, and start others unless the service is to end."""
        for process in [each for each in self.started if not each.is_alive()]:
            lived = time.monotonic() - self.started.pop(process)
            assert process.pid is not None
            forget(process.pid)
            if and_start:
                code = process.exitcode
                log.warning("worker %d ended with %s: another takes its place", process.pid, code)
                time.sleep(max(0.0, PAUSE - lived))
                self.start()

    def tell(self, number: int) -> None:
        """Send every worker a signal."""
        for process in self.started:
            assert process.pid is not None
            with suppress(ProcessLookupError):
                os.kill(process.pid, number)
