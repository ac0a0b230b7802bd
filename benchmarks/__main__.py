"""Every comparison, a table, and a line of JSON: `python -m benchmarks [--quick]`.

Each side's answers are checked before it is timed, and both sides take turns in one run: the
ratio of a pair says more than either of its times, on a machine that others use too.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from benchmarks import arpa, conditions, service
from benchmarks.detectors import detections
from benchmarks.side import ROOT, SIDES, Row, Side, interleave
from namewright import load_model, reference
from namewright.alphabet import Alphabet
from namewright.automaton import Automaton
from namewright.kernel import walk
from namewright.parameters import Sampling
from namewright.transitions import Transitions

DATA = ROOT / "data" / "names.txt"
PEERS = ROOT / ".bench"
ORDER = 5


def install_peers() -> None:
    """The peers, pinned, in environments of their own: once."""
    python = PEERS / "venv" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", PEERS / "venv"], check=True)
        pins = ROOT / "benchmarks" / "peers.txt"
        subprocess.run([python, "-m", "pip", "install", "-q", "-r", pins], check=True)
    if not (PEERS / "node_modules").exists():
        (PEERS / "package.json").write_text((ROOT / "benchmarks" / "package.json").read_text())
        subprocess.run(["npm", "install", "--silent"], cwd=PEERS, check=True)


def our(task: str, *arguments: str | Path) -> Side:
    """Our side."""
    command = [sys.executable, "-m", "benchmarks.sides.namewright", task, *arguments]
    return Side("namewright", command)


def peer(name: str, *arguments: str | Path) -> Side:
    """A peer from PyPI."""
    python = PEERS / "venv" / "bin" / "python"
    return Side(name, [python, SIDES / "peers.py", name, *arguments])


def check_names(side: Side, count: int) -> None:
    """What a side made are names, and not one name over and over."""
    names = side.made
    assert len(names) == count, side.name
    assert all(isinstance(name, str) and 0 < len(name) < 60 for name in names), side.name
    assert len(set(names)) > count // 10, side.name


def check_ours(side: Side, **parameters: float) -> None:
    """Our names are those of the specification."""
    walker = reference.ReferenceWalker(load_model("mlp").automaton)
    names = walker.sample(Sampling(n=len(side.made), seed=0, **parameters))  # type: ignore[arg-type]
    assert side.made == names


def in_process(rounds: int) -> Iterator[Row]:
    """The rows that need no peer."""
    with our("sample") as plain, our("sample_cut") as cut:
        check_ours(plain)
        check_ours(cut, temperature=0.8, top_p=0.95)
        yield interleave(
            "100,000 names, temperature 0.8, top_p 0.95",
            "our temperature 1",
            cut,
            plain,
            0.25,
            rounds,
        )
    for path in compiled_models():
        model = load_model(path)
        with our("sample", path) as compiled, our("sample") as mlp:
            assert compiled.made == model.sample(1000, seed=0, safe=False)
            what = f"100,000 names, {path.stem}, {model.automaton.states:,} states"
            yield interleave(what, "our mlp", compiled, mlp, 0.5, rounds)
    with our("sample_few") as few, our("bisect") as bisect:
        check_ours(few)
        check_names(bisect, 20)
        yield interleave("20 names, seed to list", "bisect in Python", few, bisect, 6, rounds, 1e6)


def compiled_models() -> list[Path]:
    """The shipped network, and the large one of `make figures` if it has been made."""
    large = ROOT / "figures" / "lstm-lecture-200k.safetensors"
    return [ROOT / "models" / "lstm.safetensors", *([large] if large.exists() else [])]


def load_times(rounds: int) -> dict[str, float]:
    """Milliseconds to load each of them, and the MLP."""
    found = {}
    for path in (ROOT / "models" / "mlp.safetensors", *compiled_models()):
        times = []
        for _ in range(rounds):
            started = time.perf_counter()
            load_model(path)
            times.append((time.perf_counter() - started) * 1e3)
        found[path.stem] = statistics.median(times)
    return found


def against_peers(rounds: int) -> Iterator[Row]:
    """The rows that need one."""
    foswig: list[str | Path] = ["node", SIDES / "foswig.cjs", PEERS, DATA]
    with ExitStack() as stack:
        ours = stack.enter_context(our("sample"))
        check_ours(ours)
        for side, target in (
            (Side("foswig 3.0.1, order 3", foswig), 1.5),
            (peer("markovify", DATA), 15.0),
            (peer("namemaker", DATA), 15.0),
            (peer("faker", DATA), 8.0),
        ):
            with side:
                check_names(side, 1000)
                yield interleave("100,000 names", side.name, ours, side, target, rounds)
    file = PEERS / "lines.txt"
    with (
        our("lines", file, "1") as one,
        our("lines", file, "2") as two,
        Side("foswig 3.0.1, order 3", [*foswig, file]) as writing,
    ):
        what = "10,000,000 names to a file, lstm, 2 jobs"
        yield interleave(what, "our 1 job", two, one, 1.7, rounds)
        yield interleave(what, writing.name, two, writing, 5, rounds)
    names = load_model("mlp").sample(100_000, seed=1)
    listed, model = PEERS / "names.txt", PEERS / "names.arpa"
    listed.write_text("\n".join(names))
    arpa.write_arpa(DATA.read_text().split(), ORDER, model)
    with our("likelihoods", listed) as ours, peer("kenlm", listed, model) as kenlm:
        walker = reference.ReferenceWalker(load_model("mlp").automaton)
        assert ours.made == walker.log_likelihoods(names[:1000]).tolist()
        table = arpa.read_scorer(model)
        expected = [arpa.score(table, name, ORDER) for name in names[:1000]]
        np.testing.assert_allclose(kenlm.made, expected, atol=1e-3)
        yield interleave("100,000 log-likelihoods", "kenlm 5-gram", ours, kenlm, 2, rounds)
    file = PEERS / "scores.csv"
    with (
        our("score_rows", listed, file) as ours,
        peer("kenlm_rows", listed, model, file) as kenlm,
    ):
        np.testing.assert_allclose(kenlm.made, expected, atol=1e-3)
        yield interleave("100,000 scores to CSV", "kenlm, name and score", ours, kenlm, 2, rounds)


def cost_of_n(rounds: int) -> dict[str, float]:
    """Nanoseconds a name, for each n: the n taken in turn."""
    model = load_model("mlp")
    model.sample(100_000, seed=1)
    times: dict[int, list[float]] = {10: [], 100: [], 1000: [], 10_000: [], 100_000: []}
    for round_ in range(rounds * 3):
        for n, taken in times.items():
            repeat = max(1, 20_000 // n)
            started = time.perf_counter()
            for i in range(repeat):
                model.sample(n, seed=round_ * 1000 + i)
            taken.append((time.perf_counter() - started) / repeat / n * 1e9)
    return {f"{n:,}": statistics.median(taken) for n, taken in times.items()}


def cost_of_states(rounds: int) -> dict[str, float]:
    """Microseconds for 20 names at a temperature never seen before, by the number of states.

    The names are the same each time: they go through the same 1,000 states, and what is counted
    is what the others cost by being there.
    """
    rng = np.random.default_rng(1)
    alphabet = Alphabet(tuple("abcdefghijklmnopqrstuvwxyz"))
    logits = rng.normal(scale=2, size=(1_000, 27))
    logits -= np.log(np.exp(logits).sum(axis=1, keepdims=True))
    first = rng.integers(0, 1_000 - 27, size=1_000)
    walkers = {
        states: walk(
            Automaton(
                alphabet,
                0,
                np.tile(logits, (states // 1_000, 1)),
                Transitions.complete(
                    np.tile(np.arange(1_000, dtype=np.int32), states // 1_000), first, 27
                ),
            )
        )
        for states in (1_000, 20_000, 200_000)
    }
    taken: dict[int, list[float]] = {states: [] for states in walkers}
    for i in range(rounds * 100):
        for states, walker in walkers.items():
            sampling = Sampling(20, i, temperature=1 + i * 1e-6)
            started = time.perf_counter()
            walker.sample(sampling)
            taken[states].append((time.perf_counter() - started) * 1e6)
    return {f"{states:,}": statistics.median(times) for states, times in taken.items()}


def show(
    rows: list[Row], costs: list[conditions.Cost], figures: dict[str, dict[str, float]]
) -> None:
    """The tables, and the line of JSON."""
    table = Table("what", "against", box=None)
    for heading in ("ours", "theirs", "ratio", "least", "most", "target"):
        table.add_column(heading, justify="right")
    for row in rows:
        table.add_row(
            row.what,
            row.against,
            f"{row.ours:,.1f} {row.unit}",
            f"{row.theirs:,.1f} {row.unit}",
            f"[bold]{row.ratio:.2f}[/]",
            f"{row.spread[0]:.2f}",
            f"{row.spread[1]:.2f}",
            f"{row.target:.2f}" + ("" if row.met else " missed"),
        )
    console = Console(width=130)
    console.print(table)
    conditions.show(costs, console)
    for name, values in figures.items():
        listed = "  ".join(f"{key} {value:,.2f}" for key, value in values.items())
        console.print(f"{name}: {listed}", highlight=False)
    load = os.getloadavg()[0]
    listed_rows = {"rows": [*map(asdict, rows)], "conditions": [*map(asdict, costs)]}
    print(json.dumps({**listed_rows, **figures, "load": load}))


def main(
    quick: Annotated[bool, typer.Option(help="Only what runs in process: under a minute.")] = False,
) -> None:
    """Compare, and print."""
    rounds = 5 if quick else 9
    rows = list(in_process(rounds))
    costs = conditions.costs(rounds)
    figures = {
        "nanoseconds a name, by n": cost_of_n(rounds),
        "microseconds for 20 names at a new temperature, by states": cost_of_states(rounds),
        "milliseconds to load": load_times(rounds),
    }
    if not quick:
        install_peers()
        for detector, found in detections(PEERS / "venv" / "bin" / "python", PEERS).items():
            figures[f"non-names found at 1 % false alarms by {detector}"] = found
        rows += against_peers(rounds)
        rows += service.requests_cost(rounds)
        rows.append(service.start_cost(rounds))
        figures["memory after 100,000 requests, MiB"] = service.memory_cost()
        figures["small request beside large ones, ms"] = service.delay_beside_large()
    show(rows, costs, figures)


if __name__ == "__main__":
    typer.run(main)
