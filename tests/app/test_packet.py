"""What is written in one turn of the event loop is sent at once, in order, and nothing is lost."""

import asyncio
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
    """What the transport was told in one turn, and after it."""

    async def turn() -> list[object]:
        sent = Sent()
        packets = Packets(sent, asyncio.get_running_loop())  # type: ignore[arg-type]
        for step in steps:
            step(packets)
        within = [*sent.told, "turn"]
        await asyncio.sleep(0)
        assert packets.get_write_buffer_size() == 7
        return within + sent.told[len(within) - 1 :]

    return asyncio.run(turn())


def write(data: bytes) -> Callable[[Packets], None]:
    return lambda packets: packets.write(data)


def leave(packets: Packets) -> None:
    """The client, before its protocol has been told: uvloop's transport then takes no more."""
    packets.transport.has_left = True  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([write(b"head"), write(b"body")], [b"headbody", "turn"]),
        ([write(b"head"), write(b"")], [b"head", "turn"]),
        ([write(b"head")], ["turn", b"head"]),
        ([write(b"a"), write(b"b"), write(b"c")], [b"ab", "turn", b"c"]),
        ([write(b"")], ["turn"]),
        ([write(b"head"), Packets.close], [b"head", "close", "turn"]),
        ([write(b"head"), Packets.write_eof], [b"head", "write_eof", "turn"]),
        ([write(b"head"), Packets.abort], ["abort", "turn"]),
        ([lambda packets: packets.pause_reading()], ["pause_reading", "turn"]),
        ([write(b"head"), leave], ["turn"]),
        ([write(b"head"), leave, write(b"body")], ["turn"]),
    ],
)
def test_what_waits_goes_with_what_follows(steps: Steps, expected: list[object]) -> None:
    assert told(steps) == expected


def test_what_waits_is_not_sent_yet() -> None:
    async def size() -> int:
        packets = Packets(Sent(), asyncio.get_running_loop())  # type: ignore[arg-type]
        packets.write(b"head")
        return packets.get_write_buffer_size()

    assert asyncio.run(size()) == 11
