"""What a machine makes of checkpoints: names in many settings, scores, tables; as JSON.

    python tests/aarch64/made.py MADE.json models/lstm.safetensors ...

It needs the library alone, so that it runs on either machine: see `test_aarch64.py`.
"""

import json
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

from namewright import Model, Score, load_model
from namewright.errors import NamewrightError
from namewright.kernel import KERNEL

TEMPERATURES = (0.4, 0.7, 1.0, 1.4, 2.5)
CONDITIONS: tuple[dict[str, Any], ...] = (
    {},
    {"top_k": 8, "top_p": 0.9},
    {"unique": True},
    {"novel": True, "offset": 10**12},
    {"starts_with": "ma"},
    {"starts_with": "x", "min_length": 5},
    {"starts_with": "a", "novel": True},
    {"ends_with": "a"},
    {"contains": ("an",)},
    {"excludes": ("a", "e")},
    {"excludes": ("an", "ar", "er"), "max_length": 9},
    {"min_length": 4, "max_length": 6},
    {"pattern": "[^aeiou][aeiou].*"},
    {"pattern": "(..)+"},
    {"pattern": ".{4,}", "unique": True},
    # Few candidates meet these: most names are drawn under the condition. Behind a beginning there
    # are fewer states to go through.
    {"ends_with": "lyn"},
    {"starts_with": "be", "min_length": 14},
    {"max_length": 2, "top_k": 20},
    {"starts_with": "ka", "ends_with": "xo", "max_length": 9},
    {"starts_with": "je", "pattern": ".*x[^aeiou].*", "max_length": 8},
)
COUNT, SCORED = 1_000, 250


def names_of(model: Model, temperature: float, condition: dict[str, Any]) -> list[str]:
    """The names; where there are none, or no more, those before and what error says so."""
    try:
        return model.sample(COUNT, seed=6, temperature=temperature, **condition)
    except NamewrightError as error:
        return [*getattr(error, "names", []), f"{type(error).__name__}: {error}"]


def scores_of(model: Model, names: list[str]) -> list[list[float]]:
    """Three numbers of each name, and of what it is from behind."""
    return [
        [score.log_likelihood, score.perplexity, score.plausibility]
        for score in model.score([*names, *(name[::-1] for name in names)])
        if isinstance(score, Score)
    ]


def made_of(model: Model) -> dict[str, Any]:
    """All that is compared."""
    names = {
        f"temperature {temperature}, {condition}": names_of(model, temperature, condition)
        for temperature in TEMPERATURES
        for condition in CONDITIONS
    }
    scores = scores_of(model, next(iter(names.values()))[:SCORED])
    table = sha256(model.automaton.log_probs.tobytes()).hexdigest()
    return {"names": names, "scores": scores, "table": table}


def main(path: str, *checkpoints: str) -> None:
    """Write the file."""
    assert KERNEL == "compiled"
    made = {Path(checkpoint).stem: made_of(load_model(checkpoint)) for checkpoint in checkpoints}
    Path(path).write_text(json.dumps(made))


if __name__ == "__main__":
    main(*sys.argv[1:])
