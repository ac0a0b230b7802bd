"""Mutate the shipped checkpoints by the million: `python -m tests.fuzz --count 1000000`.

One line for each of them; what breaks a promise is kept in `--found`, and ends with exit code 1.
How much memory grows is that of reading one mutant, beside the mutant itself. Linux only: it reads
/proc.
"""

import argparse
import hashlib
import sys
import time
from collections import Counter
from pathlib import Path

from tests.fuzz.contract import BrokenPromiseError, Reader
from tests.fuzz.files import SHIPPED, shipped, small, write
from tests.fuzz.mutants import Mutants

MAX_GROWTH = 200 * 2**20
BATCH = 10_000


def fuzz(name: str, first: int, count: int, seed: int, found: Path, say: bool) -> int:
    """Read the mutants of a shipped checkpoint. How many of them break a promise."""
    large = shipped(name)
    mutants, reader = Mutants(large, small(name)), Reader(large)
    reader.examine(large)
    faults: Counter[str] = Counter()
    broken = 0
    began, growth = time.monotonic(), 0
    for number in range(first, first + count):
        data = mutants.make(seed, number)
        before = forget_peak()
        try:
            fault = reader.examine(data)
            faults["a model" if fault is None else fault.split(":")[0][:24]] += 1
        except BrokenPromiseError as error:
            broken += 1
            digest = hashlib.sha256(data).hexdigest()[:12]
            write(found / f"{name}-{seed}-{number}-{digest}.safetensors", data)
            sys.stderr.write(f"{name} seed {seed} number {number}: {error}\n")
        growth = max(growth, memory("VmHWM") - before)
        if say and (number - first) % BATCH == BATCH - 1:
            sys.stderr.write(f"{name} {number + 1:,}\n")
    took = time.monotonic() - began
    sys.stdout.write(
        f"{name}: {count:,} mutants, {faults['a model']:,} of them models, {len(faults):,} kinds "
        f"of faults, {broken} broken promises; slowest {reader.slowest:.2f} s, longest fault "
        f"{reader.longest} characters, at most {growth / 2**20:.0f} MiB to read one; "
        f"{count / took:,.0f} mutants/s\n"
    )
    sys.stdout.flush()
    return broken + (growth > MAX_GROWTH)


def forget_peak() -> int:
    """Let the most memory that the process has had be what it has now, in bytes."""
    Path("/proc/self/clear_refs").write_text("5")
    return memory("VmRSS")


def memory(which: str) -> int:
    """A line of the process's status, in bytes."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition(f"{which}:")[2].split()[0]) * 1024


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("names", nargs="*", default=SHIPPED, help="shipped checkpoints")
    parser.add_argument("--count", type=int, default=100_000, help="mutants of each")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0, help="the first mutant's number")
    parser.add_argument("--found", type=Path, default=Path("fuzz"), help="a folder")
    parser.add_argument("--progress", action="store_true")
    asked = parser.parse_args()
    wrong = 0
    for name in asked.names:
        wrong += fuzz(name, asked.first, asked.count, asked.seed, asked.found, asked.progress)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
