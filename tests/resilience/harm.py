"""What an attack does to a service and to a bystander, and what it may do."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from tests.resilience import attack
from tests.resilience.attack import Attack, Outcome
from tests.resilience.bystander import Bystander
from tests.resilience.service import Service

DEADLINE = 10.0
"""Seconds within which an attacker has a 4xx or a closed connection."""
PATIENCE = 15.0
"""Seconds for which an attacker waits, so that it is seen how late the service is."""
MOST_DURING, MOST_AFTER = 10.0, 2.0
"""MB by which memory may be up, while an attack lasts and after it."""
MOST_WAIT = 0.050
"""Seconds within which 99 of 100 requests of a bystander are answered."""
SPARE = 5
"""Connections that are those of a bystander, or just closing."""
ROUNDS = 3
"""How often an attack is tried where the bystander had to wait: the machine is shared, and its
other users make it wait too."""


@dataclass(frozen=True)
class Harm:
    """What an attack did. Times in seconds, memory in MB above what it was before.

    over    for how long attackers came
    held    for how long the service held connections of the attackers
    """

    outcomes: list[Outcome]
    over: float
    held: float
    during: float
    after: float
    processor_time: float
    bystander: Bystander

    def __str__(self) -> str:
        b = self.bystander
        slowest = max((o.seconds for o in self.outcomes), default=0.0)
        return (
            f"{attack.describe(self.outcomes)}; slowest {slowest:.1f} s; "
            f"connections held for {self.held:.1f} s; "
            f"memory {self.during:+.1f} MB, then {self.after:+.1f} MB; "
            f"{self.processor_time:.1f} s of processor time; "
            f"bystander {b.percentile(50) * 1e3:.1f} ms, 99 % in {b.percentile(99) * 1e3:.1f} ms, "
            f"all in {max(b.seconds) * 1e3:.0f} ms, {len(b.failures)} failures of {len(b.seconds)}"
            f"{f', {b.reopened} reopened' if b.reopened else ''}"
        )

    def faults(self, refused: bool = True, during: float = MOST_DURING) -> list[str]:
        """Where a promise is broken. `refused`: whether each attacker has to be turned away."""
        # What the service has handed to the kernel for one who does not read, it holds no more.
        late = [o for o in self.outcomes if o.seconds > DEADLINE and o.how != "unread"]
        served = [o for o in self.outcomes if o.status is not None and o.status < 400]
        failed = [o for o in self.outcomes if o.status is not None and 500 <= o.status != 503]
        found = {
            f"{len(late)} neither answered nor closed in {DEADLINE:g} s": late,
            f"connections held for {self.held:.1f} s": self.held > DEADLINE + self.over,
            f"{len(served)} served": refused and served,
            f"{len(failed)} answered with a fault": failed,
            f"{self.during:+.1f} MB while it lasts": self.during > during,
            f"{self.after:+.1f} MB after it": self.after > MOST_AFTER,
            f"{len(self.bystander.failures)} failures beside it: "
            f"{self.bystander.failures[:3]}": self.bystander.failures,
        }
        return [said for said, fault in found.items() if fault]

    @property
    def slow(self) -> bool:
        """Whether the bystander had to wait."""
        return self.bystander.percentile(99) > MOST_WAIT


def attacked(
    service: Service,
    elsewhere: ProcessPoolExecutor,
    attacks: Sequence[Attack],
    seconds: float = 3.0,
    patience: float = PATIENCE,
) -> Harm:
    """What attacks do, made at once from another process, and watched for `seconds` at least."""
    with Bystander(service.port):  # so that its own traces in memory are there before
        time.sleep(0.5)
    before = service.memory
    service.reset_peak()
    used = service.processor_time
    sockets = service.sockets + SPARE
    with Bystander(service.port) as bystander:
        time.sleep(0.1)
        began = time.monotonic()
        running = elsewhere.submit(attack.run, service.port, attacks, patience)
        held = 0.0
        while not running.done() or time.monotonic() < began + seconds:
            if service.sockets > sockets:
                held = time.monotonic() - began
            time.sleep(0.1)
    during = service.peak - before
    used = service.processor_time - used
    after = service.settle(before + MOST_AFTER) - before
    over = max(each.after + each.over for each in attacks)
    return Harm(running.result(), over, held, during, after, used, bystander)


def check(
    service: Service,
    elsewhere: ProcessPoolExecutor,
    report: Callable[[str], None],
    attacks: Sequence[Attack],
    refused: bool = True,
    seconds: float = 3.0,
    during: float = MOST_DURING,
) -> Harm:
    """Attack, and hold the service to every promise. Raises AssertionError with those it broke."""
    for _ in range(ROUNDS):
        harm = attacked(service, elsewhere, attacks, seconds)
        report(str(harm))
        faults = harm.faults(refused, during)
        if faults or not harm.slow:
            break
    else:
        faults = [f"a bystander waits {harm.bystander.percentile(99) * 1e3:.0f} ms"]
    assert service.lives
    if "Traceback" in service.log.read_text():
        faults.append("a traceback in the log")
    assert not faults, "; ".join(faults)
    return harm
