import inspect
import math
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from namewright import Model, reference
from namewright.alphabet import Alphabet, normalise
from namewright.automaton import Automaton
from namewright.errors import ParameterError
from namewright.kernel import Walker, walk
from namewright.parameters import MAX_INDEX, RULES, TEXTS, Sampling
from tests import tiny
from tests.chi_square import chi_square

UNIFORM = Automaton(
    Alphabet(tuple("abcdefghijklm")),
    0,
    np.full((1, 14), -np.log(14)),
    tiny.one_state(),
)
shapes = [
    {},
    {"temperature": 0.5},
    {"temperature": 1.5, "top_k": 5},
    {"top_p": 0.8},
    {"min_length": 4, "max_length": 6},
    {"starts_with": "ma", "min_length": 5},
    {"max_length": 2},
]


CHANGED: dict[str, Any] = {
    "n": 7,
    "seed": 2,
    "offset": 3,
    "temperature": 0.6,
    "top_k": 2,
    "top_p": 0.4,
    "min_length": 9,
    "max_length": 3,
    "starts_with": "z",
    "ends_with": "z",
    "contains": ("z",),
    "excludes": ("a",),
    "pattern": ".{4}",
    "novel": True,
    "unique": True,
    "safe": False,
    "case": "title",
}
"""For each parameter, a value that changes the names."""


def test_same_seed_gives_same_names(shipped: dict[str, Model]) -> None:
    assert shipped["mlp"].sample(50, seed=3) == shipped["mlp"].sample(50, seed=3)


def test_other_seeds_give_other_names(shipped: dict[str, Model]) -> None:
    assert len({tuple(shipped["mlp"].sample(5, seed=seed)) for seed in range(100)}) == 100


def test_no_seed_gives_new_names_each_time(shipped: dict[str, Model]) -> None:
    assert shipped["mlp"].sample(20) != shipped["mlp"].sample(20)


def test_new_seeds_fit_javascript() -> None:
    assert all(0 <= (Sampling().seeded().seed or 0) < 2**53 for _ in range(1000))


@pytest.mark.parametrize("shape", shapes, ids=str)
def test_a_small_batch_begins_a_large_one(shipped: dict[str, Model], shape: dict[str, Any]) -> None:
    model = shipped["mlp"]
    assert model.sample(5, seed=1, **shape) == model.sample(100, seed=1, **shape)[:5]


@pytest.mark.parametrize("shape", shapes, ids=str)
def test_offset_continues_a_batch(shipped: dict[str, Model], shape: dict[str, Any]) -> None:
    model = shipped["mlp"]
    whole = model.sample(100, seed=1, **shape)
    assert model.sample(60, seed=1, offset=40, **shape) == whole[40:]


@given(st.integers(0, 2**63 - 1), st.integers(0, 2**63 - 20), st.integers(0, 20))
def test_every_seed_and_offset_has_names(seed: int, offset: int, n: int) -> None:
    names = walk(tiny.automaton()).sample(Sampling(n, seed, offset))
    assert len(names) == n
    assert all(names)


@given(
    st.lists(st.integers(1, 8), min_size=2, max_size=2).map(sorted),
    st.sampled_from(["", "m", "M"]),
    st.floats(0.1, 5),
)
def test_filters_hold(lengths: list[int], starts_with: str, temperature: float) -> None:
    low, high = lengths
    sampling = Sampling(5, 1, 0, temperature, 0, 1.0, low, high, starts_with)
    for name in walk(UNIFORM).sample(sampling):
        assert low <= len(name) <= high
        assert name.startswith(starts_with.lower())


def test_temperature_0_always_gives_the_likeliest(shipped: dict[str, Model]) -> None:
    assert len(set(shipped["mlp"].sample(20, seed=1, temperature=0))) == 1


def test_starts_with_is_normalised_as_names_are(shipped: dict[str, Model]) -> None:
    model = shipped["mlp"]
    assert model.sample(9, seed=1, starts_with=" Ma") == model.sample(9, seed=1, starts_with="ma")


def test_a_whole_name_may_be_the_prefix(shipped: dict[str, Model]) -> None:
    assert shipped["mlp"].sample(2, seed=1, starts_with="anna", max_length=4) == ["anna", "anna"]


@pytest.mark.parametrize(
    ("parameter", "values"),
    [
        ("temperature", [-0.1, 5.1, math.nan, math.inf, -math.inf]),
        ("top_k", [-1, 1.5, "3"]),
        ("top_p", [0, -0.5, 1.01, math.nan]),
        ("min_length", [0, 32, -1]),
        ("max_length", [0, 32]),
        ("seed", [-1, 2**63, 1.5, "1", True]),
        ("offset", [-1, 2**63 - 1]),
        ("n", [-1, 1.5, "3", None]),
        ("starts_with", ["😀", "a b", "x" * 32, "r2", "\u0301" * 256_000, 5]),
    ],
)
def test_values_out_of_range_name_the_parameter(
    tiny_model: Model, parameter: str, values: list[Any]
) -> None:
    for value in values:
        arguments: dict[str, Any] = {"n": 3, "seed": 1} | {parameter: value}
        with pytest.raises(ParameterError) as caught:
            tiny_model.sample(**arguments)
        assert caught.value.parameter == parameter


@pytest.mark.parametrize("name", list(CHANGED))
def test_what_was_checked_before_is_the_same(name: str) -> None:
    value = CHANGED[name]
    if name in TEXTS and name != "pattern":  # as somebody has typed it
        value = value.upper() if isinstance(value, str) else [text.upper() for text in value]
    asked = Sampling(**{name: value})
    values = {key: getattr(Sampling(), key) for key in RULES} | {name: value}
    for more in ({}, {"model": "mlp"}):
        made = Sampling.of_checked(values | more)
        assert made == asked
        assert hash(made) == hash(asked)
        assert repr(made) == repr(asked)


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ({"n": 2, "offset": MAX_INDEX}, "offset"),
        ({"min_length": 5, "max_length": 4}, "min_length"),
        ({"starts_with": "anna", "max_length": 3}, "starts_with"),
        ({"ends_with": "a" * 32}, "ends_with"),
        ({"contains": ("",)}, "contains"),
    ],
)
def test_what_was_checked_before_is_held_to_the_rest(asked: dict[str, Any], wrong: str) -> None:
    values = {key: getattr(Sampling(), key) for key in RULES} | asked
    for make in (lambda: Sampling(**asked), lambda: Sampling.of_checked(values)):
        with pytest.raises(ParameterError) as raised:
            make()
        assert raised.value.parameter == wrong


def test_min_length_above_max_length(tiny_model: Model) -> None:
    with pytest.raises(ParameterError, match="min_length: should not be above max_length"):
        tiny_model.sample(3, min_length=5, max_length=4)


def ends_in_time(shaped: NDArray[np.float64], automaton: Automaton) -> list[NDArray[np.float64]]:
    """[r][state]: the probability that a name ends within r more characters."""
    found = [shaped[:, 0]]
    next_state = automaton.transitions.follow_all(*np.indices(shaped.shape))
    for _ in range(31):
        later = shaped[:, 1:] * found[-1][next_state[:, 1:]]
        found.append(shaped[:, 0] + later.sum(axis=1))
    return found


def p_value(observed: NDArray[np.float64], probabilities: NDArray[np.float64]) -> float:
    """Of a chi-square test, cells that expect fewer than 5 made one."""
    expected = probabilities * observed.sum()
    assert not observed[expected == 0].any()
    rare = expected < 5
    if rare.any():
        observed = np.append(observed[~rare], observed[rare].sum())
        expected = np.append(expected[~rare], expected[rare].sum())
    if expected[-1] == 0:
        observed, expected = observed[:-1], expected[:-1]
    return chi_square(observed, expected)


LAWS = [(0, 1.0, 0.5), (8, 1.0, 1.0), (0, 0.9, 2.0), (8, 0.9, 1.0)]
"""Each way to cut and each temperature at least once: top_k, top_p, temperature."""


@pytest.mark.parametrize(
    ("top_k", "top_p", "temperature"),
    [
        law if law in LAWS else pytest.param(*law, marks=pytest.mark.slow)
        for law in product((0, 8), (1.0, 0.9), (0.5, 1.0, 2.0))
    ],
)
def test_names_follow_the_automaton(
    shipped: dict[str, Model], top_k: int, top_p: float, temperature: float
) -> None:
    """First and second characters of 200,000 names, given that a name is neither empty nor long."""
    automaton = shipped["mlp"].automaton
    names = shipped["mlp"].sample(
        200_000, seed=2026, temperature=temperature, top_k=top_k, top_p=top_p
    )
    shaped = np.array(
        [
            reference.probabilities(row, temperature, top_k, top_p)
            for row in automaton.predictions().tolist()
        ]
    )
    ending = ends_in_time(shaped, automaton)
    start = automaton.start
    first = np.zeros(27)
    second = np.zeros(27)
    for token in range(1, 27):
        state = automaton.follow(start, token)
        first[token] = shaped[start, token] * ending[30][state]
        after = shaped[state] * ending[29][automaton.transitions.follow_all(state, np.arange(27))]
        after[0] = shaped[state, 0]
        second += shaped[start, token] * after
    seen_first, seen_second = np.zeros(27), np.zeros(27)
    for name in names:
        tokens = automaton.alphabet.encode(name[:2])
        seen_first[tokens[0]] += 1
        seen_second[tokens[1] if len(tokens) == 2 else 0] += 1
    assert p_value(seen_first, first / first.sum()) > 0.001
    assert p_value(seen_second, second / second.sum()) > 0.001


@pytest.mark.parametrize("name", list(RULES))
def test_every_parameter_reaches_the_kernel_and_the_reference(
    shipped: dict[str, Model], name: str
) -> None:
    """A parameter that is added and not handed on, or not tried here, fails."""
    automaton = shipped["bigram"].automaton
    plain = Sampling(n=40, seed=1, offset=13_805, temperature=0.5)  # one of them is not safe
    changed = replace(plain, **{name: CHANGED[name]})
    for walker in (walk(automaton), reference.ReferenceWalker(automaton)):
        model = replace(shipped["bigram"], walker=walker)
        assert model.draw(plain) != model.draw(changed)


def test_keyword_arguments_are_the_fields_of_sampling(tiny_model: Model) -> None:
    assert list(inspect.signature(tiny_model.sample).parameters) == list(RULES)
    message = (
        r"^sample\(\) got an unexpected keyword argument 'temprature'; did you mean temperature"
    )
    with pytest.raises(TypeError, match=message):
        tiny_model.sample(3, temprature=1)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match=r"^sample\(\) got multiple values for argument 'n'"):
        tiny_model.sample(3, n=1)  # type: ignore[misc]


def test_whole_numbers_of_numpy_are_whole_numbers(tiny_model: Model) -> None:
    assert tiny_model.sample(np.int64(3), seed=np.uint8(1)) == tiny_model.sample(3, seed=1)


SPACED = Automaton(
    Alphabet((" ", "a", "x", "\u0302")),
    0,
    np.full((1, 5), -np.log(5)),
    tiny.one_state(),
)


@pytest.mark.parametrize("make", [walk, reference.ReferenceWalker])
def test_what_is_drawn_is_its_own_normal_form(make: Callable[[Automaton], Walker]) -> None:
    """Without spaces at an end or in a row, and without an accent that would join its letter."""
    walker = make(SPACED)
    names = walker.sample(Sampling(2000, 3))
    assert all(normalise(name) == name for name in names)
    assert {"x\u0302", "a a"} <= set(names)
    assert len(walker.log_likelihoods(names)) == 2000


def test_help_says_what_each_parameter_means_and_its_range() -> None:
    described = " ".join((Sampling.__doc__ or "").split())
    for name, rule in RULES.items():
        assert f"{name} {rule.meaning}" in described
        assert rule.kind is str or rule.range().capitalize() in described
