"""Our side: `python -m benchmarks.sides.namewright TASK [CHECKPOINT or NAMES]`."""

import itertools
import sys
from pathlib import Path

from benchmarks.sides.loop import serve
from namewright import Model, load_model

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
    leads = automaton.next_state[automaton.transition_row].tolist()
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
    tasks = {f.__name__: f for f in (sample, sample_cut, sample_few, likelihoods, bisect)}
    chosen = sys.argv[2] if sys.argv[1] == "sample" and len(sys.argv) > 2 else None
    tasks[sys.argv[1]](load_model(chosen or "mlp"))
