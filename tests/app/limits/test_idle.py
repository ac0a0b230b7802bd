"""Who makes room: the one that has been idle for longest, and of too much, one that holds some."""

import pytest

from app.limits.idle import MOST_HELD, Idle

HALF = MOST_HELD // 2


def test_the_first_that_became_idle_has_been_for_longest() -> None:
    idle = Idle[str]()
    assert idle.longest() is None
    for each in "abc":
        idle.add(each)
    assert idle.longest() == "a"
    idle.remove("a")
    idle.add("a")
    assert idle.longest() == "b"


def test_where_too_much_is_held_who_holds_nothing_is_not_in_the_way() -> None:
    idle = Idle[str]()
    for each in "abcd":
        idle.add(each)
    idle.hold("b", HALF)
    idle.hold("c", HALF)
    assert idle.in_the_way() is None
    idle.hold("d", 1)
    assert idle.in_the_way() == "b"
    idle.remove("b")
    assert idle.in_the_way() is None


def test_what_is_held_is_what_there_is_now_of_those_that_are_idle() -> None:
    idle = Idle[str]()
    idle.add("a")
    for size in (HALF, MOST_HELD, 7):
        idle.hold("a", size)
    with pytest.raises(KeyError):
        idle.hold("gone", MOST_HELD)
    assert idle.held == 7
    assert "a" in idle
    assert "gone" not in idle
    idle.remove("a")
    idle.remove("a")
    assert idle.held == 0
