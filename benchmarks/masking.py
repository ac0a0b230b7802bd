"""Drawing under a condition, beside masking what it forbids: `python -m benchmarks.masking`.

A constrained decoder forbids each character after which the condition can no longer be met, and
the end where it is not met yet, and scales the rest up. For an ending that forbids nothing but the
end, until the ending comes by chance: so names are long, and are no names.
"""

import numpy as np

from namewright import Sampling, load_model
from namewright.alphabet import BOUNDARY, MAX_LENGTH
from namewright.reference import Shaped

ENDING = "lyn"
COUNT = 2_000


def needed(name: str) -> int:
    """How many characters a name lacks of the ending."""
    ends = range(len(ENDING) + 1)
    return next(lacking for lacking in ends if name.endswith(ENDING[: len(ENDING) - lacking]))


def mask(shaped: Shaped, rng: np.random.Generator) -> str:
    """A name with the ending, by masking."""
    automaton, name = shaped.automaton, ""
    state = automaton.start
    while True:
        row = np.diff([0, *shaped.row(state)]).astype(np.float64)
        for token, character in enumerate(automaton.alphabet.characters, start=1):
            if len(name) + 1 + needed(name + character) > MAX_LENGTH:
                row[token] = 0
        if needed(name):
            row[BOUNDARY] = 0
        token = int(rng.choice(len(row), p=row / row.sum()))
        if token == BOUNDARY:
            return name
        name += automaton.alphabet.decode([token])
        state = automaton.follow(state, token)


def main() -> None:
    """Print a table."""
    model, rng = load_model(), np.random.default_rng(0)
    shaped = Shaped(model.automaton, Sampling())
    exact = model.sample(COUNT, seed=0, ends_with=ENDING)
    masked = [mask(shaped, rng) for _ in range(COUNT)]
    print("         mean length  mean log-likelihood")
    for what, names in (("exact", exact), ("masking", masked)):
        assert all(name.endswith(ENDING) for name in names)
        length = np.mean([len(name) for name in names])
        print(f"{what:8} {length:11.1f}  {model.log_likelihoods(names).mean():19.1f}")
    print("exact:  ", *exact[:5])
    print("masking:", *masked[:5])


if __name__ == "__main__":
    main()
