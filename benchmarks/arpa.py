"""A character n-gram as an ARPA file, which kenlm reads; it has no trainer on PyPI.

Interpolated absolute discounting (Chen & Goodman 1998, section 2.7), discount 0.75.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

DISCOUNT = 0.75


def write_arpa(names: Iterable[str], order: int, path: Path) -> None:
    """Write the model of some names, every n-gram up to an order."""
    counts: list[Counter[tuple[str, ...]]] = [Counter() for _ in range(order)]
    for name in names:
        tokens = ["<s>", *name, "</s>"]
        for n in range(1, order + 1):
            counts[n - 1].update(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))
    del counts[0][("<s>",)]
    followers: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for grams in counts:
        for gram, count in grams.items():
            followers[gram[:-1]].append(count)
    total = {context: sum(found) for context, found in followers.items()}
    backoff = {
        context: DISCOUNT * len(found) / total[context] for context, found in followers.items()
    }
    vocabulary = len(counts[0]) + 1  # and <unk>
    probability: dict[tuple[str, ...], float] = {}
    for n, grams in enumerate(counts, start=1):
        for gram, count in grams.items():
            lower = probability[gram[1:]] if n > 1 else 1 / vocabulary
            context = gram[:-1]
            seen = (count - DISCOUNT) / total[context]
            probability[gram] = seen + backoff[context] * lower
    sections = [
        [f"{math.log10(probability[gram]):.7f}\t{' '.join(gram)}" for gram in sorted(grams)]
        for grams in counts
    ]
    for n, grams in enumerate(counts[:-1]):
        sections[n] = [
            f"{line}\t{math.log10(backoff[gram]):.7f}" if gram in backoff else line
            for line, gram in zip(sections[n], sorted(grams), strict=True)
        ]
    start = f"-99\t<s>\t{math.log10(backoff[('<s>',)]):.7f}"
    unknown = f"{math.log10(backoff[()] / vocabulary):.7f}\t<unk>"
    sections[0] = [unknown, start, *sections[0]]
    header = [f"ngram {n}={len(lines)}" for n, lines in enumerate(sections, start=1)]
    text = ["\\data\\", *header, ""]
    for n, lines in enumerate(sections, start=1):
        text += [f"\\{n}-grams:", *lines, ""]
    path.write_text("\n".join([*text, "\\end\\", ""]))


def read_scorer(path: Path) -> dict[tuple[str, ...], tuple[float, float]]:
    """Each n-gram's log10 probability and backoff, as the file has them."""
    table = {}
    for line in path.read_text().splitlines():
        parts = line.split("\t")
        if len(parts) > 1:
            backoff = float(parts[2]) if len(parts) > 2 else 0.0
            table[tuple(parts[1].split())] = (float(parts[0]), backoff)
    return table


def score(table: dict[tuple[str, ...], tuple[float, float]], name: str, order: int) -> float:
    """The log10 probability of a name, by the definition of the format: a check on kenlm."""
    tokens = ["<s>", *name, "</s>"]
    total = 0.0
    for i in range(1, len(tokens)):
        for first in range(max(0, i - order + 1), i + 1):
            gram = tuple(tokens[first : i + 1])
            if gram in table:
                total += table[gram][0]
                break
            total += table.get(gram[:-1], (0.0, 0.0))[1]
    return total
