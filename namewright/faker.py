"""Invented names for Faker, made from Faker's own seed.

    fake = Faker()
    fake.add_provider(namewright.faker.Provider)
    fake.invented_name()

Or by name, where providers are named: Faker(includes=["namewright.faker"]).
"""

from typing import Any

from faker.providers import BaseProvider

from namewright.parameters import Sampling
from namewright.test_data import USUAL, model_of

SEED_BITS = 53


class Provider(BaseProvider):
    """Names that nobody has: given names, surnames, and both.

    The methods take the parameters of `Sampling`, but `n`, `seed` and `offset`; by default those of
    `test_data.USUAL`. Raises ParameterError for a value outside its range.

    For other models, make a subclass: the attributes are names of models, or files of them.
    """

    first_names = "lstm"
    first_names_female = "girls"
    first_names_male = "boys"
    last_names = "surnames"

    def invented_first_name(self, **parameters: Any) -> str:
        """A given name."""
        return self.invent(self.first_names, parameters)

    def invented_first_name_female(self, **parameters: Any) -> str:
        """A given name like those of girls."""
        return self.invent(self.first_names_female, parameters)

    def invented_first_name_male(self, **parameters: Any) -> str:
        """A given name like those of boys."""
        return self.invent(self.first_names_male, parameters)

    def invented_last_name(self, **parameters: Any) -> str:
        """A surname."""
        return self.invent(self.last_names, parameters)

    def invented_name(self, **parameters: Any) -> str:
        """A given name and a surname; filters hold for each of the two."""
        return " ".join(
            (self.invented_first_name(**parameters), self.invented_last_name(**parameters))
        )

    def invent(self, model: str, parameters: dict[str, Any]) -> str:
        """A name of a model, drawn by a seed that Faker draws."""
        asked: dict[str, Any] = USUAL | parameters
        seed = self.generator.random.getrandbits(SEED_BITS)
        [name] = model_of(model).draw(Sampling(n=1, seed=seed, **asked))
        return name
