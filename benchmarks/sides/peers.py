"""The peers from PyPI, each as its own documentation uses it. Run with the peers' Python."""

import sys
from pathlib import Path

from loop import serve

N = 100_000


def markovify(names: list[str]) -> None:
    """Characters, state size 3, compiled; its chain is walked directly, its quickest way."""
    import markovify

    chain = markovify.Chain([list(name) for name in names], 3).compile()

    def make(n: int) -> list[str]:
        return ["".join(chain.walk()) for _ in range(n)]

    serve(make(1000), lambda: make(N))


def namemaker(names: list[str]) -> None:
    """Order 3; one candidate a name, real names and repeats allowed: its quickest way."""
    import namemaker

    made = namemaker.NameSet(names, order=3)

    def make(n: int) -> list[str]:
        return [
            made.make_name(
                exclude_real_names=False,
                exclude_history=False,
                add_to_history=False,
                n_candidates=1,
            )
            for _ in range(n)
        ]

    serve(make(1000), lambda: make(N))


def faker(names: list[str]) -> None:
    """First names from its list, unweighted, which is quicker."""
    from faker import Faker

    fake = Faker(use_weighting=False)

    def make(n: int) -> list[str]:
        return [fake.first_name() for _ in range(n)]

    serve(make(1000), lambda: make(N))


def kenlm(names: list[str]) -> None:
    """A character 5-gram; the names are spaced out beforehand, which is not timed."""
    import kenlm

    model = kenlm.Model(sys.argv[3])
    sentences = [" ".join(name) for name in names]
    score = model.score

    def scores(some: list[str]) -> list[float]:
        return [score(sentence) for sentence in some]

    serve(scores(sentences[:1000]), lambda: scores(sentences))


def kenlm_rows(names: list[str]) -> None:
    """The same, from names to a CSV with a row for each."""
    import kenlm

    score = kenlm.Model(sys.argv[3]).score

    def rows(some: list[str]) -> None:
        with Path(sys.argv[4]).open("w") as file:
            for name in some:
                file.write(f"{name},{score(' '.join(name))}\n")

    serve([score(" ".join(name)) for name in names[:1000]], lambda: rows(names))


if __name__ == "__main__":
    peers = {f.__name__: f for f in (markovify, namemaker, faker, kenlm, kenlm_rows)}
    peers[sys.argv[1]](Path(sys.argv[2]).read_text().split())
