"""Names under conditions: every one meets them, and their law is the model's own."""

import json
import math
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from namewright import Model, Sampling, _kernel, _product, conditions, reference
from namewright.acceptance import Acceptance
from namewright.alphabet import Alphabet, normalise
from namewright.automaton import Automaton
from namewright.budget import Budget
from namewright.conditions import BUILDING, FREE_ATTEMPTS, Condition, Kept
from namewright.errors import (
    BudgetError,
    ExhaustedError,
    ImpossibleError,
    LargeProductError,
    NamewrightError,
    ParameterError,
    PatternError,
)
from namewright.joined import JoinedModel
from namewright.kernel import Walker
from namewright.known_names import KnownNames
from namewright.parameters import FILTERS
from tests import tiny
from tests.chi_square import chi_square
from tests.namewright.test_kernel import CHARACTERS, automata, temperatures, top_ks, top_ps
from tests.test_golden import GOLDEN

Make = Callable[[Automaton], Walker]
WALKERS: list[Make] = [_kernel.KernelWalker, reference.ReferenceWalker]
each_walker = pytest.mark.parametrize("make", WALKERS, ids=["compiled", "reference"])


@pytest.fixture(autouse=True)
def kept(monkeypatch: pytest.MonkeyPatch) -> Kept:
    """Nothing is kept from another test."""
    fresh = Kept(conditions.KEPT.limit)
    monkeypatch.setattr(conditions, "KEPT", fresh)
    monkeypatch.setattr(_kernel, "KEPT", fresh)
    return fresh


def meets(name: str, sampling: Sampling) -> bool:
    """Whether a name is as a sampling asks for, told from the text alone."""
    return bool(met_by([name], sampling))


def met_by(names: Iterable[str], sampling: Sampling) -> list[str]:
    """Those of some names that are as a sampling asks for."""
    filters = filters_of(sampling)
    return [
        name
        for name in names
        if sampling.min_length <= len(name) <= sampling.max_length
        and name.startswith(sampling.starts_with)
        and all(MEANINGS[each](name, asked) for each, asked in filters)
    ]


def filters_of(sampling: Sampling) -> list[tuple[str, Any]]:
    """The filters of a sampling that ask for something, and what they ask for."""
    return [(name, getattr(sampling, name)) for name in FILTERS if getattr(sampling, name)]


MEANINGS: dict[str, Callable[[str, Any], bool]] = {
    "ends_with": lambda name, text: name.endswith(text),
    "contains": lambda name, texts: all(text in name for text in texts),
    "excludes": lambda name, texts: not any(text in name for text in texts),
    "pattern": lambda name, pattern: re.fullmatch(pattern, name) is not None,
}
"""For each filter, whether a name is as it asks, told from the text alone."""


@st.composite
def small_automata(draw: st.DrawFn, most: int = 6) -> Automaton:
    """A few characters and states: so that the reference's product is made at once."""
    tokens, states = draw(st.integers(2, most)), draw(st.integers(1, 12))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    logits = rng.normal(scale=draw(st.floats(0.01, 4)), size=(states, tokens))
    log_probs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    first = draw(st.integers(0, len(CHARACTERS) - tokens))
    return Automaton(
        Alphabet(CHARACTERS[first : first + tokens - 1]),
        0,
        log_probs,
        tiny.transitions(rng, tokens, states),
    )


@st.composite
def filters(draw: st.DrawFn, characters: tuple[str, ...]) -> dict[str, Any]:
    """Any of the filters, in letters of an alphabet: from ones that all names pass to hopeless."""
    letters = st.sampled_from(characters)
    texts = st.text(letters, min_size=1, max_size=2).filter(
        # Accents may join, and spaces go: then it is another text than it was drawn as.
        lambda text: normalise(text) == text
    )
    assume([c for c in characters if normalise(c) == c])
    plain = st.sampled_from([c for c in characters if c != "-"] or ["."])
    single = st.one_of(
        plain,
        st.just("."),
        st.lists(plain.filter(lambda c: c != "."), min_size=1, max_size=4).map(
            lambda group: f"[{''.join(group)}]"
        ),
        st.lists(plain.filter(lambda c: c != "."), min_size=1, max_size=4).map(
            lambda group: f"[^{''.join(group)}]"
        ),
    )
    piece = st.tuples(single, st.sampled_from(["", "?", "*", "+", "{2}", "{1,3}"])).map("".join)
    sequences = st.lists(piece, min_size=1, max_size=4).map("".join)
    patterns = st.lists(sequences, min_size=1, max_size=3).map("|".join)
    several = st.lists(texts, min_size=1, max_size=2).map(tuple)
    values: dict[str, st.SearchStrategy[Any]] = {
        "ends_with": texts,
        "contains": several,
        "excludes": several,
        "pattern": patterns,
    }
    found: dict[str, Any] = {}
    for name in FILTERS:
        if draw(st.sampled_from([False, False, True])):
            found[name] = draw(values[name])
    if draw(st.integers(0, 3)) == 0:
        found["starts_with"] = draw(texts)
    least, most = sorted(draw(st.tuples(st.integers(1, 9), st.sampled_from([5, 9, 31]))))
    return found | {"min_length": least, "max_length": most}


def outcome(draw: Callable[[], object]) -> object:
    """What is made, or why there is none."""
    try:
        return draw()
    except ExhaustedError as error:
        return error.index, error.attempts, error.names
    except NamewrightError as error:
        return type(error), str(error)


KEY = "0" * 64
compared = Counter[str]()


def compare(automaton: Automaton, data: st.DataObject, n: int) -> None:
    """The same names and the same share, of the reference and the kernel; they meet the filters."""
    found = data.draw(filters(automaton.alphabet.characters))
    sampling = Sampling(
        n=n,
        seed=data.draw(st.integers(0, 2**63 - 1)),
        offset=data.draw(st.integers(0, 2**62)),
        temperature=data.draw(temperatures),
        top_k=data.draw(top_ks),
        top_p=data.draw(top_ps),
        novel=data.draw(st.booleans()),
        unique=data.draw(st.booleans()),
        safe=False,
        **found,
    )
    known = KnownNames.of(
        [a + b for a in automaton.alphabet.characters for b in ["", *automaton.alphabet.characters]]
        if sampling.novel
        else [],
        KEY,
    )
    part = data.draw(st.integers(0, 3))
    made = []
    with pytest.MonkeyPatch.context() as patch:
        # A hundred free attempts, and some under the condition: the reference takes its time.
        patch.setattr(reference, "ATTEMPTS", FREE_ATTEMPTS + 20)
        for walker in [make(automaton) for make in WALKERS]:
            accept = Acceptance.of(sampling, known)

            def draw(walker: Walker = walker, accept: Acceptance | None = accept) -> object:
                return walker.sample(sampling, None, part, accept)

            made.append((outcome(draw), outcome(lambda walker=walker: walker.share(sampling))))
    compiled, plain = made
    assert compiled == plain
    names = compiled[0] if isinstance(compiled[0], list) else compiled[0][-1]
    if isinstance(names, str):  # no name of any model
        compared["impossible"] += compiled[0][0] is ImpossibleError
        return
    for name in names:
        assert meets(name, sampling)
        assert normalise(name) == name
        assert not (sampling.novel and name in known)
    assert len(set(names)) == len(names) or not sampling.unique
    compared["names"] += len(names)
    compared["rare"] += len(names) if compiled[1] < 1 / FREE_ATTEMPTS else 0


def test_kernel_and_reference_give_the_same_names_under_any_condition() -> None:
    compared.clear()

    @settings(max_examples=150, suppress_health_check=list(HealthCheck))
    @given(small_automata(), st.data())
    def quick(automaton: Automaton, data: st.DataObject) -> None:
        compare(automaton, data, 8)

    for _ in range(5):
        if compared["names"] <= 300 or compared["rare"] <= 30 or compared["impossible"] <= 10:
            quick()
    assert compared["names"] > 300
    assert compared["rare"] > 30
    assert compared["impossible"] > 10


@pytest.mark.slow
def test_kernel_and_reference_give_the_same_20_000_names_under_any_condition() -> None:
    compared.clear()

    @settings(max_examples=200, suppress_health_check=list(HealthCheck))
    @given(st.one_of(small_automata(), automata()), st.data())
    def slow(automaton: Automaton, data: st.DataObject) -> None:
        compare(automaton, data, 100)

    for _ in range(10):
        if compared["names"] < 20_000:
            slow()
    assert compared["names"] >= 20_000
    assert compared["rare"] >= 1_000


COMMON: list[dict[str, Any]] = [
    {"ends_with": "lyn"},
    {"contains": ("an", "e")},
    {"excludes": ("a", "e")},
    {"pattern": "[^aeiou][aeiou].*a"},
    {"pattern": "(ma|jo).{3,4}"},
    {"min_length": 5, "max_length": 5},
    {"starts_with": "br", "ends_with": "a", "max_length": 6},
    {"starts_with": "ka", "contains": ("ka", "t"), "excludes": ("kat",)},
    {"ends_with": "a", "pattern": ".*(.)?n.", "min_length": 8},
    {"contains": ("mar", "ari", "rie")},
]
RARE: list[dict[str, Any]] = [
    {"pattern": "[^aeiou]{6}"},
    {"contains": ("qu", "z"), "ends_with": "x"},
    {"starts_with": "x", "ends_with": "xo", "min_length": 12},
    {"excludes": tuple("aeiouy"), "min_length": 7},
]


@pytest.mark.parametrize("asked", COMMON + RARE, ids=str)
def test_names_of_shipped_models_meet_every_filter(
    shipped: dict[str, Model], asked: dict[str, Any]
) -> None:
    models = ("bigram", "mlp", "ngram", "girls")
    for name in (*models, "world") if asked in COMMON else models:
        sampling = Sampling(n=200, seed=3, safe=False, **asked)
        for made in shipped[name].draw(sampling):
            assert meets(made, sampling)


# The law


def exact(automaton: Automaton, sampling: Sampling) -> dict[str, float]:
    """Every name that candidates may be, and how likely: from thresholds, without conditions."""
    rows: dict[int, list[float]] = {}
    found: dict[str, float] = {}

    def row(state: int) -> list[float]:
        if state not in rows:
            shaped = reference.probabilities(
                automaton.row(state), sampling.temperature, sampling.top_k, sampling.top_p
            )
            rows[state] = reference.weights(reference.thresholds(shaped))
        return rows[state]

    def extend(name: str, state: int, mass: float) -> None:
        end, *others = row(state)
        if end:
            found[name] = mass * end
        if len(name) < sampling.max_length:
            for token, weight in enumerate(others, start=1):
                if weight:
                    character = automaton.alphabet.characters[token - 1]
                    extend(name + character, automaton.follow(state, token), mass * weight)

    prefix = automaton.alphabet.encode(sampling.starts_with)
    extend(sampling.starts_with, automaton.walk(prefix), 1.0)
    return found


def random_automaton(seed: int, letters: str = "abc", scale: float = 1.5) -> Automaton:
    rng = np.random.default_rng(seed)
    logits = rng.normal(scale=scale, size=(5, len(letters) + 1))
    return Automaton(
        Alphabet(tuple(letters)),
        0,
        logits - np.log(np.exp(logits).sum(axis=1, keepdims=True)),
        tiny.transitions(rng, len(letters) + 1, 5),
    )


def expected_law(automaton: Automaton, sampling: Sampling) -> dict[str, float]:
    """How likely each name is that meets the filters."""
    law = {name: p for name, p in exact(automaton, sampling).items() if meets(name, sampling)}
    total = math.fsum(law.values())
    return {name: p / total for name, p in law.items()}


def p_value(names: list[str], law: dict[str, float]) -> float:
    """That of a chi-square test; the names that are expected less than five times are one."""
    counts = Counter(names)
    assert counts.keys() <= law.keys()
    common = [name for name, p in law.items() if p * len(names) >= 5]
    rest = 1 - math.fsum(law[name] for name in common)
    expected = [law[name] * len(names) for name in common] + [rest * len(names)]
    observed = [counts[name] for name in common]
    observed.append(len(names) - sum(observed))
    if expected[-1] < 1:  # too few to say: they are among the last of the common ones
        expected[-2:] = [sum(expected[-2:])]
        observed[-2:] = [sum(observed[-2:])]
    assert len(expected) > 3
    return chi_square(observed, expected)


LAWS: list[tuple[Automaton, dict[str, Any]]] = [
    (tiny.automaton(), {"ends_with": "b", "max_length": 6}),
    (tiny.automaton(), {"contains": ("aa",), "max_length": 6}),
    (tiny.automaton(), {"excludes": ("bb",), "min_length": 2, "max_length": 6}),
    (tiny.automaton(), {"pattern": "(ab|ba)+.?", "max_length": 6}),
    (tiny.automaton(), {"min_length": 3, "max_length": 5}),
    (tiny.automaton(), {"ends_with": "aa", "max_length": 5, "temperature": 1.7}),
    (random_automaton(1), {"ends_with": "c", "max_length": 6}),
    (random_automaton(2), {"contains": ("b", "ca"), "max_length": 6}),
    (random_automaton(3), {"pattern": "[^a].*[^c]", "max_length": 6, "temperature": 0.8}),
    (random_automaton(4), {"starts_with": "b", "excludes": ("bb",), "max_length": 6}),
    (random_automaton(5), {"min_length": 4, "max_length": 6, "top_k": 3}),
    (random_automaton(6, "ab"), {"ends_with": "ab", "max_length": 6, "top_p": 0.95}),
]
laws = pytest.mark.parametrize(("automaton", "asked"), LAWS, ids=lambda value: str(value)[:60])


@laws
def test_names_that_are_often_found_have_the_law_of_the_model(
    automaton: Automaton, asked: dict[str, Any]
) -> None:
    sampling = Sampling(n=20_000, seed=8, **asked)
    names = _kernel.KernelWalker(automaton).sample(sampling)
    assert p_value(names, expected_law(automaton, sampling)) > 0.001


@laws
def test_candidates_under_the_condition_have_the_law_of_the_model(
    automaton: Automaton, asked: dict[str, Any]
) -> None:
    sampling = Sampling(seed=9, **asked)
    shaped = reference.Shaped(automaton, sampling)
    names = []
    for index in range(2_000):
        tokens = shaped.candidate(reference.draws(9, index, FREE_ATTEMPTS), under=True)
        assert tokens is not None  # which is what the condition is for
        names.append(automaton.alphabet.decode(tokens))
    assert p_value(names, expected_law(automaton, sampling)) > 0.001


def rarest(law: dict[str, float], mass: float, most: int) -> list[str]:
    """The least likely names, up to a mass together."""
    found, total = [], 0.0
    for name in sorted((name for name in law if name), key=lambda name: law[name]):
        total += law[name]
        if total > mass or len(found) == most:
            break
        found.append(name)
    return found


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("mass", [1e-5, 0.008], ids=["all under it", "of both kinds"])
def test_names_that_are_rare_have_the_law_of_the_model(seed: int, mass: float) -> None:
    """They are spelt out in the pattern: those that hundred free attempts hardly ever find."""
    automaton = random_automaton(30 + seed)
    free = Sampling(n=5_000, seed=21, max_length=6)
    law = exact(automaton, free)
    names = rarest({name: p for name, p in law.items() if p > mass / 30}, mass, 25)
    sampling = replace(free, pattern="|".join(names))
    found = _kernel.KernelWalker(automaton)
    budget = Budget()
    drawn = found.sample(sampling, budget)
    share = math.fsum(law[name] for name in names)
    # As many are found freely as should be: so both kinds are, or one.
    under = (1 - share) ** FREE_ATTEMPTS
    assert under > 0.99 if mass < 1e-3 else 0.2 < under < 0.8
    assert p_value(drawn, expected_law(automaton, sampling)) > 0.001
    assert found.share(sampling) == pytest.approx(share, rel=1e-12)


@settings(max_examples=60)
@given(small_automata(4), st.data(), temperatures, top_ks, top_ps)
def test_the_share_is_the_mass_of_the_names_that_pass(
    automaton: Automaton, data: st.DataObject, temperature: float, top_k: int, top_p: float
) -> None:
    asked = data.draw(filters(automaton.alphabet.characters))
    asked |= {"min_length": min(asked["min_length"], 5), "max_length": 5}
    sampling = Sampling(temperature=temperature, top_k=top_k, top_p=top_p, **asked)
    law = exact(automaton, sampling)
    mass = math.fsum(p for name, p in law.items() if name and meets(name, sampling))
    for make in WALKERS:
        try:
            share = make(automaton).share(sampling)
        except ImpossibleError:
            share = 0.0
        assert share == pytest.approx(mass, rel=1e-9, abs=0)


def test_the_share_without_filters_is_1() -> None:
    for make in WALKERS:
        assert make(tiny.automaton()).share(Sampling(temperature=0.3, starts_with="a")) == 1


def test_a_share_of_hardly_anything_is_not_0() -> None:
    """The least of all: 32 characters, each of the least weight that a threshold leaves it."""
    log_probs = np.log([[0.5, 0.5 - 2**-32, 2**-32]])
    automaton = Automaton(
        Alphabet(("a", "b")),
        0,
        log_probs,
        tiny.one_state(),
    )
    sampling = Sampling(n=3, seed=1, pattern="b{31}")
    shares = [make(automaton).share(sampling) for make in WALKERS]
    assert shares == [2.0 ** (-32 * 31) / 2] * 2
    for make in WALKERS:
        assert make(automaton).sample(sampling) == ["b" * 31] * 3


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "known"), [("mlp", 20), ("ngram", 20), ("girls", 18), ("lstm", 9)]
)
def test_the_share_is_that_of_a_million_free_candidates(
    shipped: dict[str, Model], name: str, known: int
) -> None:
    """Of those that are known: of a large model and three texts or so there are too many pairs."""
    model = shipped[name]
    assert model.automaton.alphabet.is_closed  # so only filters throw candidates away
    budget = Budget()
    names = Counter(model.draw(Sampling(n=1_000_000, seed=77, safe=False), budget))
    asked = [*COMMON, {"ends_with": "a"}, {"ends_with": "ia"}, {"contains": ("x",)}]
    asked += [{"excludes": ("an",)}, {"min_length": 9}, {"max_length": 4}, {"ends_with": "son"}]
    asked += [{"pattern": "([^aeiou][aeiou])+"}, {"pattern": ".*(ll|nn|tt).*"}]
    asked += [{"min_length": 6, "max_length": 7}, {"ends_with": "n", "excludes": ("o", "i")}]
    asked += [{"pattern": "(..)+", "excludes": ("e",)}, {"contains": ("el",), "ends_with": "e"}]
    far = []
    for each in asked:
        if "starts_with" in each:
            continue  # it is where candidates start, and no filter
        sampling = Sampling(safe=False, **each)
        try:
            share = model.share(sampling)
        except LargeProductError:
            continue
        found = sum(names[made] for made in met_by(names, sampling))
        error = math.sqrt(share * (1 - share) * budget.drawn)
        far.append(abs(found - share * budget.drawn) / error)
    assert len(far) >= known
    assert max(far) < 3
    assert np.mean(np.square(far)) < 2


# Every name has an address


ADDRESSED: list[dict[str, Any]] = [
    {"ends_with": "b"},
    {"contains": ("aba",), "excludes": ("aa",)},
    {"pattern": "(ab)+"},
    {"pattern": "(bbb){3}a?", "novel": True},  # under the condition, nearly all
    {"pattern": "b{4}.?.?", "min_length": 5},  # of both kinds
    {"starts_with": "ab", "ends_with": "bb", "novel": True},
]


@each_walker
@pytest.mark.parametrize("asked", ADDRESSED, ids=str)
def test_names_do_not_depend_on_how_many_are_asked_for(asked: dict[str, Any], make: Make) -> None:
    sampling = Sampling(n=30, seed=4, offset=100, **asked)
    walker, accept = make(tiny.automaton()), Acceptance.of(sampling, tiny.checkpoint().known_names)
    whole = walker.sample(sampling, None, 0, accept)
    assert len(whole) == 30
    for first, n in [(0, 5), (7, 1), (12, 18), (29, 1)]:
        part = make(tiny.automaton()).sample(sampling.part(first, n), None, 0, accept)
        assert part == whole[first : first + n]


@pytest.mark.parametrize("asked", [{"ends_with": "a"}, RARE[0]], ids=["common", "rare"])
def test_names_across_chunks_are_at_their_addresses(
    shipped: dict[str, Model], asked: dict[str, Any]
) -> None:
    """The kernel draws 1,024 at a time, in 32 lanes."""
    model, sampling = shipped["mlp"], Sampling(n=2_100, seed=6, safe=False, **asked)
    whole = model.draw(sampling)
    for index in (0, 31, 32, 1023, 1024, 2047, 2048, 2099):
        assert model.draw(sampling.part(index, 1)) == whole[index : index + 1]


def test_unique_names_begin_alike_however_many_are_asked_for(shipped: dict[str, Model]) -> None:
    for ends_with in ("", "lyn"):
        sampling = Sampling(n=100, seed=2, unique=True, safe=False, ends_with=ends_with)
        whole = shipped["girls"].draw(sampling)
        assert len(set(whole)) == 100
        assert shipped["girls"].draw(replace(sampling, n=5)) == whole[:5]


def plain_rejection(automaton: Automaton, sampling: Sampling, index: int) -> str | None:
    """The first of hundred free candidates that passes: nothing of conditions is used."""
    assert sampling.seed is not None
    free = reference.Shaped(automaton, Sampling(starts_with=sampling.starts_with))
    assert free.condition is None
    for attempt in range(FREE_ATTEMPTS):
        tokens = free.candidate(reference.draws(sampling.seed, index, attempt), under=False)
        if tokens and meets(automaton.alphabet.decode(tokens), sampling):
            return automaton.alphabet.decode(tokens)
    return None


@pytest.mark.parametrize(
    "asked",
    [{"ends_with": "ia"}, {"pattern": "[bdg].*a"}, {"min_length": 9}, {"starts_with": "jo"}],
    ids=str,
)
def test_a_name_within_hundred_candidates_is_the_one_of_plain_rejection(
    shipped: dict[str, Model], asked: dict[str, Any]
) -> None:
    model, sampling = shipped["mlp"], Sampling(n=40, seed=5, safe=False, **asked)
    names = model.draw(sampling)
    expected = [plain_rejection(model.automaton, sampling, index) for index in range(40)]
    found = [i for i, name in enumerate(expected) if name is not None]
    assert len(found) > 15
    assert [names[i] for i in found] == [expected[i] for i in found]


def test_a_condition_that_every_name_meets_changes_no_golden_name(
    shipped: dict[str, Model],
) -> None:
    golden = json.loads(GOLDEN.read_text())
    for name, model in shipped.items():
        for asked in ({"pattern": ".*"}, {"excludes": ("a" * 30, "zq" * 10)}):
            found = model.draw(Sampling(n=12, seed=42, safe=False, **asked))
            assert found == golden[name]["names"]["plain"]


# What there is not


IMPOSSIBLE: list[dict[str, Any]] = [
    {"ends_with": "abab", "max_length": 3},
    {"contains": ("aa", "bb"), "max_length": 3},
    {"contains": ("ab",), "excludes": ("b",)},
    {"excludes": ("a", "b")},
    {"starts_with": "ab", "excludes": ("ab",)},
    {"starts_with": "ab", "pattern": "b.*"},
    {"pattern": "a{2,4}", "min_length": 5},
    {"pattern": "a{31}b"},
    {"pattern": "()"},
    {"pattern": "[^ab]a"},
]


@each_walker
@pytest.mark.parametrize("asked", IMPOSSIBLE, ids=str)
def test_what_no_name_meets_is_known_before_one_is_drawn(asked: dict[str, Any], make: Make) -> None:
    budget = Budget()
    with pytest.raises(ImpossibleError):
        make(tiny.automaton()).sample(Sampling(n=5, seed=1, **asked), budget)
    assert budget.drawn == 0
    with pytest.raises(ImpossibleError):
        make(tiny.automaton()).share(Sampling(**asked))


@each_walker
@pytest.mark.parametrize(
    "asked",
    [
        {"top_k": 1, "starts_with": "b", "ends_with": "bb"},
        {"temperature": 0.0, "ends_with": "b"},
        {"temperature": 1e-300, "contains": ("b",)},
        {"top_p": 0.3, "min_length": 2},
    ],
    ids=str,
)
def test_what_only_the_model_makes_impossible_is_found_after_the_free_attempts(
    asked: dict[str, Any], make: Make
) -> None:
    walker = make(tiny.automaton())
    for _ in range(2):  # of the second time, what the first has found is kept
        budget = Budget()
        with pytest.raises(ImpossibleError):
            walker.sample(Sampling(n=1, seed=1, **asked), budget)
        assert budget.drawn <= FREE_ATTEMPTS + 1
    assert walker.share(Sampling(**asked)) == 0
    assert walker.sample(Sampling(n=0, seed=1, **asked)) == []


@each_walker
@pytest.mark.parametrize(
    ("asked", "parameter"),
    [
        ({"ends_with": "x"}, "ends_with"),
        ({"contains": ("a", "ax")}, "contains"),
        ({"excludes": ("x",)}, "excludes"),
        ({"starts_with": "x", "ends_with": "x"}, "starts_with"),
        ({"pattern": "x"}, "pattern"),
        ({"pattern": ".*a.{20}"}, "pattern"),
        ({"contains": ("a",), "pattern": ".*a.{20}"}, "contains"),
    ],
    ids=str,
)
def test_a_filter_that_there_is_not_says_which(
    asked: dict[str, Any], parameter: str, make: Make
) -> None:
    with pytest.raises(ParameterError) as raised:
        make(tiny.automaton()).sample(Sampling(n=1, seed=1, **asked))
    assert raised.value.parameter == parameter
    assert isinstance(raised.value, PatternError) == (asked == {"pattern": "x"})


# Products that are too large


def pairs_of(automaton: Automaton, sampling: Sampling) -> int:
    """How many pairs names come to that some name comes through: every name is walked."""
    condition = Condition.made_of(sampling, automaton.alphabet)
    found = set()

    def walk(state: int, met: int, length: int) -> None:
        found.add((state, met))
        if length < sampling.max_length:
            for token in range(1, automaton.alphabet.vocab_size):
                to = int(condition.dfa.next_state[met, token])
                if condition.dfa.alive[to]:
                    walk(automaton.follow(state, token), to, length + 1)

    walk(automaton.start, 0, 0)
    return len(found)


def set_most(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    for module in (reference, _product):
        monkeypatch.setattr(module, "MAX_PRODUCT", most)
    monkeypatch.setattr(reference, "ATTEMPTS", 3 * FREE_ATTEMPTS)


@pytest.mark.parametrize(("longest", "pairs"), [(14, 15), (15, 16), (16, 17)])
def test_a_product_that_is_too_large_leaves_free_attempts(
    monkeypatch: pytest.MonkeyPatch, longest: int, pairs: int
) -> None:
    sampling = Sampling(n=3, seed=1, pattern=f"b{{1,{longest}}}", min_length=7)
    assert pairs_of(tiny.automaton(), sampling) == pairs
    set_most(monkeypatch, 16)
    compiled, plain = [make(tiny.automaton()) for make in WALKERS]
    assert reference.Shaped(tiny.automaton(), sampling).is_free == (pairs > 16)
    if pairs > 16:
        with pytest.raises(LargeProductError):
            compiled.share(sampling)
        with pytest.raises(ExhaustedError) as raised:
            compiled.sample(sampling)
        assert raised.value.index == 0
        assert outcome(lambda: plain.sample(sampling)) == (0, reference.ATTEMPTS, [])
    else:
        assert compiled.share(sampling) == plain.share(sampling)
        assert compiled.sample(sampling) == plain.sample(sampling)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(small_automata(), st.data(), st.sampled_from([1, 2, 4, 8, 16, 32]))
def test_kernel_and_reference_find_the_same_products_too_large(
    automaton: Automaton, data: st.DataObject, most: int
) -> None:
    sampling = Sampling(n=4, seed=3, **data.draw(filters(automaton.alphabet.characters)))
    with pytest.MonkeyPatch.context() as patch:
        set_most(patch, most)
        patch.setattr(reference, "ATTEMPTS", FREE_ATTEMPTS + 20)
        compiled, plain = [
            outcome(lambda make=make: make(automaton).sample(sampling)) for make in WALKERS
        ]
        assert compiled == plain


def test_a_product_that_is_too_large_is_not_made_twice(
    monkeypatch: pytest.MonkeyPatch, kept: Kept
) -> None:
    set_most(monkeypatch, 4)
    walker, sampling = _kernel.KernelWalker(tiny.automaton()), Sampling(1, 1, pattern="b{8,16}a")
    before = outcome(lambda: walker.sample(sampling))
    assert outcome(lambda: walker.sample(sampling, Budget(builds=False))) == before


# Names that are new, and names that come once


@each_walker
def test_unique_names_run_out_with_those_that_there_are(
    monkeypatch: pytest.MonkeyPatch, make: Make
) -> None:
    monkeypatch.setattr(reference, "ATTEMPTS", 1000)
    sampling = Sampling(n=10, seed=1, offset=50, max_length=2, unique=True)
    accept = Acceptance.of(sampling, tiny.checkpoint().known_names)
    with pytest.raises(ExhaustedError) as raised:
        make(tiny.automaton()).sample(sampling, None, 0, accept)
    assert sorted(raised.value.names) == ["a", "aa", "ab", "b", "ba", "bb"]
    assert raised.value.index == 56


@each_walker
@pytest.mark.parametrize("asked", [{}, {"ends_with": "b"}, {"pattern": "(bbb){3}.?.?"}], ids=str)
def test_unique_names_are_all_different(asked: dict[str, Any], make: Make) -> None:
    sampling = Sampling(n=6, seed=1, unique=True, **asked)
    accept = Acceptance.of(sampling, tiny.checkpoint().known_names)
    names = make(tiny.automaton()).sample(sampling, None, 0, accept)
    assert len(set(names)) == 6
    again = make(tiny.automaton()).sample(replace(sampling, unique=False, n=40))
    assert len(set(again)) < 40  # which they are not by chance
    assert names[0] == again[0]


@each_walker
def test_novel_names_are_not_known(make: Make) -> None:
    sampling = Sampling(n=60, seed=1, min_length=2, max_length=2, novel=True)
    accept = Acceptance.of(sampling, tiny.checkpoint().known_names)
    names = make(tiny.automaton()).sample(sampling, None, 0, accept)
    assert set(names) == {"aa", "bb"}
    free = make(tiny.automaton()).sample(replace(sampling, novel=False))
    assert {"ab", "ba"} < set(free)
    assert all(new == old for new, old in zip(names, free, strict=True) if old not in ("ab", "ba"))


@pytest.mark.parametrize("asked", [{}, {"ends_with": "lyn"}, RARE[0]], ids=str)
def test_names_of_shipped_models_are_new_and_come_once(
    shipped: dict[str, Model], asked: dict[str, Any]
) -> None:
    for name in ("girls", "mlp"):
        model = shipped[name]
        names = model.draw(Sampling(n=300, seed=9, novel=True, unique=True, safe=False, **asked))
        assert len(set(names)) == 300
        assert not any(model.checkpoint.known_names.which(names))


@pytest.fixture
def joined(shipped: dict[str, Model]) -> JoinedModel:
    return JoinedModel((shipped["girls"], shipped["mlp"], shipped["surnames"]))


def test_of_joined_models_the_first_part_starts_and_the_last_ends_so(joined: JoinedModel) -> None:
    sampling = Sampling(n=100, seed=1, starts_with="ma", ends_with="son", safe=False)
    first, middle, last = zip(*map(str.split, joined.draw(sampling)), strict=True)
    assert all(name.startswith("ma") for name in first)
    assert all(name.endswith("son") for name in last)
    plain = joined.draw(Sampling(n=100, seed=1, safe=False))
    assert list(middle) == [name.split()[1] for name in plain]


def test_of_joined_models_every_part_meets_the_other_filters(joined: JoinedModel) -> None:
    asked = Sampling(contains=("r",), excludes=("s",), pattern=".*[^a].", min_length=4)
    sampling = replace(asked, n=100, seed=1, max_length=9, safe=False)
    for name in joined.draw(sampling):
        assert all(meets(part, sampling) for part in name.split())
    assert joined.share(sampling) == pytest.approx(
        math.prod(model.share(sampling) for model in joined.parts)
    )


def test_the_share_of_joined_models_has_each_filter_where_it_is(joined: JoinedModel) -> None:
    sampling = Sampling(starts_with="ma", ends_with="son", contains=("a",))
    first, middle, last = joined.parts
    assert joined.share(sampling) == pytest.approx(
        first.share(Sampling(starts_with="ma", contains=("a",)))
        * middle.share(Sampling(contains=("a",)))
        * last.share(Sampling(ends_with="son", contains=("a",)))
    )


def test_of_joined_models_the_candidates_of_all_parts_are_expected(joined: JoinedModel) -> None:
    sampling = Sampling(n=1_000, seed=1, starts_with="ma", ends_with="son", safe=False)
    joined.share(sampling)
    budget = Budget()
    joined.draw(sampling, budget)
    assert budget.drawn == pytest.approx(joined.expected_candidates(sampling), rel=0.1)


def test_of_joined_models_every_part_is_new_and_comes_once(joined: JoinedModel) -> None:
    names = joined.draw(Sampling(n=200, seed=1, novel=True, unique=True, safe=False))
    for model, parts in zip(joined.parts, zip(*map(str.split, names), strict=True), strict=True):
        assert len(set(parts)) == 200
        assert not any(model.checkpoint.known_names.which(parts))


# What is kept


class Thing:
    def __init__(self, nbytes: int) -> None:
        self.nbytes = nbytes


def test_what_is_kept_is_bounded_and_the_least_lately_used_goes_first() -> None:
    kept = Kept(100)
    first, second, third = Thing(40), Thing(40), Thing(40)
    kept.put("first", first)
    kept.put("second", second)
    assert kept.get("first") is first  # so that the second is the next to go
    kept.put("third", third)
    assert [kept.get(key) for key in ("first", "second", "third")] == [first, None, third]
    kept.put("fourth", Thing(100))
    assert [kept.get(key) is None for key in ("first", "third", "fourth")] == [True, True, False]


def test_what_is_larger_than_all_is_not_kept_and_displaces_nothing() -> None:
    kept = Kept(100)
    small = Thing(40)
    kept.put("small", small)
    kept.put("large", Thing(101))
    assert kept.get("large") is None
    assert kept.get("small") is small


def test_small_and_large_together_are_bounded_too() -> None:
    kept = Kept(64 * 2**20)
    for i in range(60):
        kept.put(i, Thing(2**20 - 1))
    kept.put("large", Thing(60 * 2**20))
    assert sum(each.nbytes for each in kept.found.values()) <= kept.limit


class Looked(Thing):
    """Counts how often its size is asked for."""

    looks = 0

    @property
    def nbytes(self) -> int:
        Looked.looks += 1
        return self.size

    @nbytes.setter
    def nbytes(self, size: int) -> None:
        self.size = size


def test_making_room_among_many_small_things_looks_at_each_a_few_times() -> None:
    kept = Kept(64 * 2**20)
    for i in range(1_000):
        kept.found[i] = Looked(327)
    Looked.looks = 0
    kept.put("large", Thing(64 * 2**20 - 1000))
    assert Looked.looks <= 10_000


def test_what_is_put_again_displaces_nothing() -> None:
    kept = Kept(100)
    kept.put("first", Thing(60))
    kept.put("second", Thing(40))
    again = Thing(40)
    kept.put("second", again)
    assert kept.get("second") is again
    assert kept.get("first") is not None


def test_what_models_keep_is_bounded_in_bytes(kept: Kept, shipped: dict[str, Model]) -> None:
    kept.limit = 50_000
    walker = _kernel.KernelWalker(shipped["bigram"].automaton)
    for ends_with in ("lyn", "son", "bert", "wyn", "lina", "ella", "ette", "anna", "dora"):
        walker.share(Sampling(ends_with=ends_with))
        assert sum(each.nbytes for each in kept.found.values()) <= 50_000
    assert len(kept.found) > 2
    assert not Budgeted(walker, {"ends_with": "lyn"}).is_kept()
    assert Budgeted(walker, {"ends_with": "dora"}).is_kept()


class Budgeted:
    """A request that may build nothing."""

    def __init__(self, walker: Walker, asked: dict[str, Any]) -> None:
        self.walker, self.sampling = walker, Sampling(n=3, seed=1, **asked)

    def is_kept(self) -> bool:
        """Whether it has all it needs."""
        try:
            self.walker.share(self.sampling, Budget(builds=False))
        except BudgetError:
            return False
        return True


@pytest.mark.parametrize(
    "asked", [{"pattern": "b{12}"}, {"min_length": 28}], ids=["filter", "length"]
)
def test_the_second_request_builds_nothing(asked: dict[str, Any]) -> None:
    walker, sampling = _kernel.KernelWalker(tiny.automaton()), Sampling(n=3, seed=1, **asked)
    with pytest.raises(BudgetError):
        walker.sample(sampling, Budget(builds=False))
    first = walker.sample(sampling, Budget())
    assert walker.sample(sampling, Budget(builds=False)) == first
    other = replace(sampling, seed=2, n=50)
    assert walker.sample(other, Budget(builds=False)) == walker.sample(other)
    # Another setting is another product, and another model has its own.
    with pytest.raises(BudgetError):
        walker.sample(replace(sampling, temperature=0.9), Budget(builds=False))
    with pytest.raises(BudgetError):
        _kernel.KernelWalker(tiny.automaton()).sample(sampling, Budget(builds=False))


@pytest.mark.parametrize("asked", [{"pattern": "b{12}"}, {"min_length": 14}], ids=str)
def test_candidates_are_counted_alike_by_kernel_and_reference(asked: dict[str, Any]) -> None:
    """And alike by the first request, which builds, and the second."""
    sampling, drawn = Sampling(n=3, seed=1, **asked), []
    compiled, plain = [make(tiny.automaton()) for make in WALKERS]
    for walker in (plain, compiled, compiled):
        budget = Budget()
        walker.sample(sampling, budget)
        drawn.append(budget.drawn)
    assert len(set(drawn)) == 1


def threads_of(work: Callable[[], None], n: int) -> Iterator[threading.Thread]:
    for _ in range(n):
        thread = threading.Thread(target=work)
        thread.start()
        yield thread


def test_threads_that_ask_for_the_same_find_the_same(shipped: dict[str, Model]) -> None:
    walker = _kernel.KernelWalker(shipped["mlp"].automaton)
    sampling = Sampling(n=100, seed=1, pattern="[^aeiou]{6,7}")
    found: list[list[str]] = []
    for thread in list(threads_of(lambda: found.append(walker.sample(sampling)), 4)):
        thread.join()
    expected = _kernel.KernelWalker(shipped["mlp"].automaton).sample(sampling)
    assert found == [expected] * 4


def test_a_build_stops_soon_where_it_is_cancelled(shipped: dict[str, Model], kept: Kept) -> None:
    walker = _kernel.KernelWalker(shipped["lstm"].automaton)
    sampling = Sampling(ends_with="lyn")
    raised: list[Exception] = []
    budget = Budget()

    def build() -> None:
        try:
            walker.share(sampling, budget)
        except NamewrightError as error:
            raised.append(error)

    [thread] = threads_of(build, 1)
    while thread.is_alive() and not BUILDING.locked():
        pass
    assert BUILDING.locked()
    budget.cancel()
    thread.join(10)
    assert not thread.is_alive()
    assert [type(error) for error in raised] == [BudgetError]
    assert not BUILDING.locked()
    # It was not made: only the condition is kept, and who asks for it next makes it.
    assert list(map(type, kept.found.values())) == [Condition]
    assert 0.01 < walker.share(sampling) < 0.02
    assert len(kept.found) == 2


def test_who_waits_for_what_another_makes_stops_where_it_is_cancelled() -> None:
    walker, sampling = _kernel.KernelWalker(tiny.automaton()), Sampling(pattern="b{12}")
    budget, raised = Budget(), list[Exception]()

    def wait() -> None:
        try:
            walker.share(sampling, budget)
        except BudgetError as error:
            raised.append(error)

    with BUILDING:
        [thread] = threads_of(wait, 1)
        thread.join(0.1)
        assert thread.is_alive()
        budget.cancel()
        thread.join(10)
        assert not thread.is_alive()
    assert len(raised) == 1
    assert walker.share(sampling) > 0


def test_what_is_made_has_the_room_of_what_was_kept(kept: Kept, shipped: dict[str, Model]) -> None:
    """While it is made, and after; and no more of it goes than has to."""
    walker = _kernel.KernelWalker(shipped["mlp"].automaton)
    walker.share(Sampling(ends_with="lyn"))
    large = kept.total
    kept.limit = large + large // 2
    walker.share(Sampling(pattern="[bdg]{3}"))
    assert large < kept.total <= kept.limit
    walker.share(Sampling(ends_with="son"))
    assert not Budgeted(walker, {"ends_with": "lyn"}).is_kept()
    assert kept.total <= kept.limit


@pytest.mark.parametrize(
    "asked",
    [{}, {"min_length": 9}, {"ends_with": "lyn"}, {"pattern": "[^aeiou]{6}"}, {"ends_with": "qx"}],
    ids=str,
)
def test_about_as_many_candidates_are_drawn_as_are_expected(
    shipped: dict[str, Model], asked: dict[str, Any]
) -> None:
    girls, sampling = shipped["girls"], Sampling(n=2_000, seed=1, safe=False, **asked)
    if asked:
        with pytest.raises(BudgetError):  # which nobody knows yet
            girls.expected_candidates(sampling)
    girls.share(sampling)
    budget = Budget()
    girls.draw(sampling, budget)
    assert budget.drawn == pytest.approx(girls.expected_candidates(sampling), rel=0.1)


def test_what_is_too_large_to_know_is_not_expected(
    monkeypatch: pytest.MonkeyPatch, tiny_model: Model
) -> None:
    set_most(monkeypatch, 4)
    sampling = Sampling(n=1, seed=1, pattern="b{8,16}a")
    with pytest.raises(LargeProductError):
        tiny_model.share(sampling)
    with pytest.raises(BudgetError):
        tiny_model.expected_candidates(sampling)


@each_walker
def test_a_cancelled_request_builds_nothing(make: Make, kept: Kept) -> None:
    budget = Budget()
    budget.cancel()
    with pytest.raises(BudgetError):
        make(tiny.automaton()).sample(Sampling(n=1, seed=1, pattern="b{12}"), budget)
    assert list(map(type, kept.found.values())) == [Condition]
