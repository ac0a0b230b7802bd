"""Names for tests and for examples: the same each time, each once, written as people write them.

>>> names = InventedNames("users of the example")
>>> names.one(), names(2, model="girls+surnames", starts_with="el")

`namewright.pytest_plugin` has one for each test, `namewright.faker` those for Faker.
"""

from functools import cache
from hashlib import blake2b
from typing import Any

from namewright.errors import ExhaustedError
from namewright.joined import JOINS, AnyModel, JoinedModel
from namewright.parameters import Sampling
from namewright.registry import is_name, load_model

USUAL = {"case": "title", "temperature": 0.8}
"""Parameters of names that look like names, where nobody says others."""

ATTEMPTS = 1_000
"""How many names in a row may be ones that are there already."""

load_once = cache(load_model)


def model_of(name: str | None = None) -> AnyModel:
    """A model by its name or its file, or several side by side, as girls+surnames; loaded once.

    Raises as `load_model` does.
    """
    if name is None or not is_name(name) or JOINS not in name:
        return load_once(name)
    return JoinedModel(tuple(load_once(part) for part in name.split(JOINS)))


def seed_of(key: str) -> int:
    """A seed for a text: the same on every machine, another for another text."""
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest()) >> 1


class InventedNames:
    """Names of a key, any text: the same each time they are asked for in the same order.

    No name comes twice. `parameters` are those of every name that is asked for: `model`, and those
    of `Sampling` but `n`, `seed` and `offset`; whoever asks may say others. By default
    those of `USUAL`.

    Raises TypeError for a parameter that there is not, ParameterError for one outside its range,
    and ModelNotFoundError for such a model, when a name is asked for.
    """

    def __init__(self, key: str, **parameters: Any) -> None:
        self.seed, self.index = seed_of(key), 0
        self.parameters = parameters
        self.given: set[str] = set()

    def __call__(self, n: int, **parameters: Any) -> list[str]:
        """The next `n` names."""
        return [self.one(**parameters) for _ in range(n)]

    def one(self, **parameters: Any) -> str:
        """The next name. Raises ExhaustedError where hardly any is left that has not been given."""
        asked: dict[str, Any] = {"model": None} | USUAL | self.parameters | parameters
        model = model_of(asked.pop("model"))
        for _ in range(ATTEMPTS):
            [name] = model.draw(Sampling(n=1, seed=self.seed, offset=self.index, **asked))
            self.index += 1
            if name not in self.given:
                self.given.add(name)
                return name
        raise ExhaustedError(ATTEMPTS, self.index, self.given)
