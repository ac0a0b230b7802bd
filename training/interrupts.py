"""Interrupts that wait: SIGINT in the midst of what has to be done whole, or not at all.

with held_interrupts() as let_through:
    for step in steps:
        let_through()
        take(step)
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def held_interrupts() -> Iterator[Callable[[], None]]:
    """Hold an interrupt back until the end, or until it is let through; a second one is not held.

    Gives what lets it through: it raises KeyboardInterrupt where there was one. Python interrupts
    its main thread alone, so in another there is nothing to hold.
    """
    came = False

    def hold(_number: int, _frame: FrameType | None) -> None:
        nonlocal came
        if came:
            raise KeyboardInterrupt
        came = True

    def let_through() -> None:
        if came:
            raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield let_through
        return
    before = signal.signal(signal.SIGINT, hold)
    try:
        yield let_through
    finally:
        signal.signal(signal.SIGINT, before)
        let_through()
