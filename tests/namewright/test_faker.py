import pytest
from faker import Faker

import namewright.faker
from namewright import Model, Sampling
from namewright.errors import ParameterError


@pytest.fixture
def fake() -> Faker:
    fake = Faker()
    fake.add_provider(namewright.faker.Provider)
    fake.seed_instance(4)
    return fake


METHODS = [
    "invented_first_name",
    "invented_first_name_female",
    "invented_first_name_male",
    "invented_last_name",
    "invented_name",
]


@pytest.mark.parametrize("method", METHODS)
def test_faker_s_seed_gives_names_again(fake: Faker, method: str) -> None:
    found = [getattr(fake, method)() for _ in range(5)]
    fake.seed_instance(4)
    assert [getattr(fake, method)() for _ in range(5)] == found
    fake.seed_instance(5)
    assert [getattr(fake, method)() for _ in range(5)] != found
    assert all(name.istitle() and (" " in name) == (method == "invented_name") for name in found)


def test_the_seed_of_all_fakers_gives_names_again() -> None:
    found = []
    for _ in range(2):
        fake = Faker(["de_DE", "en_US"], includes=["namewright.faker"])
        Faker.seed(9)
        found.append([fake.name(), fake.invented_name(), fake["de_DE"].invented_last_name()])
    assert found[0] == found[1]


def test_names_are_those_of_the_seed_that_faker_draws(
    fake: Faker, shipped: dict[str, Model]
) -> None:
    found = fake.invented_last_name(starts_with="mc", case="lower")
    fake.seed_instance(4)
    seed = fake.random.getrandbits(53)
    assert [found] == shipped["surnames"].draw(
        Sampling(1, seed=seed, starts_with="mc", temperature=0.8)
    )


def test_unique_works(fake: Faker) -> None:
    found = [fake.unique.invented_first_name(max_length=3) for _ in range(100)]
    assert len(set(found)) == 100


def test_other_models_are_a_subclass() -> None:
    class Places(namewright.faker.Provider):
        first_names = "bigram"

    fake = Faker()
    fake.add_provider(Places)
    fake.seed_instance(1)
    found = fake.invented_first_name()
    fake.add_provider(namewright.faker.Provider)
    fake.seed_instance(1)
    assert fake.invented_first_name() != found


def test_a_bad_parameter_says_what_would_be_right(fake: Faker) -> None:
    with pytest.raises(ParameterError, match="temperature: should be from 0 to 5"):
        fake.invented_name(temperature=9)
