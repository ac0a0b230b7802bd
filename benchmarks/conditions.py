"""What names under conditions cost: `python -m benchmarks.conditions`.

The first request of a condition shapes the rows that it comes to and makes a product, once its
first name has failed a hundred times; the next one finds both. Times are processor time of the
process: a product is made by one thread.
"""

import statistics
import time
from dataclasses import dataclass, replace
from typing import Any

from rich.console import Console
from rich.table import Table

from namewright import Model, Sampling, load_model
from namewright.conditions import KEPT
from namewright.kernel import walk

MODELS = ("girls", "lstm")
"""50,000 states, and 200,000."""


@dataclass(frozen=True)
class Request:
    """What is asked for, and the milliseconds that it may take: the first time, and after that.

    share    between which two the share of candidates that meet it is
    """

    asked: dict[str, Any]
    share: tuple[float, float]
    cold: float
    warm: float | None = None


REQUESTS = (
    Request({"n": 20, "ends_with": "lyn"}, (1e-3, 0.1), 120, 1),
    Request(
        {
            "n": 100,
            "ends_with": "lyn",
            "min_length": 6,
            "max_length": 8,
            "novel": True,
            "unique": True,
        },
        (1e-3, 0.1),
        150,
        5,
    ),
    Request({"n": 10_000, "ends_with": "xqz"}, (1e-11, 1e-9), 1500),
)


@dataclass(frozen=True)
class Cost:
    """A line of the table: milliseconds, medians and the least, beside what they may be."""

    what: str
    model: str
    states: int
    cold: float
    least_cold: float
    cold_target: float
    warm: float
    warm_target: float | None

    @property
    def met(self) -> bool:
        """Whether it is as quick as it has to be."""
        return self.cold <= self.cold_target and self.warm <= (self.warm_target or self.warm)


def forgotten(model: Model) -> Model:
    """The same model, as when it was loaded: no row is shaped, and no product is kept."""
    KEPT.make_room(KEPT.limit)
    return replace(model, walker=walk(model.automaton))


def check(model: Model, request: Request) -> None:
    """The names are right: each meets its filters, and they are what two other requests give."""
    sampling = Sampling(seed=0, **request.asked)
    names = forgotten(model).draw(sampling)
    assert len(names) == sampling.n
    for name in names:
        assert name.endswith(sampling.ends_with), name
        assert sampling.min_length <= len(name) <= sampling.max_length, name
    assert not sampling.unique or len(set(names)) == sampling.n
    assert not sampling.novel or not any(model.checkpoint.known_names.which(names))
    assert model.draw(sampling) == names
    begun, third = model.acceptance(sampling), sampling.n // 3
    parts = sampling.part(0, third), sampling.part(third, sampling.n - third)
    assert [name for part in parts for name in model.draw(part, None, begun)] == names
    least, most = request.share
    assert least < model.share(sampling) < most


def milliseconds(model: Model, asked: dict[str, Any], seed: int) -> float:
    """Processor time of a request."""
    started = time.process_time()
    model.sample(seed=seed, **asked)
    return (time.process_time() - started) * 1e3


def cost(name: str, request: Request, rounds: int) -> Cost:
    """That of a request to a model."""
    model = load_model(name)
    check(model, request)
    cold, warm = [], []
    for seed in range(rounds):
        fresh = forgotten(model)
        cold.append(milliseconds(fresh, request.asked, seed))
        warm += [milliseconds(fresh, request.asked, rounds * (seed + 1) + i) for i in range(rounds)]
    what = "&".join(
        f"{key}={str(value).lower() if isinstance(value, bool) else value}"
        for key, value in request.asked.items()
    )
    return Cost(
        what,
        name,
        model.automaton.states,
        statistics.median(cold),
        min(cold),
        request.cold,
        statistics.median(warm),
        request.warm,
    )


def costs(rounds: int) -> list[Cost]:
    """Every request to every model."""
    return [cost(name, request, rounds) for request in REQUESTS for name in MODELS]


def show(found: list[Cost], console: Console) -> None:
    """The table."""
    table = Table("under a condition, ms CPU", "model", box=None)
    for heading in ("states", "cold", "least", "target", "warm", "target", ""):
        table.add_column(heading, justify="right")
    for each in found:
        table.add_row(
            each.what,
            each.model,
            f"{each.states:,}",
            f"[bold]{each.cold:,.1f}[/]",
            f"{each.least_cold:,.1f}",
            f"{each.cold_target:,.0f}",
            f"[bold]{each.warm:,.2f}[/]",
            f"{each.warm_target:,.0f}" if each.warm_target else "",
            "" if each.met else "missed",
        )
    console.print(table)


if __name__ == "__main__":
    show(costs(9), Console(width=130))
