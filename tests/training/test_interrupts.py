"""Interrupts that wait for a place where they do no harm."""

import os
import signal
import threading

import pytest

from training.interrupts import held_interrupts


def interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)


@pytest.fixture
def default_handler() -> None:
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.usefixtures("default_handler")
def test_an_interrupt_waits_until_it_is_let_through() -> None:
    done = []

    def work() -> None:
        with held_interrupts() as let_through:
            let_through()
            interrupt()
            done.append("what was begun")
            let_through()
            done.append("more")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == ["what was begun"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.usefixtures("default_handler")
@pytest.mark.parametrize("fault", [None, ValueError()])
def test_one_that_is_not_let_through_is_raised_at_the_end(fault: Exception | None) -> None:
    def work() -> None:
        with held_interrupts():
            interrupt()
            if fault:
                raise fault

    with pytest.raises(KeyboardInterrupt):
        work()


@pytest.mark.usefixtures("default_handler")
def test_a_second_one_is_raised_at_once() -> None:
    done = []

    def work() -> None:
        with held_interrupts():
            interrupt()
            interrupt()
            done.append("more")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == []


def test_another_thread_has_none_to_hold() -> None:
    done = []

    def work() -> None:
        with held_interrupts() as let_through:
            let_through()
            done.append("all")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == ["all"]
