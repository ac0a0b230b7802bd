"""A side of a comparison: a process of its own, that works when it is told and says how long.

The process prepares, prints a line of JSON with what it made (so that it can be checked), and
from then on answers every line on its standard input with the seconds that the work took.
"""

import json
import statistics
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

SIDES = Path(__file__).parent / "sides"
ROOT = Path(__file__).parent.parent


class Side:
    """One side's process."""

    def __init__(self, name: str, command: Sequence[str | Path]) -> None:
        self.name = name
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.made: Any = json.loads(self.read())

    def read(self) -> str:
        """A line of what it says."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} ended with exit code {self.process.wait()}")
        return line

    def work(self) -> float:
        """Seconds that one round of its work took, by its own clock."""
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        return float(self.read())

    def __enter__(self) -> "Side":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.process.kill()
        self.process.communicate()


@dataclass(frozen=True)
class Row:
    """A line of the table: how much better we are, and how much better we have to be.

    ours, theirs    medians, in `unit`
    ratio           median over the rounds of theirs / ours: above 1, we are better
    spread          the least and the largest ratio of a round
    """

    what: str
    against: str
    ours: float
    theirs: float
    unit: str
    ratio: float
    spread: tuple[float, float]
    target: float

    @property
    def met(self) -> bool:
        """Whether it is as good as it has to be."""
        return self.ratio >= self.target


def compare(
    what: str,
    against: str,
    ours: Sequence[float],
    theirs: Sequence[float],
    unit: str,
    target: float,
) -> Row:
    """The row of measurements that were taken in turn; less is better."""
    ratios = sorted(their / our for our, their in zip(ours, theirs, strict=True))
    return Row(
        what,
        against,
        statistics.median(ours),
        statistics.median(theirs),
        unit,
        statistics.median(ratios),
        (ratios[0], ratios[-1]),
        target,
    )


def interleave(
    what: str, against: str, our: Side, their: Side, target: float, rounds: int, scale: float = 1e3
) -> Row:
    """Both sides in turn, a warm-up first."""
    our.work(), their.work()
    pairs = [(our.work() * scale, their.work() * scale) for _ in range(rounds)]
    ours, theirs = zip(*pairs, strict=True)
    return compare(what, against, ours, theirs, "ms" if scale == 1e3 else "us", target)
