"""A head is sent with what follows it, in order, and nothing is lost."""

from collections.abc import Callable
from typing import Any

import pytest

from app.packet import Packets

Steps = list[Callable[[Packets], Any]]


class Sent:
    """A transport that keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[object] = []
        self.has_left = False

    def is_closing(self) -> bool:
        return self.has_left

    def write(self, data: bytes) -> None:
        self.told.append(data)

    def get_write_buffer_size(self) -> int:
        return 7

    def __getattr__(self, name: str) -> Callable[[], None]:
        return lambda: self.told.append(name)


def told(steps: Steps) -> list[object]:
    """What the transport was told."""
    sent = Sent()
    packets = Packets(sent)  # type: ignore[arg-type]
    for step in steps:
        step(packets)
    return sent.told


def write(data: bytes) -> Callable[[Packets], None]:
    return lambda packets: packets.write(data)


def leave(packets: Packets) -> None:
    """The client, before its protocol has been told: uvloop's transport then takes no more."""
    packets.transport.has_left = True  # type: ignore[attr-defined]


HEAD, CONTINUE = b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([write(HEAD), write(b"body")], [HEAD + b"body"]),
        ([write(HEAD), write(b"")], [HEAD]),
        ([write(HEAD)], []),
        ([write(HEAD), Packets.send, Packets.send], [HEAD]),
        ([write(HEAD), write(b"b"), write(b"c")], [HEAD + b"b", b"c"]),
        ([write(HEAD), write(HEAD), write(b"c")], [HEAD + HEAD, b"c"]),
        ([write(b"")], []),
        ([write(CONTINUE), write(HEAD), write(b"body")], [CONTINUE, HEAD + b"body"]),
        ([write(HEAD), Packets.close], [HEAD, "close"]),
        ([write(HEAD), Packets.write_eof], [HEAD, "write_eof"]),
        ([write(HEAD), Packets.abort], ["abort"]),
        ([lambda packets: packets.pause_reading()], ["pause_reading"]),
        ([write(HEAD), leave, Packets.send], []),
        ([write(HEAD), leave, write(b"body")], []),
    ],
)
def test_a_head_goes_with_what_follows(steps: Steps, expected: list[object]) -> None:
    assert told(steps) == expected


def test_what_waits_is_not_sent_yet() -> None:
    packets = Packets(Sent())  # type: ignore[arg-type]
    packets.write(HEAD)
    assert packets.get_write_buffer_size() == 7 + len(HEAD)
