"""Our side: `python -m benchmarks.sides.namewright TASK [CHECKPOINT or NAMES]`."""

import itertools
import sys
from pathlib import Path

from benchmarks.sides.loop import serve
from namewright import Model, Sampling, load_model
from namewright.cli.generate import Batches
from namewright.cli.resumable_file import ResumableFile
from namewright.formats import FORMATS
from namewright.writers import NameWriter, ScoreWriter

N = 100_000
seeds = itertools.count(1)


def sample(model: Model) -> None:
    """A hundred thousand names; as no peer leaves words out, neither does this."""
    serve(
        model.sample(1000, seed=0, safe=False),
        lambda: model.sample(N, seed=next(seeds), safe=False),
    )


def sample_cut(model: Model) -> None:
    """The same, cooler and cut."""
    made = model.sample(1000, seed=0, temperature=0.8, top_p=0.95, safe=False)
    serve(made, lambda: model.sample(N, seed=next(seeds), temperature=0.8, top_p=0.95, safe=False))


def sample_few(model: Model) -> None:
    """Twenty names, from a seed to a list."""
    serve(model.sample(20, seed=0), lambda: model.sample(20, seed=next(seeds)), 2000)


def likelihoods(model: Model) -> None:
    """The log-likelihoods of a hundred thousand names."""
    names = Path(sys.argv[2]).read_text().split()
    made = model.log_likelihoods(names[:1000]).tolist()
    serve(made, lambda: model.log_likelihoods(names))


def score_rows(model: Model) -> None:
    """The same names to a CSV with every column of a score."""
    names = Path(sys.argv[2]).read_text().split()
    writer, file = ScoreWriter(model, FORMATS["csv"]), Path(sys.argv[3])
    made = model.log_likelihoods(names[:1000]).tolist()
    serve(made, lambda: file.write_bytes(writer.head() + writer.rows(names)))


def lines(model: Model) -> None:
    """Ten million names as lines of a file, as `namewright generate` writes them."""
    model, path, jobs = load_model(), Path(sys.argv[2]), int(sys.argv[3])

    def write(n: int) -> None:
        sampling = Sampling(n=n, seed=next(seeds))
        batches = Batches(NameWriter(model, FORMATS["text"]), sampling, jobs)
        ResumableFile(path, b"", {}).write(batches.rows(0))

    serve(model.sample(1000, seed=0), lambda: write(10_000_000))


def bisect(model: Model) -> None:
    """Twenty names by plain Python: bisect over cumulative lists that are there already."""
    from bisect import bisect_right
    from itertools import accumulate
    from random import Random

    import numpy as np

    automaton = model.automaton
    rows = [list(accumulate(row)) for row in np.exp(automaton.predictions()).tolist()]
    for row in rows:
        row[-1] = 1.0
    leads = automaton.transitions.follow_all(*np.indices(automaton.log_probs.shape)).tolist()
    characters = ["", *automaton.alphabet.characters]

    def names(seed: int) -> list[str]:
        random = Random(seed).random
        made = []
        while len(made) < 20:
            state, name = automaton.start, []
            while token := bisect_right(rows[state], random()):
                name.append(characters[token])
                state = leads[state][token]
            if name:
                made.append("".join(name))
        return made

    serve(names(0), lambda: names(next(seeds)), 500)


if __name__ == "__main__":
    sampling = sample, sample_cut, sample_few, lines, bisect
    tasks = {f.__name__: f for f in (*sampling, likelihoods, score_rows)}
    chosen = sys.argv[2] if sys.argv[1] == "sample" and len(sys.argv) > 2 else None
    tasks[sys.argv[1]](load_model(chosen or "mlp"))
